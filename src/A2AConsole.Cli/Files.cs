namespace A2AConsole.Cli;

/// <summary>Reads and writes files; what goes wrong becomes one sentence and exit code 3.</summary>
internal static class Files
{
    private const long MaxBytes = 64 << 20;

    public static byte[] ReadBytes(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaxBytes ? File.ReadAllBytes(path) : throw new UnreadableException($"{path} is larger than {MaxBytes >> 20} MiB");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UnreadableException($"cannot read {path}: {e.Message}", e);
        }
    }

    public static string ReadText(string path)
    {
        using var reader = new StreamReader(new MemoryStream(ReadBytes(path)));
        return reader.ReadToEnd();
    }

    /// <summary>Replaces a file in one step, readable by its owner only: a crash leaves the old one or the new one.</summary>
    public static void Replace(string path, string text)
    {
        try
        {
            var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
            Directory.CreateDirectory(directory);
            var temporary = Path.Combine(directory, $".{Path.GetFileName(path)}.{Environment.ProcessId}");
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var writer = new StreamWriter(temporary, options))
                writer.Write(text);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UnreadableException($"cannot write {path}: {e.Message}", e);
        }
    }
}
