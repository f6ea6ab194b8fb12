using System.Buffers.Text;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Sdk;

/// <summary>Asks the authority for a nonce and gathers the evidence that it requires.</summary>
internal static class Attestation
{
    /// <summary>Nonce and evidence as a request for a certificate carries them.</summary>
    public sealed record Gathered(string Nonce, IReadOnlyList<JsonNode> Evidence);

    /// <summary>
    /// Gathers evidence for <paramref name="key"/>; null when the entry requires none of what the sources have, so that the authority can say itself what is
    /// missing. <paramref name="token"/> or <paramref name="spiffeId"/> says who asks.
    /// </summary>
    public static async Task<Gathered?> GatherAsync(
        IReadOnlyList<IEvidenceSource> sources, Func<HttpRequestMessage, Task<HttpResponseMessage>> send, Uri authority, SigningKey key, string? token, string? spiffeId, CancellationToken cancellationToken)
    {
        if (sources.Count == 0)
            return null;
        var (kind, opening) = await OpenAsync(sources, cancellationToken);
        var offer = await AskAsync(send, authority, key, token, spiffeId, null, null);
        var required = Kinds(offer, token is null ? "requiredAtRenewal" : "required");
        var asked = sources.Where(s => required.Contains(s.Kind)).ToList();
        if (asked.Count == 0)
            return null;
        // A challenge comes with a nonce of its own; it is asked for only where the entry wants that kind.
        if (kind is not null && required.Contains(kind))
            offer = await AskAsync(send, authority, key, token, spiffeId, kind, opening);
        return await CollectAsync(asked, kind, offer, key, cancellationToken);
    }

    private static async Task<Gathered> CollectAsync(List<IEvidenceSource> sources, string? challenged, JsonElement offer, SigningKey key, CancellationToken cancellationToken)
    {
        var nonce = offer.GetProperty("nonce").GetString()!;
        var bytes = Base64Url.DecodeFromChars(nonce);
        // Made here rather than believed: evidence about another key would otherwise be the authority's to ask for.
        var binding = EvidenceBinding.Of(bytes, key.SubjectPublicKeyInfo);
        JsonElement? challenge = offer.TryGetProperty("challenge", out var given) && given.ValueKind == JsonValueKind.Object ? given : null;
        var evidence = new List<JsonNode>();
        foreach (var source in sources)
        {
            var request = new EvidenceRequest(offer.GetProperty("spiffeId").GetString()!, bytes, binding, source.Kind == challenged ? challenge : null, key.SubjectPublicKeyInfo, data => key.Sign(data.Span));
            var body = JsonObject.Create(await source.CollectAsync(request, cancellationToken)) ?? throw new InvalidOperationException($"the source of {source.Kind} evidence gave no JSON object");
            body["kind"] = source.Kind;
            evidence.Add(body);
        }
        return new Gathered(nonce, evidence);
    }

    private static async Task<(string? Kind, JsonElement? Opening)> OpenAsync(IReadOnlyList<IEvidenceSource> sources, CancellationToken cancellationToken)
    {
        (string? Kind, JsonElement? Opening) found = default;
        foreach (var source in sources)
        {
            if (await source.OpenAsync(cancellationToken) is not { } opening)
                continue;
            found = found.Kind is null ? (source.Kind, opening) : throw new InvalidOperationException($"both {found.Kind} and {source.Kind} have an opening; one challenge a certificate is all there is");
        }
        return found;
    }

    private static async Task<JsonElement> AskAsync(
        Func<HttpRequestMessage, Task<HttpResponseMessage>> send, Uri authority, SigningKey key, string? token, string? spiffeId, string? kind, JsonElement? opening)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(authority, "/v1/attest"))
        {
            Content = JsonContent.Create(new { token, spiffeId, kind, opening, keyInfo = Convert.ToBase64String(key.SubjectPublicKeyInfo) }),
        };
        using var answer = await send(message);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        return json.RootElement.Clone();
    }

    private static HashSet<string> Kinds(JsonElement offer, string member)
        => [.. offer.GetProperty(member).EnumerateArray().Select(k => k.GetString()!)];
}
