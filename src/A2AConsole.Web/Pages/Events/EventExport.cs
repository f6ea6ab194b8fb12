using System.Globalization;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;

namespace A2AConsole.Web.Pages.Events;

/// <summary>The filtered list as a file, written while it is read.</summary>
internal static class EventExport
{
    /// <summary>Rows of one file.</summary>
    public const int MostRows = 100_000;
    private const int PageSize = 1000;

    private static readonly string[] Columns =
        ["leaf", "at", "kind", "verdict", "code", "actor", "audience", "type", "messageId", "time", "expires", "digest", "certificate", "batch", "count", "detail", "demo"];

    /// <summary>At most <paramref name="most"/> rows below the leaf <paramref name="before"/>. When there are more, the last item is no row but the leaf to go on from.</summary>
    public static async IAsyncEnumerable<(EventRow? Row, long GoOn)> RowsAsync(
        ILedgerReader reader, EventFilter filter, long? before, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken, int most = MostRows)
    {
        for (var sent = 0; ;)
        {
            // One more than fits: whether it is there is what the file's end says.
            var page = await reader.EventsAsync(filter, before, Math.Min(PageSize, most - sent + 1), cancellationToken);
            foreach (var row in page.Rows)
            {
                if (sent++ == most)
                {
                    yield return (null, row.Index + 1);
                    yield break;
                }
                yield return (row, 0);
            }
            if (page.Next is not { } next)
                yield break;
            before = next;
        }
    }

    /// <summary><paramref name="rest"/> makes the address of the rest of the list from the leaf where this file ends.</summary>
    public static async Task WriteCsvAsync(Stream output, IAsyncEnumerable<(EventRow? Row, long GoOn)> rows, Func<long, string> rest, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true);
        await writer.WriteLineAsync(string.Join(',', Columns));
        await foreach (var (row, goOn) in rows.WithCancellation(cancellationToken))
            await writer.WriteLineAsync(string.Join(',', (row is null ? Truncated(rest(goOn)) : Values(row)).Select(Cell)));
    }

    /// <summary>An array of rows; when it is truncated, its last member says so instead: <c>{"truncated":true,"goOn":"/events/export.json?…"}</c>.</summary>
    public static async Task WriteJsonAsync(Stream output, IAsyncEnumerable<(EventRow? Row, long GoOn)> rows, Func<long, string> rest, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(output, new() { Indented = true });
        json.WriteStartArray();
        await foreach (var (row, goOn) in rows.WithCancellation(cancellationToken))
        {
            json.WriteStartObject();
            if (row is null)
            {
                json.WriteBoolean("truncated", true);
                json.WriteString("goOn", rest(goOn));
            }
            else
            {
                Write(json, row);
            }
            json.WriteEndObject();
            if (json.BytesPending > 1 << 16)
                await json.FlushAsync(cancellationToken);
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, EventRow row)
    {
        foreach (var (name, value) in Columns.Zip(Values(row)))
        {
            if (value is long number)
                json.WriteNumber(name, number);
            else if (value is string text)
                json.WriteString(name, text);
        }
    }

    // A line of its own, in the columns that a reader looks at: no line that a program would take for an event.
    private static object?[] Truncated(string rest)
    {
        var cells = new object?[Columns.Length];
        cells[Array.IndexOf(Columns, "kind")] = "truncated";
        cells[Array.IndexOf(Columns, "detail")] = $"There is more than this file takes: go on with {rest}";
        return cells;
    }

    private static object?[] Values(EventRow row)
    {
        var leaf = row.Leaf;
        return [row.Index, Time(leaf.At), Word(leaf.Kind), Word(leaf.Verdict), leaf.Code, leaf.Actor, leaf.Audience, leaf.Type, leaf.MessageId,
            Time(leaf.Time), Time(leaf.Expires), leaf.Digest, leaf.Certificate, leaf.Batch, leaf.Count, leaf.Detail, leaf.Demo];
    }

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>A CSV cell. A text that a spreadsheet would run as a formula is led by an apostrophe: some of it came from agents.</summary>
    internal static string Cell(object? value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        if (value is string && text.Length > 0 && "=+-@\t\r".Contains(text[0], StringComparison.Ordinal))
            text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
    }
}
