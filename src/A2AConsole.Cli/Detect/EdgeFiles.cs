using System.IO.Compression;
using A2AConsole.Detection.Edges;

namespace A2AConsole.Cli.Detect;

/// <summary>Reads labelled edges from a file, plain or the first entry of a zip archive.</summary>
internal static class EdgeFiles
{
    public static EdgeReport Run(string file, CancellationToken cancellationToken)
    {
        try
        {
            if (!file.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            {
                using var plain = File.OpenText(file);
                return Read(plain, cancellationToken);
            }
            using var archive = ZipFile.OpenRead(file);
            using var entry = new StreamReader((archive.Entries.FirstOrDefault() ?? throw new InvalidDataException("the archive is empty")).Open());
            return Read(entry, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UnreadableException($"cannot read {file}: {e.Message}", e);
        }
    }

    internal static EdgeReport Read(TextReader reader, CancellationToken cancellationToken)
    {
        var trial = new EdgeTrial();
        for (var number = 1L; reader.ReadLine() is { } line; number++)
        {
            if (number % 100_000 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (line.Length == 0)
                continue;
            var parts = line.Split(',');
            if (parts.Length != 4)
                throw new InvalidDataException($"line {number} is not source,target,time,label");
            trial.Add(parts[0], parts[1], parts[2], parts[3]);
        }
        return trial.Report();
    }
}
