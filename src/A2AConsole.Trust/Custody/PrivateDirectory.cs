namespace A2AConsole.Trust.Custody;

/// <summary>
/// A directory (0700) of files (0600) that only our own user may touch, each replaced as a whole: a crash leaves the old file
/// or the new one, never half of one.
/// </summary>
public sealed class PrivateDirectory
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerDirectory = OwnerFile | UnixFileMode.UserExecute;
    private const string TemporaryPrefix = ".writing-";
    private static readonly TimeSpan LeftOverAfter = TimeSpan.FromMinutes(1);

    /// <summary>Opens the directory, making it when it is not there. Throws <see cref="TrustStartupException"/> when it is not ours alone.</summary>
    public PrivateDirectory(string path)
    {
        Root = Path.GetFullPath(path);
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(Root);
            else
                Directory.CreateDirectory(Root, OwnerDirectory);
            RefuseWhenOpen(Root, OwnerDirectory, "700");
            // Only what nobody can still be writing: another process may share the directory.
            foreach (var leftOver in Directory.EnumerateFiles(Root, TemporaryPrefix + "*").Where(f => DateTime.UtcNow - File.GetLastWriteTimeUtc(f) > LeftOverAfter))
                File.Delete(leftOver);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrustStartupException($"The key directory {Root} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>The directory's full path.</summary>
    public string Root { get; }

    /// <summary>The full path of a file in it.</summary>
    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Whether the file is there.</summary>
    public bool Contains(string name) => File.Exists(PathOf(name));

    /// <summary>Whether any file has this extension (with its dot).</summary>
    public bool ContainsAny(string extension) => Directory.EnumerateFiles(Root, "*" + extension).Any();

    /// <summary>
    /// The file's text, or null when there is none. Throws <see cref="TrustStartupException"/> when it is unreadable, or when others
    /// may read it (a secret) or change it (anything).
    /// </summary>
    public string? Read(string name, bool isSecret = true)
    {
        var path = PathOf(name);
        if (!File.Exists(path))
            return null;
        try
        {
            RefuseWhenOpen(path, isSecret ? OwnerFile : OwnerFile | UnixFileMode.GroupRead | UnixFileMode.OtherRead, "600");
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrustStartupException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>
    /// Writes the file durably. Returns false, having changed nothing, when it exists and <paramref name="replace"/> is false:
    /// another process was faster.
    /// </summary>
    public bool Write(string name, string text, bool replace)
    {
        var path = PathOf(name);
        var temporary = PathOf(TemporaryPrefix + Path.GetRandomFileName());
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerFile;
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }
            try
            {
                File.Move(temporary, path, replace);
                return true;
            }
            catch (IOException) when (!replace && File.Exists(path))
            {
                File.Delete(temporary);
                return false;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrustStartupException($"{path} cannot be written: {e.Message}", e);
        }
    }

    private static void RefuseWhenOpen(string path, UnixFileMode allowed, string mode)
    {
        if (OperatingSystem.IsWindows())
            return;
        var others = File.GetUnixFileMode(path) & ~(allowed | OwnerDirectory);
        if (others != UnixFileMode.None)
            throw new TrustStartupException($"{path} is open to other users ({others}); allow only its owner: chmod {mode} '{path}'.");
    }
}
