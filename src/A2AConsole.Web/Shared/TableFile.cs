using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace A2AConsole.Web.Shared;

/// <summary>A column of an exported table. <paramref name="Value"/> gives a text, a number, a time, a flag or null.</summary>
public sealed record FileColumn<T>(string Name, Func<T, object?> Value);

/// <summary>
/// A list as a CSV (RFC 4180) or JSON download, written row by row while it is read, so that its length does not matter.
/// </summary>
public static class TableFile
{
    private const int FlushChars = 32 * 1024;
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    /// <summary>Answers with the table; <paramref name="format"/> is <c>csv</c> or <c>json</c>, anything else is not found.</summary>
    public static IResult Of<T>(IAsyncEnumerable<T> rows, IReadOnlyList<FileColumn<T>> columns, string format, string name, DateTimeOffset at)
    {
        var file = $"{name}-{at.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}Z.{format}";
        return format switch
        {
            "csv" => Results.Stream(body => CsvAsync(rows, columns, body), "text/csv; charset=utf-8", file),
            "json" => Results.Stream(body => JsonAsync(rows, columns, body), "application/json", file),
            _ => Results.NotFound(),
        };
    }

    private static async Task CsvAsync<T>(IAsyncEnumerable<T> rows, IReadOnlyList<FileColumn<T>> columns, Stream body)
    {
        await using var writer = new StreamWriter(body, new UTF8Encoding(false), leaveOpen: true);
        var text = new StringBuilder(string.Join(',', columns.Select(c => c.Name))).Append("\r\n");
        await foreach (var row in rows)
        {
            for (var i = 0; i < columns.Count; i++)
                text.Append(i == 0 ? "" : ",").Append(Cell(columns[i].Value(row)));
            text.Append("\r\n");
            if (text.Length < FlushChars)
                continue;
            await writer.WriteAsync(text);
            text.Clear();
        }
        await writer.WriteAsync(text);
    }

    private static async Task JsonAsync<T>(IAsyncEnumerable<T> rows, IReadOnlyList<FileColumn<T>> columns, Stream body)
    {
        await using var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartArray();
        await foreach (var row in rows)
        {
            json.WriteStartObject();
            foreach (var column in columns)
            {
                json.WritePropertyName(column.Name);
                switch (column.Value(row))
                {
                    case null: json.WriteNullValue(); break;
                    case bool flag: json.WriteBooleanValue(flag); break;
                    case int number: json.WriteNumberValue(number); break;
                    case long number: json.WriteNumberValue(number); break;
                    case var value: json.WriteStringValue(Text(value)); break;
                }
            }
            json.WriteEndObject();
            if (json.BytesPending > FlushChars)
                await json.FlushAsync();
        }
        json.WriteEndArray();
    }

    internal static string Cell(object? value)
    {
        var text = Text(value);
        // A spreadsheet runs what begins like this; the apostrophe makes it a text (agents choose some of these values).
        if (value is string && text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r')
            text = "'" + text;
        return text.AsSpan().ContainsAny(Quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        Enum word => word.ToString().ToLowerInvariant(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
