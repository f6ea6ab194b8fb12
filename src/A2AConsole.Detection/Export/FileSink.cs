using System.Globalization;
using System.Text;

namespace A2AConsole.Detection.Export;

/// <summary>One file a day (UTC, by the events' time), one JSON object a line; on the disk when the cursor moves.</summary>
public sealed class FileSink(string directory) : IExportSink
{
    /// <inheritdoc/>
    public string Name => "file";

    /// <inheritdoc/>
    public async Task<SinkAnswer> SendAsync(IReadOnlyList<ExportRecord> records, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(directory);
            foreach (var day in records.GroupBy(r => r.At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))
            {
                var text = new StringBuilder();
                foreach (var record in day)
                    text.Append(record.Json.ToJsonString()).Append('\n');
                await using var file = new FileStream(Path.Combine(directory, $"ocsf-{day.Key}.jsonl"), FileMode.Append, FileAccess.Write, FileShare.Read);
                await file.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellationToken);
                file.Flush(flushToDisk: true);
            }
            return new(true, false, "Written.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(false, false, $"{directory} cannot be written: {e.Message}");
        }
    }
}
