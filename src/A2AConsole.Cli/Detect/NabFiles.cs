using A2AConsole.Detection.Nab;

namespace A2AConsole.Cli.Detect;

/// <summary>What was written.</summary>
internal sealed record NabSummary(string Detector, int Files, long Rows, double MicrosPerPoint);

/// <summary>Reads the benchmark's files and writes its result files.</summary>
internal static class NabFiles
{
    public static NabSummary Run(string data, string results, string detector, CancellationToken cancellationToken)
    {
        if (detector.Length == 0 || detector.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0)
            throw new UsageException("--name must be a name that a directory can have");
        if (!Directory.Exists(data))
            throw new UnreadableException($"there is no directory {data}");
        var files = Directory.GetFiles(data, "*.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0)
            throw new UnreadableException($"{data} holds no *.csv");
        var labels = Path.Combine(Path.GetFullPath(data), "..", "labels", "combined_windows.json");
        var (rowsInAll, spent) = (0L, TimeSpan.Zero);
        try
        {
            var windows = File.Exists(labels) ? NabWindows.Parse(File.ReadAllText(labels)) : NabWindows.None;
            foreach (var file in files)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var reader = File.OpenText(file);
                var rows = Rows(reader, file);
                var begun = System.Diagnostics.Stopwatch.GetTimestamp();
                var scores = NabRun.Scores(rows);
                spent += System.Diagnostics.Stopwatch.GetElapsedTime(begun);
                rowsInAll += rows.Count;
                var relative = Path.GetRelativePath(data, file).Replace('\\', '/');
                var to = Path.Combine(results, detector, Path.GetDirectoryName(relative) ?? "", $"{detector}_{Path.GetFileName(file)}");
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                using var writer = new StreamWriter(to);
                NabFile.Write(writer, rows, scores, windows.Of(relative));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new UnreadableException(e.Message, e);
        }
        return new NabSummary(detector, files.Count, rowsInAll, rowsInAll == 0 ? 0 : spent.TotalMicroseconds / rowsInAll);
    }

    private static List<NabRow> Rows(StreamReader reader, string file)
    {
        try
        {
            return [.. NabFile.Read(reader)];
        }
        catch (FormatException e)
        {
            throw new FormatException($"{file}: {e.Message}", e);
        }
    }
}
