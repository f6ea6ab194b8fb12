using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Schemas;

namespace A2AConsole.Core.Admission;

/// <summary>
/// The checks that need no state, in their order: size, rate (asked by the caller), parse, signature, freshness; and the schema
/// check, which is made here and counts after replay and idempotency. Safe from several threads at once.
/// </summary>
public sealed class EventChecker(SchemaRegistry schemas, AdmissionLimits limits, AlgorithmPolicySource? algorithms = null)
{
    private readonly AlgorithmPolicySource _algorithms = algorithms ?? new AlgorithmPolicySource();

    /// <summary>How many bytes are kept of an event that was too large to take.</summary>
    public const int OversizePrefix = 4096;

    public SchemaRegistry Schemas => schemas;

    public AdmissionLimits Limits => limits;

    /// <summary>Which algorithms are accepted at this moment; without a source of one's own, the registry's.</summary>
    public AlgorithmPolicy Algorithms => _algorithms.Current;

    /// <summary>Checks one event's envelope as <paramref name="signer"/> sent it.</summary>
    /// <param name="envelope">The envelope's bytes as received; of an oversize one at least a prefix.</param>
    /// <param name="signer">The agent on the connection.</param>
    /// <param name="now">Our time.</param>
    /// <param name="withinRate">What <see cref="RateRule"/> said.</param>
    /// <param name="size">How many bytes were received, when <paramref name="envelope"/> is only a prefix.</param>
    public CheckedEvent Check(ReadOnlyMemory<byte> envelope, VerifiedSvid signer, DateTimeOffset now, bool withinRate = true, int? size = null)
    {
        var received = size ?? envelope.Length;
        if (CheckBounds(envelope, received, withinRate) is { } outOfBounds)
            return outOfBounds;
        if (!DsseEnvelopeReader.TryRead(envelope.Span, out var read, out var fault))
            return CheckedEvent.Refused(envelope, received, Sha256.Hash(envelope.Span), fault);
        using (read)
        {
            var digest = Sha256.Hash(read.Payload.Span);
            fault = EnvelopeVerifier.CheckType(read, Dsse.EventType);
            if (fault is not null || !AgentEventReader.TryRead(read.Payload, out var parsed, out fault, signer.SpiffeId.Text, digest))
                return CheckedEvent.Refused(envelope, received, digest, fault!);
            if (!EnvelopeVerifier.TryVerify(read, parsed, signer, Algorithms, now, out var verified, out fault))
                return CheckedEvent.Refused(envelope, received, digest, fault, parsed.Claims);
            fault = AudienceRule.Check(verified.Facts.Audience, limits) ?? FreshnessRule.Check(verified.Facts.Time, verified.Facts.Expires, now, limits);
            if (fault is not null)
                return CheckedEvent.Refused(envelope, received, digest, fault, parsed.Claims);
            var schemaFault = SchemaRule.Check(schemas, verified.Facts.Type, verified.DataSchema, verified.Data.Span);
            return new CheckedEvent
            {
                Bytes = envelope,
                Size = received,
                Digest = digest,
                Facts = verified.Facts,
                SignedWith = verified.SignedWith,
                Money = schemaFault is null ? EventMoney.Of(verified.Facts.Type, verified.Data.Span) : null,
                SchemaRefusal = schemaFault?.Code,
                Detail = schemaFault?.Detail,
            };
        }
    }

    /// <summary>The size and rate rules, which are asked before anything is read.</summary>
    internal CheckedEvent? CheckBounds(ReadOnlyMemory<byte> bytes, int received, bool withinRate)
    {
        if (SizeRule.Check(received, limits) is { } tooLarge)
            return CheckedEvent.Refused(bytes[..Math.Min(bytes.Length, OversizePrefix)], received, Sha256.Hash(bytes.Span), tooLarge);
        return withinRate ? null : CheckedEvent.Refused(bytes, received, Sha256.Hash(bytes.Span), RateRule.Refuse(limits));
    }
}
