using System.Globalization;
using System.Text.Json;
using A2AConsole.Detection.Continuous;

namespace A2AConsole.Detection.Nab;

/// <summary>Anomalous times by file, as <c>labels/combined_windows.json</c> of the benchmark has them.</summary>
public sealed class NabWindows
{
    private readonly Dictionary<string, List<(DateTimeOffset, DateTimeOffset)>> _windows = [];

    public static NabWindows None { get; } = new();

    /// <exception cref="FormatException">It is no such file.</exception>
    public static NabWindows Parse(string json)
    {
        var windows = new NabWindows();
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var file in document.RootElement.EnumerateObject())
                windows._windows[file.Name] = [.. file.Value.EnumerateArray().Select(w => (Time(w[0]), Time(w[1])))];
            return windows;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new FormatException("no windows of the benchmark: " + e.Message, e);
        }
    }

    public IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> Of(string file) => _windows.GetValueOrDefault(file) ?? [];

    private static DateTimeOffset Time(JsonElement text)
        => DateTimeOffset.Parse(text.GetString() ?? "", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}

/// <summary>Runs the product's own detector of continuous metrics over a file, unchanged and from the beginning: it knows neither the file's length nor its range.</summary>
public static class NabRun
{
    public static IReadOnlyList<double> Scores(IReadOnlyList<NabRow> rows)
    {
        var series = new ValueSeries();
        return [.. rows.Select(r => NabFile.Score(series.Observe(r.Time, r.Value).Surprise))];
    }
}
