using System.Globalization;

namespace A2AConsole.Detection.Nab;

/// <summary>A row of a file in the Numenta Anomaly Benchmark's format.</summary>
/// <param name="Timestamp">As written, so that results name it alike.</param>
public readonly record struct NabRow(string Timestamp, DateTimeOffset Time, double Value, string ValueText);

/// <summary>Reads <c>timestamp,value</c> files and writes <c>timestamp,value,anomaly_score,label</c> files of the Numenta Anomaly Benchmark.</summary>
public static class NabFile
{
    /// <exception cref="FormatException">A line is none of the format; says which.</exception>
    public static IEnumerable<NabRow> Read(TextReader reader)
    {
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0 || (number == 1 && line.StartsWith("timestamp", StringComparison.OrdinalIgnoreCase)))
                continue;
            var parts = line.Split(',');
            if (parts.Length < 2 || !DateTimeOffset.TryParse(parts[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
                || !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                throw new FormatException($"line {number} is not timestamp,value: {line}");
            yield return new NabRow(parts[0], time, value, parts[1]);
        }
    }

    /// <param name="scores">In the range 0 to 1, one a row.</param>
    /// <param name="windows">The times that count as anomalous, for the label column; both ends belong to it.</param>
    public static void Write(TextWriter writer, IReadOnlyList<NabRow> rows, IReadOnlyList<double> scores, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> windows)
    {
        writer.Write("timestamp,value,anomaly_score,label\n");
        for (var i = 0; i < rows.Count; i++)
        {
            var label = windows.Any(w => rows[i].Time >= w.From && rows[i].Time <= w.To) ? '1' : '0';
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{rows[i].Timestamp},{rows[i].ValueText},{scores[i]:R},{label}\n"));
        }
    }

    /// <summary>A surprise as the benchmark wants it, from 0 to 1, in the same order.</summary>
    public static double Score(double surprise) => surprise / (1 + surprise);
}
