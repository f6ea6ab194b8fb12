using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.Provenance;

/// <summary>The verdict on one link of a message's way.</summary>
/// <param name="Index">Its place; −1 is the origin.</param>
/// <param name="Hop">What it states, where it could be read.</param>
/// <param name="Code">What is wrong with it, one of <see cref="HopCodes"/>; null when it holds.</param>
/// <param name="Detail">The same in a sentence.</param>
public sealed record HopVerdict(int Index, Hop? Hop, string? Code, string Detail)
{
    /// <summary>Whether it holds.</summary>
    public bool Holds => Code is null;
}

/// <summary>A message's way, judged from the receiver back to the origin.</summary>
/// <param name="Links">The verdicts in that order: the last hop first, the origin last.</param>
public sealed record HopChainVerdict(IReadOnlyList<HopVerdict> Links)
{
    /// <summary>The first link that does not hold, seen from the receiver; null when the whole way holds.</summary>
    public HopVerdict? FirstBroken => Links.FirstOrDefault(l => !l.Holds);
}

/// <summary>
/// Verifies a message's way. Each hop must be signed by the one that it names, be about the very envelope before it and about this
/// message, and name as its sender and receiver those who stand beside it: so none can be left out, put in, moved or turned to another
/// receiver. Pure: the keys that count, as they stood at the hop's time, are the caller's to know.
/// </summary>
public sealed class HopChain(Func<string, string, DateTimeOffset, VerificationKey?> keyOf, AlgorithmPolicy algorithms, TimeSpan skew)
{
    /// <summary>Verifies the way of a message to <paramref name="receiver"/>.</summary>
    /// <param name="origin">The origin's DSSE envelope.</param>
    /// <param name="hops">The hops' DSSE envelopes, the origin's neighbour first.</param>
    /// <param name="receiver">Who holds the message.</param>
    /// <param name="now">Our time.</param>
    public HopChainVerdict Verify(ReadOnlyMemory<byte> origin, IReadOnlyList<ReadOnlyMemory<byte>> hops, string receiver, DateTimeOffset now)
    {
        using var first = Link.Read(origin, null);
        var links = new List<Link>(hops.Count);
        try
        {
            foreach (var hop in hops)
                links.Add(Link.Read(hop, Hop.PayloadType));
            var verdicts = new List<HopVerdict>(links.Count + 1);
            for (var i = links.Count - 1; i >= 0; i--)
                verdicts.Add(Judge(i, links, first, receiver, now));
            verdicts.Add(JudgeOrigin(first, now));
            return new HopChainVerdict(verdicts);
        }
        finally
        {
            links.ForEach(l => l.Dispose());
        }
    }

    private HopVerdict Judge(int index, List<Link> links, Link origin, string receiver, DateTimeOffset now)
    {
        var link = links[index];
        if (link.Hop is not { } hop)
            return new(index, null, HopCodes.Malformed, link.Wrong!);
        var before = index == 0 ? origin : links[index - 1];
        var sender = index == 0 ? origin.Event?.Source : links[index - 1].Hop?.By;
        var next = index == links.Count - 1 ? receiver : links[index + 1].Hop?.By;
        var since = index == 0 ? origin.Event?.Time : links[index - 1].Hop?.At;
        // What stands beside a link that cannot be read is unknown: that link is the broken one, and this is judged by the rest.
        var (code, detail) = hop.Index != index ? (HopCodes.OutOfPlace, $"it states to be hop {hop.Index}")
            : before.Digest is { } digest && hop.Previous != digest ? (HopCodes.PreviousDiffers, "it is about another envelope than the one before it")
            : origin.Event is { } e && (hop.Message != Convert.ToHexStringLower(e.Digest.Span) || hop.MessageId != e.MessageId) ? (HopCodes.MessageDiffers, "it is about another message")
            : sender is not null && hop.From != sender ? (HopCodes.SenderDiffers, $"it had the message from {hop.From}, but before it stands {sender}")
            : next is not null && hop.To != next ? (HopCodes.ReceiverDiffers, $"it passed the message to {hop.To}, but after it stands {next}")
            : since is { } earliest && hop.At < earliest - skew || hop.At > now + skew ? (HopCodes.TimeImpossible, "its time is before the link before it, or in the future")
            : CheckSignature(link.Envelope!, hop.By, hop.At, now);
        return new(index, hop, code, code is null ? $"Hop {index} by {hop.By} holds." : $"Hop {index} by {hop.By} does not hold: {detail}.");
    }

