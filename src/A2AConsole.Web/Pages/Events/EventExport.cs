using System.Globalization;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;

namespace A2AConsole.Web.Pages.Events;

/// <summary>The filtered list as a file, written while it is read.</summary>
internal static class EventExport
{
    public const int MostRows = 100_000;
    private const int PageSize = 1000;

    private static readonly string[] Columns =
        ["leaf", "at", "kind", "verdict", "code", "actor", "audience", "type", "messageId", "time", "expires", "digest", "certificate", "batch", "count", "detail", "demo"];

    public static async IAsyncEnumerable<EventRow> RowsAsync(
        ILedgerReader reader, EventFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? before = null;
        for (var sent = 0; sent < MostRows;)
        {
            var page = await reader.EventsAsync(filter, before, Math.Min(PageSize, MostRows - sent), cancellationToken);
            foreach (var row in page.Rows)
            {
                yield return row;
                sent++;
            }
            if (page.Next is not { } next)
                yield break;
            before = next;
        }
    }

    public static async Task WriteCsvAsync(Stream output, IAsyncEnumerable<EventRow> rows, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true);
        await writer.WriteLineAsync(string.Join(',', Columns));
        await foreach (var row in rows.WithCancellation(cancellationToken))
            await writer.WriteLineAsync(string.Join(',', Values(row).Select(Cell)));
    }

    public static async Task WriteJsonAsync(Stream output, IAsyncEnumerable<EventRow> rows, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(output, new() { Indented = true });
        json.WriteStartArray();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            json.WriteStartObject();
            foreach (var (name, value) in Columns.Zip(Values(row)))
            {
                if (value is long number)
                    json.WriteNumber(name, number);
                else if (value is string text)
                    json.WriteString(name, text);
            }
            json.WriteEndObject();
            if (json.BytesPending > 1 << 16)
                await json.FlushAsync(cancellationToken);
        }
        json.WriteEndArray();
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
