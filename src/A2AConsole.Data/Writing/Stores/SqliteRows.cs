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
    private readonly Dictionary<IEntityType, Table> _tables = [];

    /// <summary>
    /// Saves them within the open transaction; what changed has been detected. True when that was all: the context is then of no further
    /// use, since it does not know. False: what was saved is marked so, and EF has to save the rest.
    /// </summary>
    public bool TrySave(ConsoleDbContext context)
    {
        var changed = context.ChangeTracker.Entries().Where(e => e.State is not (EntityState.Unchanged or EntityState.Detached)).ToList();
        var ours = changed.Where(IsOurs).ToList();
        var isAll = ours.Count == changed.Count;
        // First what is there already: what is new points to it.
        foreach (var entry in ours.Where(e => e.State == EntityState.Modified).OrderBy(e => e.Entity is Certificate))
            Update(entry, isMarked: !isAll);
        foreach (var entry in ours.Where(e => e.State == EntityState.Added))
            Insert(entry, isMarked: !isAll);
        return isAll;
    }

    public void Dispose()
    {
        foreach (var table in _tables.Values)
            table.Dispose();
    }

    // An agent that is new itself has no number yet.
    private static bool IsOurs(EntityEntry entry) => entry switch
    {
        { State: EntityState.Modified, Entity: Agent or Certificate } => true,
        { State: EntityState.Added, Entity: Certificate certificate } => certificate.AgentNumber > 0,
        _ => false,
    };

    private void Insert(EntityEntry entry, bool isMarked)
    {
        var table = TableOf(entry);
        var statement = table.Prepare(connection, "+", () => $"""
            INSERT INTO "{table.Name}" ({string.Join(", ", table.Columns.Select(c => c.Name))}) VALUES ({string.Join(", ", table.Columns.Select(_ => "?"))})
            """);
        var values = entry.CurrentValues;
        foreach (var column in table.Columns)
            column.Bind(statement, values);
        statement.Execute();
        if (isMarked)
            entry.State = EntityState.Unchanged;
    }

    private void Update(EntityEntry entry, bool isMarked)
    {
        var table = TableOf(entry);
        var columns = table.Columns.Where(c => entry.Property(c.Property).IsModified).ToList();
        var statement = table.Prepare(connection, string.Join(',', columns.Select(c => c.Index)), () => $"""
            UPDATE "{table.Name}" SET {string.Join(", ", columns.Select(c => c.Name + " = ?"))} WHERE {table.Key.Name} = ?
            """);
        var values = entry.CurrentValues;
        foreach (var column in columns)
            column.Bind(statement, values);
        table.Key.Bind(statement, values);
        statement.Execute();
        if (!isMarked)
            return;
        // Else what is unchanged would be what it was before.
        foreach (var column in columns)
            entry.OriginalValues[column.Property] = values[column.Property];
        entry.State = EntityState.Unchanged;
    }

    private Table TableOf(EntityEntry entry)
    {
        if (!_tables.TryGetValue(entry.Metadata, out var table))
            _tables.Add(entry.Metadata, table = new Table(entry.Metadata));
        return table;
    }

    private sealed class Table : IDisposable
    {
        private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

        public Table(IEntityType type)
        {
            Name = type.GetTableName()!;
            Columns = [.. type.GetProperties().Select(p => new Column(p))];
            var key = type.FindPrimaryKey()!.Properties.Single();
            Key = Columns.Single(c => c.Property == key);
        }

        public string Name { get; }
        public IReadOnlyList<Column> Columns { get; }
        public Column Key { get; }

        public SqliteStatement Prepare(SqliteConnection connection, string key, Func<string> sql)
        {
            if (!_statements.TryGetValue(key, out var statement))
                _statements.Add(key, statement = new SqliteStatement(connection, sql()));
            return statement;
        }

        public void Dispose()
        {
            foreach (var statement in _statements.Values)
                statement.Dispose();
        }
    }

    // What EF would look up for each value, looked up once.
    private sealed class Column(IProperty property)
    {
        private readonly Func<object?, object?>? _toProvider = property.GetTypeMapping().Converter?.ConvertToProvider;

        public IProperty Property => property;
        public string Name { get; } = $"\"{property.GetColumnName()}\"";
        public string Index { get; } = property.GetIndex().ToString(CultureInfo.InvariantCulture);

        public void Bind(SqliteStatement statement, PropertyValues values)
        {
            var value = values[property];
            if (value is not null && _toProvider is not null)
                value = _toProvider(value);
            _ = value switch
            {
                null => statement.Bind((string?)null),
                string text => statement.Bind(text),
                byte[] bytes => statement.Bind(bytes),
                bool flag => statement.Bind(flag ? 1L : 0L),
                _ => statement.Bind(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
            };
        }
    }
}
