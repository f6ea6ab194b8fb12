using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Encodings;

namespace A2AConsole.Core.A2A.Cards;

/// <summary>An interface that a card declares.</summary>
/// <param name="Url">Where it is.</param>
/// <param name="Binding"><c>JSONRPC</c>, <c>HTTP+JSON</c>, <c>GRPC</c> or another.</param>
/// <param name="Version">The protocol's version, e.g. <c>1.0</c>.</param>
/// <param name="Tenant">The tenant that requests must name, or empty.</param>
public sealed record CardInterface(string Url, string Binding, string Version, string Tenant);

/// <summary>An extension that a card declares.</summary>
public sealed record CardExtension(string Uri, bool IsRequired);

/// <summary>
/// An agent's card as it was served: read and canonicalised, its signatures not yet verified. Two cards are the same when their
/// <see cref="Digest"/> is; signatures come and go without changing it.
/// </summary>
public sealed class AgentCard
{
    /// <summary>The longest card that is read, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>The most signatures that a card may carry.</summary>
    public const int MaxSignatures = 8;

    private AgentCard(ReadOnlyMemory<byte> json, JsonObject tree, byte[] canonical, JsonElement root, IReadOnlyList<CardSignature> signatures)
    {
        (Json, Tree, Canonical, Signatures) = (json, tree, canonical, signatures);
        Digest = Convert.ToHexStringLower(Sha256.Hash(canonical));
        Name = Text(root, "name");
        Version = Text(root, "version");
        Interfaces = [.. Items(root, "supportedInterfaces").Select(i => new CardInterface(Text(i, "url"), Text(i, "protocolBinding"), Text(i, "protocolVersion"), Text(i, "tenant")))];
        var capabilities = root.GetProperty("capabilities");
        Extensions = [.. Items(capabilities, "extensions").Select(e => new CardExtension(Text(e, "uri"), Flag(e, "required")))];
        Streams = Flag(capabilities, "streaming");
        SendsPush = Flag(capabilities, "pushNotifications");
    }

    /// <summary>The card's bytes as they came.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>What a signature must cover (RFC 8785).</summary>
    public ReadOnlyMemory<byte> Canonical { get; }

    /// <summary>SHA-256 of <see cref="Canonical"/>, lower-case hex: what is pinned.</summary>
    public string Digest { get; }

    public string Name { get; }
    public string Version { get; }
    public IReadOnlyList<CardInterface> Interfaces { get; }
    public IReadOnlyList<CardExtension> Extensions { get; }
    public bool Streams { get; }
    public bool SendsPush { get; }
    public IReadOnlyList<CardSignature> Signatures { get; }

    internal JsonObject Tree { get; }

    /// <summary>Reads a card.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out AgentCard? card, [NotNullWhen(false)] out CardFault? fault)
    {
        card = null;
        if (json.Length > MaxBytes)
        {
            fault = CardFault.Of(CardCodes.Malformed, $"The card has {json.Length} bytes; at most {MaxBytes} are taken.");
            return false;
        }
        if (!A2AJson.TryParse(json, "The card", out var document, out var broken))
        {
            fault = CardFault.Of(CardCodes.Malformed, broken.Detail);
            return false;
        }
        using (document)
        {
            var root = document.RootElement;
            var tree = CardCanonicalizer.Canonical(root, out fault);
            var signatures = tree is null ? null : CardSignature.ReadAll(root, out fault);
            if (fault is not null || signatures is null)
            {
                fault ??= CardFault.Of(CardCodes.Malformed, "The card must be a JSON object.");
                return false;
            }
            try
            {
                card = new AgentCard(json, tree!, CanonicalJson.Write(tree), root, signatures);
                return true;
            }
            catch (InexactNumberException e)
            {
                fault = CardFault.Of(CardCodes.InexactNumber, e.Message);
                return false;
            }
        }
    }

    /// <summary>The members in which another card differs from this one, as JSON pointers; at most <see cref="CardFault.MaxMembers"/>.</summary>
    public IReadOnlyList<string> DifferencesTo(AgentCard other) => CardDifference.Between(Tree, other.Tree);

    /// <summary>Whether it is the card that was pinned; if not, what changed.</summary>
    public CardFault? CheckPin(AgentCard pinned)
    {
        if (Digest == pinned.Digest)
            return null;
        var members = pinned.DifferencesTo(this);
        return new CardFault(CardCodes.Changed, $"The card is not the one that was pinned: {string.Join(", ", members)} changed. Pin the new one after looking at it.", members);
    }

    private static string Text(JsonElement value, string name) => value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString()! : "";

    private static bool Flag(JsonElement value, string name) => value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.True;

    private static JsonElement.ArrayEnumerator Items(JsonElement value, string name)
        => value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Array ? member.EnumerateArray() : default;
}
