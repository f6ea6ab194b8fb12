using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace A2AConsole.Policy.Engine;

/// <summary>
/// Keeps the compiled engine between starts. The runtime takes a compiled module on trust, altered or not; so the file carries its
/// digest, and one that does not match is compiled anew. It is machine code: the directory is its owner's alone, and whoever can write there can
/// already run programs as us.
/// </summary>
internal sealed class CompiledCache(string directory, string wasmDigest)
{
    private readonly string _file = Path.Combine(directory, string.Join('-',
        "cedar", wasmDigest[..16], typeof(Wasmtime.Engine).Assembly.GetName().Version?.ToString() ?? "0",
        RuntimeInformation.RuntimeIdentifier, "epoch.bin"));

    public static string DefaultDirectory
    {
        get
        {
            var local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return Path.Combine(local.Length > 0 ? local : Path.GetTempPath(), "a2aconsole", "engine");
        }
    }

    internal string FileName => _file;

    /// <summary>The compiled engine; null when there is none, or it is not what was written.</summary>
    public byte[]? Read()
    {
        try
        {
            if (!File.Exists(_file) || !OwnedByUsAlone(directory) || !OwnedByUsAlone(_file))
                return null;
            var bytes = File.ReadAllBytes(_file);
            if (bytes.Length <= SHA256.HashSizeInBytes)
                return null;
            var body = bytes.AsSpan(SHA256.HashSizeInBytes);
            return SHA256.HashData(body).AsSpan().SequenceEqual(bytes.AsSpan(0, SHA256.HashSizeInBytes)) ? body.ToArray() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps a compiled engine. A directory that cannot be written costs the next start its time, and nothing else.</summary>
    public void Write(byte[] compiled)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
            }
            else
            {
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }
            if (!OwnedByUsAlone(directory))
                return;
            var temporary = $"{_file}.{Environment.ProcessId}.{Guid.NewGuid():N}";
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(SHA256.HashData(compiled));
                stream.Write(compiled);
            }
            File.Move(temporary, _file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static bool OwnedByUsAlone(string path)
        => OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) == 0;
}
