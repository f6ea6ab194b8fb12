using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace A2AConsole.Core.Alerts;

/// <summary>A file of an incident's evidence pack, as the manifest lists it.</summary>
/// <param name="Name">Its path in the archive: letters, digits, <c>- _ . /</c>.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Size">In bytes.</param>
public sealed record PackMember(string Name, string Sha256, long Size);

/// <summary>What a pack says of itself: signed as a whole by the trust domain's record key, each member by its digest.</summary>
/// <param name="TrustDomain">Whose.</param>
/// <param name="Incident">The incident's id: the ledger leaf that created it.</param>
/// <param name="Title">Its title.</param>
/// <param name="PackedAt">When (UTC).</param>
/// <param name="PackedBy">By whom.</param>
/// <param name="Members">Everything else in the archive, in the order of their names.</param>
public sealed record PackManifest(string TrustDomain, long Incident, string Title, DateTimeOffset PackedAt, string PackedBy, IReadOnlyList<PackMember> Members)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true, AllowDuplicateProperties = false };

    /// <summary>The payload that is signed.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Reads a payload; <paramref name="error"/> says what is wrong.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out PackManifest? manifest, [NotNullWhen(false)] out string? error)
    {
        try
        {
            manifest = JsonSerializer.Deserialize<PackManifest>(payload, Json);
            error = manifest is null ? "the manifest is empty" : null;
        }
        catch (JsonException e)
        {
            (manifest, error) = (null, "the manifest cannot be read: " + e.Message);
        }
        return manifest is not null;
    }
}

/// <summary>
/// An incident's evidence pack: a zip archive of the events behind it with everything that proves them, the proofs of each step, drawings, and a
/// manifest that the trust domain's record key signed. Whoever has the trust bundle and the ledger's verifier key checks it offline.
/// </summary>
public static class EvidencePack
{
    /// <summary>The DSSE payload type of the manifest.</summary>
    public const string PayloadType = "application/vnd.a2aconsole.incident-pack+json";
    public const string MediaType = "application/zip";
    public const string FileExtension = ".a2a-incident.zip";
    /// <summary>The manifest's DSSE envelope, and its signer's certificates.</summary>
    public const string Manifest = "manifest.dsse.json", Chain = "manifest.pem";
    public const string Checkpoint = "checkpoint";
    public const string ProofExtension = ".tlog-proof";

    private const int MostMembers = 5_000, LongestName = 200;
    private const long MostBytes = 1L << 30;

    /// <summary>Writes an archive; <paramref name="sign"/> makes an envelope and its signer's chain of the manifest's payload.</summary>
    public static byte[] Write(PackManifest head, IEnumerable<(string Name, byte[] Bytes)> members, Func<byte[], (byte[] Envelope, string Chain)> sign)
    {
        var all = members.OrderBy(m => m.Name, StringComparer.Ordinal).ToList();
        var manifest = head with { Members = [.. all.Select(m => new PackMember(m.Name, Convert.ToHexStringLower(SHA256.HashData(m.Bytes)), m.Bytes.Length))] };
        var (envelope, chain) = sign(manifest.Write());
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in all.Prepend((Chain, System.Text.Encoding.UTF8.GetBytes(chain))).Prepend((Manifest, envelope)))
            {
                var entry = archive.CreateEntry(name, CompressionLevel.Fastest);
                // The same content is the same file.
                entry.LastWriteTime = new DateTimeOffset(head.PackedAt.UtcDateTime, TimeSpan.Zero);
                using var to = entry.Open();
                to.Write(bytes);
            }
        }
        return file.ToArray();
    }

    /// <summary>Whether a file is an archive at all.</summary>
    public static bool Is(ReadOnlySpan<byte> file) => file.StartsWith("PK\u0003\u0004"u8);

    /// <summary>Reads an archive into its files, within bounds; <paramref name="error"/> says what is wrong.</summary>
    public static bool TryOpen(byte[] file, [NotNullWhen(true)] out IReadOnlyDictionary<string, byte[]>? members, [NotNullWhen(false)] out string? error)
    {
        (members, error) = (null, null);
        var read = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        try
        {
            using var archive = new ZipArchive(new MemoryStream(file), ZipArchiveMode.Read);
            if (archive.Entries.Count > MostMembers)
                error = $"the archive has {archive.Entries.Count} files, more than {MostMembers}";
            var left = MostBytes;
            foreach (var entry in error is null ? archive.Entries : [])
            {
                if (!IsName(entry.FullName))
                    error = $"the archive has a file of the name '{entry.FullName}', which no pack has";
                else if (read.ContainsKey(entry.FullName))
                    error = $"the archive has {entry.FullName} twice";
                else if ((left -= entry.Length) < 0)
                    error = $"the archive unpacks to more than {MostBytes >> 20} MiB";
                if (error is not null)
                    break;
                using var from = entry.Open();
                // What the archive says of its length is not believed.
                var bytes = new byte[entry.Length];
                from.ReadExactly(bytes);
                if (from.ReadByte() >= 0)
                    error = $"{entry.FullName} is longer than the archive says";
                read[entry.FullName] = bytes;
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException or ArgumentException)
        {
            error = "the archive is damaged: " + e.Message;
        }
        if (error is not null)
            return false;
        members = read;
        return true;
    }

    /// <summary>What differs between the files and what the manifest says of them; empty when nothing does.</summary>
    public static IReadOnlyList<string> Differences(PackManifest manifest, IReadOnlyDictionary<string, byte[]> files)
    {
        var faults = new List<string>();
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in manifest.Members)
        {
            if (!listed.Add(member.Name))
                faults.Add($"the manifest names {member.Name} twice");
            else if (!files.TryGetValue(member.Name, out var bytes))
                faults.Add($"{member.Name} is missing");
            else if (bytes.Length != member.Size || Convert.ToHexStringLower(SHA256.HashData(bytes)) != member.Sha256)
                faults.Add($"{member.Name} is not what was packed: its digest differs");
        }
        faults.AddRange(files.Keys.Where(name => name is not (Manifest or Chain) && !listed.Contains(name)).Order(StringComparer.Ordinal).Select(name => $"{name} was added: the manifest does not name it"));
        return faults;
    }

    private static bool IsName(string name)
        => name.Length is > 0 and <= LongestName && !name.StartsWith('/') && !name.Contains("..", StringComparison.Ordinal) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/');
}
