using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace A2AConsole.Core.A2A;

/// <summary>What a message carries under our extension: slices of the body, nothing verified.</summary>
/// <param name="Dsse">The origin's DSSE envelope.</param>
/// <param name="Hops">The hops' DSSE envelopes, the origin's neighbour first.</param>
/// <param name="HopsEnd">Where, counted from the beginning of what was read, the next hop goes: before the closing bracket.</param>
public sealed record CarriedEnvelope(ReadOnlyMemory<byte> Dsse, IReadOnlyList<ReadOnlyMemory<byte>> Hops, int HopsEnd)
{
    /// <summary>The most hops that a message may have taken.</summary>
    public const int MaxHops = 16;

    private static readonly string[] Names = ["dsse", "hops"];

    /// <summary>Reads <see cref="A2AMessage.Envelope"/>.</summary>
    public static bool TryRead(A2AMessage message, [NotNullWhen(true)] out CarriedEnvelope? carried, [NotNullWhen(false)] out A2AFault? fault)
    {
        carried = null;
        if (message.Envelope.IsEmpty)
        {
            fault = new(A2AError.ExtensionSupportRequired, "envelope-missing", $"The message carries no signed event: put it into metadata[\"{EnvelopeExtension.Uri}\"] as {{ \"dsse\": …, \"hops\": [] }}.");
            return false;
        }
        if (!message.Extensions.Contains(EnvelopeExtension.Uri, StringComparer.Ordinal))
        {
            fault = new(A2AError.ExtensionSupportRequired, "extension-not-named", $"The message's extensions do not name {EnvelopeExtension.Uri}, though its metadata has it.");
            return false;
        }
        fault = null;
        // Judged once with the whole body: it parses.
        using var document = JsonDocument.Parse(message.Envelope, new JsonDocumentOptions { MaxDepth = Envelopes.JsonText.MaxDepth });
        var root = document.RootElement;
        fault = A2AMessageReader.CheckObject(root, "signed event's carrier", Names);
        if (fault is null && (!root.TryGetProperty("dsse", out var dsse) || dsse.ValueKind != JsonValueKind.Object))
            fault = Malformed("dsse must be a DSSE envelope");
        if (fault is null && (!root.TryGetProperty("hops", out var list) || list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(h => h.ValueKind != JsonValueKind.Object)))
            fault = Malformed("hops must be an array of DSSE envelopes, empty at its origin");
        if (fault is null && root.GetProperty("hops").GetArrayLength() > MaxHops)
            fault = A2AFault.Invalid("too-many-hops", $"The message came over more than {MaxHops} hops.");
        if (fault is not null)
            return false;
        var hops = root.GetProperty("hops");
        carried = new CarriedEnvelope(
            message.Envelope[A2AJson.RangeOf(message.Envelope, root.GetProperty("dsse"))],
            [.. hops.EnumerateArray().Select(h => message.Envelope[A2AJson.RangeOf(message.Envelope, h)])],
            A2AJson.RangeOf(message.Envelope, hops).End.Value - 1);
        return true;
    }

    /// <summary>
    /// The body with one hop more: the only bytes that anybody on the way adds. <paramref name="body"/> is what
    /// <paramref name="message"/> was read from.
    /// </summary>
    public byte[] InsertHop(ReadOnlyMemory<byte> body, A2AMessage message, ReadOnlySpan<byte> hop)
    {
        if (!body.Span.Overlaps(message.Envelope.Span, out var start))
            throw new ArgumentException("The message is not of this body.", nameof(message));
        var at = start + HopsEnd;
        var comma = Hops.Count > 0 ? 1 : 0;
        var result = new byte[body.Length + hop.Length + comma];
        body.Span[..at].CopyTo(result);
        if (comma > 0)
            result[at] = (byte)',';
        hop.CopyTo(result.AsSpan(at + comma));
        body.Span[at..].CopyTo(result.AsSpan(at + comma + hop.Length));
        return result;
    }

    private static A2AFault Malformed(string right) => A2AFault.Invalid("envelope-malformed", $"What the message carries under {EnvelopeExtension.Uri} cannot be read: {right}.");
}
