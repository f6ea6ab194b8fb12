using System.Globalization;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

namespace A2AConsole.Data.Writing.Stores;

/// <summary>
/// Saves the rows that an issuance writes by prepared statements, made from the model: agents and certificates that changed, and new
/// certificates. They come by the ten thousand, and a command of EF's for each costs more than all the rest of an issuance. Every
/// other change is left for EF to save.
/// </summary>
internal sealed class SqliteRows(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    /// <summary>Saves them within the open transaction and marks them as saved. What changed has been detected.</summary>
    public void Save(ConsoleDbContext context)
    {
        // First what is there already: what is new points to it.
        foreach (var entry in context.ChangeTracker.Entries<Agent>().Where(e => e.State == EntityState.Modified).ToList())
            Update(entry);
        var certificates = context.ChangeTracker.Entries<Certificate>().ToList();
        foreach (var entry in certificates.Where(e => e.State == EntityState.Modified))
            Update(entry);
        // An agent that is new itself has no number yet.
        foreach (var entry in certificates.Where(e => e.State == EntityState.Added && e.Entity.AgentNumber > 0))
            Insert(entry);
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
    }

    private void Insert(EntityEntry entry)
    {
        var columns = entry.Metadata.GetProperties().ToList();
        var statement = Prepare(entry, "+", () => $"""
            INSERT INTO "{entry.Metadata.GetTableName()}" ({string.Join(", ", columns.Select(Name))}) VALUES ({string.Join(", ", columns.Select(_ => "?"))})
            """);
        Execute(statement, entry, columns);
        entry.State = EntityState.Unchanged;
    }

    private void Update(EntityEntry entry)
    {
        var columns = entry.Metadata.GetProperties().Where(p => entry.Property(p).IsModified).ToList();
        var key = entry.Metadata.FindPrimaryKey()!.Properties.Single();
        var statement = Prepare(entry, string.Join(',', columns.Select(c => c.GetIndex().ToString(CultureInfo.InvariantCulture))), () => $"""
            UPDATE "{entry.Metadata.GetTableName()}" SET {string.Join(", ", columns.Select(c => Name(c) + " = ?"))} WHERE {Name(key)} = ?
            """);
        Execute(statement, entry, [.. columns, key]);
        // Else what is unchanged would be what it was before.
        foreach (var column in columns)
            entry.OriginalValues[column] = entry.CurrentValues[column];
        entry.State = EntityState.Unchanged;
    }

    private SqliteStatement Prepare(EntityEntry entry, string columns, Func<string> sql)
    {
        var key = $"{entry.Metadata.Name} {columns}";
        if (!_statements.TryGetValue(key, out var statement))
            _statements.Add(key, statement = new SqliteStatement(connection, sql()));
        return statement;
    }

    private static void Execute(SqliteStatement statement, EntityEntry entry, List<IProperty> values)
    {
        foreach (var property in values)
            Bind(statement, property, entry.CurrentValues[property]);
        statement.Execute();
    }

    private static void Bind(SqliteStatement statement, IProperty property, object? value)
    {
        if (value is not null && property.GetTypeMapping().Converter is { } converter)
            value = converter.ConvertToProvider(value);
        _ = value switch
        {
            null => statement.Bind((string?)null),
            string text => statement.Bind(text),
            byte[] bytes => statement.Bind(bytes),
            bool flag => statement.Bind(flag ? 1L : 0L),
            _ => statement.Bind(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        };
    }

    private static string Name(IProperty property) => $"\"{property.GetColumnName()}\"";
}
