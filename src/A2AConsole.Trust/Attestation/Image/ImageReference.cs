using System.Text.Json;

namespace A2AConsole.Trust.Attestation.Image;

/// <summary>
/// An entry's reference values for the kind <c>image</c>:
/// <code>{ "builders": [{ "id": "https://ci.acme.example/builder", "keys": ["-----BEGIN PUBLIC KEY-----…"] }],
///   "buildTypes": ["https://ci.acme.example/container/v1"], "sources": ["git+https://git.acme.example/agents/forecast"], "sourceParameter": "source",
///   "images": ["sha256:…"], "policyBundles": ["sha256:…"], "platforms": ["-----BEGIN PUBLIC KEY-----…"] }</code>
/// Builders, build types and sources must be said. Without <c>images</c> every image counts that these builders built so from these
/// sources; without <c>platforms</c> what runs is the agent's own word.
/// </summary>
internal sealed record ImageReference
{
    private const int MaxKeys = 8, MaxValues = 256;

    public required IReadOnlyList<PinnedBuilder> Builders { get; init; }
    public required IReadOnlyList<string> BuildTypes { get; init; }
    /// <summary>Repositories, or a repository with <c>@ref</c> where only one ref is to count.</summary>
    public required IReadOnlyList<string> Sources { get; init; }
    /// <summary>Which of the provenance's external parameters names the source: member names with dots between them.</summary>
    public required IReadOnlyList<string> SourceParameter { get; init; }
    /// <summary>Digests in hex; null: any.</summary>
    public IReadOnlyList<string>? Images { get; init; }
    public IReadOnlyList<string>? PolicyBundles { get; init; }
    /// <summary>Keys of the platforms that say what runs; null: nobody but the agent says so.</summary>
    public IReadOnlyList<PinnedKey>? Platforms { get; init; }

    /// <summary>Reads reference values; null with what is wrong.</summary>
    public static ImageReference? TryRead(JsonElement json, out string? fault)
    {
        fault = Check(json, out var reference);
        return reference;
    }

    /// <summary>The hex of <c>sha256:&lt;64 hex digits&gt;</c>, or null.</summary>
    public static string? Digest(string text)
    {
        const string prefix = "sha256:";
        return text.StartsWith(prefix, StringComparison.Ordinal) && IsSha256(text[prefix.Length..]) ? text[prefix.Length..] : null;
    }

    /// <summary>Whether a text is a SHA-256 digest in lower-case hex.</summary>
    public static bool IsSha256(string? text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether a source that a provenance names is one of ours: the same repository at any ref, or the same ref.</summary>
    public bool TakesSource(string source) => Sources.Any(s => source == s || (source.StartsWith(s + "@", StringComparison.Ordinal) && !s.Contains('@', StringComparison.Ordinal)));

    private static string? Check(JsonElement json, out ImageReference? reference)
    {
        reference = null;
        if (json.ValueKind != JsonValueKind.Object)
            return "The reference values must be an object with builders, buildTypes and sources.";
        if (json.Stranger("builders", "buildTypes", "sources", "sourceParameter", "images", "policyBundles", "platforms") is { } stranger)
            return $"\"{StrictJson.Printable(stranger)}\" is no reference value of this kind.";
        if (ReadBuilders(json) is not { } builders)
            return $"builders must list 1 to {MaxKeys} of {{ \"id\", \"keys\" }}, each with at least one PEM public key (e.g. P-256 or Ed25519), {MaxKeys} keys in all; a key belongs to one builder.";
        if (List(json, "buildTypes") is not { Count: > 0 } buildTypes)
            return "buildTypes is missing: list the buildType URIs of provenance that count.";
        if (List(json, "sources") is not { Count: > 0 } sources || !sources.All(IsSource))
            return "sources must list repositories as provenance names them, with host and path, e.g. \"git+https://git.acme.example/agents/forecast\".";
        var parameter = json.Member("sourceParameter") is null ? "source" : json.Text("sourceParameter");
        if (string.IsNullOrEmpty(parameter) || parameter.Split('.').Any(p => p.Length == 0))
            return "sourceParameter names an external parameter of the provenance, with dots for members of members, e.g. \"workflow.repository\".";
        if (!Digests(json, "images", out var images) || !Digests(json, "policyBundles", out var bundles))
            return "images and policyBundles list digests as \"sha256:\" and 64 hex digits, or are left out.";
        var platforms = json.Member("platforms") is null ? null : Keys(json, "platforms");
        if (json.Member("platforms") is not null && platforms is null)
            return $"platforms lists 1 to {MaxKeys} PEM public keys (e.g. P-256 or Ed25519), or is left out.";
        reference = new()
        {
            Builders = builders,
            BuildTypes = buildTypes,
            Sources = sources,
            SourceParameter = parameter.Split('.'),
            Images = images,
            PolicyBundles = bundles,
            Platforms = platforms,
        };
        return null;
    }

    private static List<PinnedBuilder>? ReadBuilders(JsonElement json)
    {
        if (json.Member("builders") is not { ValueKind: JsonValueKind.Array } list)
            return null;
        var builders = new List<PinnedBuilder>();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || item.Stranger("id", "keys") is not null || item.Text("id") is not { Length: > 0 } id || Keys(item, "keys") is not { } keys)
                return null;
            builders.Add(new(id, keys));
        }
        var all = builders.SelectMany(b => b.Keys).Select(k => k.Id).ToList();
        return all.Count is > 0 and <= MaxKeys && all.Distinct().Count() == all.Count ? builders : null;
    }

    private static List<PinnedKey>? Keys(JsonElement json, string name)
    {
        var keys = json.Texts(name)?.Take(MaxKeys + 1).Select(PinnedKey.FromPem).ToList();
        return keys is { Count: > 0 and <= MaxKeys } && keys.TrueForAll(k => k is not null) ? [.. keys.OfType<PinnedKey>()] : null;
    }

    private static IReadOnlyList<string>? List(JsonElement json, string name) => json.Texts(name) is { Count: <= MaxValues } list && list.All(t => t.Length > 0) ? list : null;

    private static bool Digests(JsonElement json, string name, out IReadOnlyList<string>? digests)
    {
        var read = List(json, name)?.Select(Digest).ToList();
        digests = read is { Count: > 0 } && read.TrueForAll(d => d is not null) ? [.. read.OfType<string>()] : null;
        return json.Member(name) is null || digests is not null;
    }

    /// <summary>With a path: "host" alone and a following "@" would make an attacker's host of what comes after.</summary>
    private static bool IsSource(string source)
        => Uri.TryCreate(source, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && uri.UserInfo.Length == 0 && uri.AbsolutePath.Length > 1 && uri.Query.Length == 0 && uri.Fragment.Length == 0;
}

/// <summary>A builder and the keys that it signs provenance with: an id counts only under its own key.</summary>
internal sealed record PinnedBuilder(string Id, IReadOnlyList<PinnedKey> Keys);
