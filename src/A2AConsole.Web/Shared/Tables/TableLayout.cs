using System.Text.Json;
using System.Text.Json.Serialization;

namespace A2AConsole.Web.Shared.Tables;

/// <summary>A column that a person may show or hide.</summary>
/// <param name="Key">Its name in what is remembered.</param>
/// <param name="Title">Its name on the screen.</param>
/// <param name="ByDefault">Whether it is there until somebody chooses.</param>
public sealed record TableColumn(string Key, string Title, bool ByDefault = true);

/// <summary>How one person likes one table.</summary>
public sealed record TableLayout
{
    /// <summary>As everybody finds it at first.</summary>
    public static readonly TableLayout Default = new();

    /// <summary>The optional columns that are shown; null: those that are there by default.</summary>
    [JsonPropertyName("columns"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>More rows on a screen.</summary>
    [JsonPropertyName("compact"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Compact { get; init; }

    /// <summary>Pixels of a row, as the style sheet has them.</summary>
    [JsonIgnore]
    public int RowHeight => Compact ? 28 : 34;

    /// <summary>Whether a column is shown.</summary>
    public bool Shows(TableColumn column) => Columns?.Contains(column.Key) ?? column.ByDefault;

    /// <summary>The same with a column shown or hidden, of all that the table has.</summary>
    public TableLayout With(TableColumn column, bool shown, IEnumerable<TableColumn> all)
        => this with { Columns = [.. all.Where(c => c == column ? shown : Shows(c)).Select(c => c.Key)] };

    /// <summary>Reads what is remembered of a person, by table. What cannot be read counts as nothing.</summary>
    public static Dictionary<string, TableLayout> Parse(string? text)
    {
        try
        {
            return text is null ? [] : JsonSerializer.Deserialize<Dictionary<string, TableLayout>>(text) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>Writes what <see cref="Parse"/> reads; null when there is nothing to remember.</summary>
    public static string? Format(IReadOnlyDictionary<string, TableLayout> layouts)
        => layouts.Count == 0 ? null : JsonSerializer.Serialize(layouts);
}
