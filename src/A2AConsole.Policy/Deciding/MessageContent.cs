using System.Text.Json;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Limits;

namespace A2AConsole.Policy.Deciding;

/// <summary>What a message that changes something says, as far as policy asks about it. From the signed data only.</summary>
/// <param name="ResourceId">What it is done to.</param>
/// <param name="Money">What it commits, as it says it; null when it commits none.</param>
/// <param name="Per">What its commitments are counted for; empty: the agent.</param>
/// <param name="Evidence">The digests (lower-case hex, without prefix) of the evidence that it names.</param>
internal sealed record MessageContent(string ResourceId, Money? Money, string Per, IReadOnlyList<string> Evidence)
{
    private const string DigestPrefix = "sha256:";
    private const int MostEvidence = 16;

    /// <summary>
    /// Reads the data of a message. Null without an <paramref name="error"/>: it changes nothing (<see cref="MessageAction.OnlyWithMoney"/>). With one: it cannot be
    /// told what it would change, so it is denied.
    /// </summary>
    public static MessageContent? Read(MessageAction action, ReadOnlyMemory<byte> data, out string? error)
    {
        error = null;
        using var document = JsonDocument.Parse(data);
        var root = document.RootElement;
        Money? money = null;
        if (action.Money is { } pointer && At(root, pointer) is { } amount)
        {
            money = amount.ValueKind == JsonValueKind.Object && Text(amount, "amount") is { } value && Text(amount, "currency") is { } currency ? new Money(value, currency) : null;
            if (money is null)
            {
                error = $"{pointer} is no amount of money: {{\"amount\": \"18450.00\", \"currency\": \"EUR\"}} is expected";
                return null;
            }
        }
        if (money is null && action.OnlyWithMoney)
            return null;
        var id = At(root, action.ResourceId) is { ValueKind: JsonValueKind.String } found ? found.GetString()! : null;
        if (EntityUid.Check(action.ResourceType, id) is { } broken)
        {
            error = $"{action.ResourceId} cannot be named: {broken}";
            return null;
        }
        var per = action.Per is null ? "" : At(root, action.Per) is { ValueKind: JsonValueKind.String } key ? key.GetString()! : "";
        return new MessageContent(id!, money, per, EvidenceOf(root));
    }

    private static List<string> EvidenceOf(JsonElement root)
    {
        var digests = new List<string>();
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("evidence", out var list) || list.ValueKind != JsonValueKind.Array)
            return digests;
        foreach (var item in list.EnumerateArray().Take(MostEvidence))
        {
            if (item.ValueKind == JsonValueKind.Object && Text(item, "digest") is { } digest && digest.StartsWith(DigestPrefix, StringComparison.Ordinal))
                digests.Add(digest[DigestPrefix.Length..].ToLowerInvariant());
        }
        return digests;
    }

    private static JsonElement? At(JsonElement root, string pointer)
    {
        var at = root;
        foreach (var part in pointer[1..].Split('/'))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
                return null;
        }
        return at.ValueKind == JsonValueKind.Null ? null : at;
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
