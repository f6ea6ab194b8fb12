using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace A2AConsole.Data.Tests.Schema;

/// <summary>Stands in for a server: keeps each statement that would be sent to it as a procedure with its parameters, and says that it changed a row.</summary>
internal sealed class StatementRecorder : DbCommandInterceptor, IDbConnectionInterceptor
{
    /// <summary>The statements: parameters as a procedure declares them, and the text.</summary>
    public List<(string Parameters, string Sql)> Statements { get; } = [];

    InterceptionResult IDbConnectionInterceptor.ConnectionOpening(DbConnection connection, ConnectionEventData eventData, InterceptionResult result) => InterceptionResult.Suppress();

    InterceptionResult IDbConnectionInterceptor.ConnectionClosing(DbConnection connection, ConnectionEventData eventData, InterceptionResult result) => InterceptionResult.Suppress();

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        Statements.Add((string.Join(", ", command.Parameters.Cast<SqlParameter>().Select(Declared)), command.CommandText));
        return InterceptionResult<int>.SuppressWithResult(1);
    }

    private static string Declared(SqlParameter parameter)
    {
        var name = parameter.ParameterName.TrimStart('@');
        var length = parameter.SqlDbType is SqlDbType.NVarChar or SqlDbType.VarChar
            ? string.Create(CultureInfo.InvariantCulture, $"({(parameter.Size is > 0 and <= 4000 ? parameter.Size : "max")})") : "";
        return $"@{name} {parameter.SqlDbType}{length}";
    }
}