    private HopVerdict JudgeOrigin(Link origin, DateTimeOffset now)
    {
        if (origin.Event is not { } e)
            return new(-1, null, HopCodes.Malformed, origin.Wrong!);
        var (code, detail) = CheckSignature(origin.Envelope!, e.Source, e.Time, now);
        return new(-1, null, code, code is null ? $"The origin, {e.Source}, holds." : $"The origin, {e.Source}, does not hold: {detail}.");
    }

    private (string? Code, string Detail) CheckSignature(UnverifiedEnvelope envelope, string by, DateTimeOffset at, DateTimeOffset now)
    {
        // Several signatures are an agent's two keys: each must be its own, and each must hold.
        if (envelope.Signatures.Count is 0 or > 2)
            return (HopCodes.SignatureInvalid, "it must carry one signature, or two of one signer");
        foreach (var signature in envelope.Signatures)
        {
            var keyId = System.Text.Encoding.UTF8.GetString(signature.KeyId.Span);
            if (keyOf(by, keyId, at) is not { } key)
                return (HopCodes.SignerUnknown, $"no key {JsonText.Printable(signature.KeyId.Span)} is known of its signer at that time");
            if (!algorithms.IsUsable(key.Algorithm, AlgorithmUses.Envelope, now))
                return (HopCodes.AlgorithmRefused, $"{key.Algorithm.Id} is not accepted");
            if (!key.Verify(envelope.Pae, signature.Value.Span))
                return (HopCodes.SignatureInvalid, "its signature is not over these bytes");
        }
        return (null, "");
    }

    /// <summary>One link as far as it could be read.</summary>
    private sealed record Link(UnverifiedEnvelope? Envelope, string? Digest, Hop? Hop, Admission.EventFacts? Event, string? Wrong) : IDisposable
    {
        public static Link Read(ReadOnlyMemory<byte> json, string? type)
        {
            if (!DsseEnvelopeReader.TryRead(json.Span, out var envelope, out var fault))
                return new(null, null, null, null, fault.Detail);
            var digest = Convert.ToHexStringLower(EnvelopeDigest.Of(envelope));
            if (type is null)
            {
                fault = EnvelopeVerifier.CheckType(envelope, Dsse.EventType);
                return fault is null && AgentEventReader.TryRead(envelope.Payload, out var read, out fault)
                    ? new(envelope, digest, null, read.Claims, null)
                    : new(envelope, digest, null, null, fault!.Detail);
            }
            if (envelope.PayloadType != type)
                return new(envelope, digest, null, null, $"The hop's payloadType must be \"{type}\".");
            return HopReader.TryRead(envelope.Payload, out var hop, out var wrong) ? new(envelope, digest, hop, null, null) : new(envelope, digest, null, null, wrong);
        }

        public void Dispose() => Envelope?.Dispose();
    }
}

/// <summary>What can be wrong with a link.</summary>
public static class HopCodes
{
    public const string Malformed = "hop-malformed";
    public const string OutOfPlace = "hop-out-of-place";
    public const string PreviousDiffers = "hop-previous-differs";
    public const string MessageDiffers = "hop-message-differs";
    public const string SenderDiffers = "hop-sender-differs";
    public const string ReceiverDiffers = "hop-receiver-differs";
    public const string TimeImpossible = "hop-time-impossible";
    public const string SignerUnknown = "hop-signer-unknown";
    public const string AlgorithmRefused = "hop-algorithm-refused";
    public const string SignatureInvalid = "hop-signature-invalid";
}
