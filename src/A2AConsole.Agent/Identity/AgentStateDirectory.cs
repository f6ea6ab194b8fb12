using System.Text.Json;

namespace A2AConsole.Sdk;

/// <summary>Where an agent was enrolled, as kept in its state directory.</summary>
internal sealed record AgentPlace(Uri Authority, Uri Edge, string LedgerKey);

/// <summary>
/// What an agent keeps on disk: <c>identity.pem</c> (key and chain in one file, so that a renewal replaces both or neither),
/// <c>bundle.pem</c> and <c>agent.json</c>. Files have mode 0600 and are replaced by renaming.
/// </summary>
internal sealed class AgentStateDirectory(string path)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string IdentityFile => Path.Combine(path, "identity.pem");
    private string BundleFile => Path.Combine(path, "bundle.pem");
    private string PlaceFile => Path.Combine(path, "agent.json");

    public bool HoldsIdentity => File.Exists(IdentityFile);

    /// <summary>Makes the directory and proves that it can be written, before a join token is spent on it.</summary>
    public void Prepare()
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, Private | UnixFileMode.UserExecute);
            var probe = Path.Combine(path, ".probe");
            Write(probe, "");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentStateException($"the state directory {path} cannot be written: {e.Message}", e);
        }
    }

    public void SavePlace(AgentPlace place) => Write(PlaceFile, JsonSerializer.Serialize(place));

    public void SaveBundle(TrustBundle bundle) => Write(BundleFile, bundle.Pem);

    public void SaveIdentity(string keyPem, string chainPem) => Write(IdentityFile, keyPem.TrimEnd() + "\n" + chainPem);

    public (AgentPlace Place, TrustBundle Bundle, AgentIdentity Identity) Load()
    {
        var identity = LoadIdentity();
        return Read(() => (JsonSerializer.Deserialize<AgentPlace>(File.ReadAllText(PlaceFile)) ?? throw new AgentStateException($"{PlaceFile} is empty"),
            TrustBundle.FromPem(File.ReadAllText(BundleFile)), identity));
    }

    public AgentIdentity LoadIdentity()
    {
        if (!HoldsIdentity)
            throw new AgentStateException($"there is no identity in {path}: enrol first");
        return Read(() =>
        {
            var pem = File.ReadAllText(IdentityFile);
            return AgentIdentity.FromPem(pem, pem);
        });
    }

    private T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new AgentStateException($"the state in {path} cannot be read: {e.Message}", e);
        }
    }

    // Written aside with the final mode from the first byte on, flushed, then renamed over: never half a key, never a readable one.
    private static void Write(string file, string text)
    {
        var aside = $"{file}.{Guid.NewGuid():n}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Private;
        try
        {
            using (var stream = new FileStream(aside, options))
            {
                stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }
            File.Move(aside, file, overwrite: true);
        }
        catch
        {
            File.Delete(aside);
            throw;
        }
    }
}
