using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace A2AConsole.Policy.Bundles;

/// <summary>
/// The files of a bundle, byte for byte, from a directory or a zip archive. The digest is SHA-256 over one line a file,
/// <c>&lt;SHA-256 of its bytes in lower-case hexadecimal&gt;&lt;two spaces&gt;&lt;path&gt;&lt;line feed&gt;</c>, in ordinal order of the paths: what
/// <c>sha256sum</c> prints, hashed again. So it is the same for a directory and its archive, and anybody can compute it.
/// </summary>
public sealed class BundleFiles
{
    /// <summary>The most files in a bundle.</summary>
    public const int MaxFiles = 500;

    /// <summary>The most bytes in one file, and in all files together.</summary>
    public const int MaxFileBytes = 4 << 20, MaxBytes = 32 << 20;

    private const int MaxPathLength = 200;
    private readonly SortedDictionary<string, byte[]> _files;

    private BundleFiles(SortedDictionary<string, byte[]> files, string source)
    {
        (_files, Source) = (files, source);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, bytes) in files)
            hash.AppendData(Encoding.ASCII.GetBytes($"{Convert.ToHexStringLower(SHA256.HashData(bytes))}  {path}\n"));
        Digest = "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Where it was read from, for messages.</summary>
    public string Source { get; }

    /// <summary><c>sha256:</c> and 64 hexadecimal digits.</summary>
    public string Digest { get; }

    /// <summary>The paths, with '/', in ordinal order.</summary>
    public IReadOnlyCollection<string> Paths => _files.Keys;

    public ReadOnlyMemory<byte> this[string path] => _files[path];

    public bool Has(string path) => _files.ContainsKey(path);

    /// <summary>A bundle from bytes at hand.</summary>
    public static BundleFiles Of(IEnumerable<KeyValuePair<string, byte[]>> files, string source = "bundle")
    {
        var map = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (path, bytes) in files)
            Add(map, path, bytes);
        return new BundleFiles(map, source);
    }

    /// <summary>Reads a directory, or a zip archive of one. Throws <see cref="BundleException"/>.</summary>
    public static BundleFiles Read(string path)
    {
        try
        {
            return Directory.Exists(path) ? ReadDirectory(path)
                : File.Exists(path) ? ReadArchive(path)
                : throw new BundleException($"{path}: there is no such directory or archive");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new BundleException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>The same files with one replaced, as a draft is edited.</summary>
    public BundleFiles With(string path, byte[] bytes)
        => Of(_files.Where(f => f.Key != path).Append(KeyValuePair.Create(path, bytes)), Source);

    /// <summary>The same files without one.</summary>
    public BundleFiles Without(string path) => Of(_files.Where(f => f.Key != path), Source);

    /// <summary>Reads a zip archive of at most <see cref="MaxBytes"/>. Throws <see cref="BundleException"/>.</summary>
    public static BundleFiles ReadArchive(Stream archive, string source)
    {
        try
        {
            return ReadEntries(archive, source);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new BundleException($"{source}: {e.Message}", e);
        }
    }

    private static BundleFiles ReadDirectory(string root)
    {
        var map = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var open = new Stack<DirectoryInfo>([new DirectoryInfo(root)]);
        while (open.TryPop(out var directory))
        {
            foreach (var entry in directory.EnumerateFileSystemInfos())
            {
                // Version control and editors keep theirs in names with a dot; they are no part of a bundle.
                if (entry.Name.StartsWith('.'))
                    continue;
                var path = Path.GetRelativePath(root, entry.FullName).Replace('\\', '/');
                if (entry.LinkTarget is not null)
                    throw new BundleException($"{path}: a bundle holds no links");
                if (entry is DirectoryInfo inner)
                {
                    open.Push(inner);
                    continue;
                }
                if (((FileInfo)entry).Length > MaxFileBytes)
                    throw new BundleException($"{path}: a file has at most {MaxFileBytes} bytes");
                Add(map, path, File.ReadAllBytes(entry.FullName));
            }
        }
        return new BundleFiles(map, root);
    }

    private static BundleFiles ReadArchive(string file)
    {
        using var stream = File.OpenRead(file);
        return ReadEntries(stream, file);
    }

    private static BundleFiles ReadEntries(Stream source, string name)
    {
        var map = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        using var archive = new ZipArchive(source, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var entry in archive.Entries)
        {
            if (entry.FullName.EndsWith('/'))
                continue;
            using var stream = entry.Open();
            var buffer = new MemoryStream();
            // What an archive says of its sizes is not believed: reading stops at the limit.
            var chunk = new byte[81920];
            for (int read; (read = stream.Read(chunk)) > 0;)
            {
                buffer.Write(chunk, 0, read);
                if (buffer.Length > MaxFileBytes)
                    throw new BundleException($"{entry.FullName}: a file has at most {MaxFileBytes} bytes");
            }
            Add(map, entry.FullName, buffer.ToArray());
        }
        return new BundleFiles(map, name);
    }

    private static void Add(SortedDictionary<string, byte[]> map, string path, byte[] bytes)
    {
        if (path.Length is 0 or > MaxPathLength || path.AsSpan().ContainsAnyExceptInRange('!', '~') || path.Contains('\\') || path.Contains(':')
            || path.Split('/').Any(p => p is "" or "." or ".."))
            throw new BundleException($"a path in a bundle is relative, of printable ASCII without spaces, and leads nowhere else: '{string.Concat(path.Take(60).Where(char.IsAscii))}' does not");
        if (bytes.Length > MaxFileBytes || map.Values.Sum(b => (long)b.Length) + bytes.Length > MaxBytes)
            throw new BundleException($"{path}: a bundle has at most {MaxBytes} bytes, and each file at most {MaxFileBytes}");
        if (map.Count == MaxFiles)
            throw new BundleException($"a bundle has at most {MaxFiles} files");
        if (!map.TryAdd(path, bytes))
            throw new BundleException($"{path} is there twice");
    }
}
