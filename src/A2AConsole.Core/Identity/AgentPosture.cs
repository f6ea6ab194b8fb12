using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Text;
using A2AConsole.Core.Attestation;

namespace A2AConsole.Core.Identity;

/// <summary>
/// What a certificate says of its agent's posture: what it was issued on, as the authority verified it. A certificate extension, never
/// critical, so that others may pass it over:
/// <code>
/// id-a2aconsole         OBJECT IDENTIFIER ::= { 2 25 136206002113806312247389431673396141612 }   -- UUID 66785261-fc09-49a4-87d3-07f4cf8c1e2c (X.667)
/// id-a2aconsole-posture OBJECT IDENTIFIER ::= { id-a2aconsole 1 }
///
/// AgentPosture ::= SEQUENCE {
///   version       INTEGER { v1(1) },
///   assurance     ENUMERATED { invited(0), platform(1), hardware(2) },
///   attestedAt    GeneralizedTime,                      -- UTC, whole seconds
///   evidence      SEQUENCE SIZE (1..8) OF UTF8String,   -- kinds, in the order of their strings, each once
///   policy        SEQUENCE {
///     entry         INTEGER (1..MAX),                   -- the registration entry's number
///     entryDigest   OCTET STRING (SIZE (32)),           -- SHA-256 of what it said
///     tier          ENUMERATED { low(0), medium(1), high(2), critical(3) } },
///   resultDigest  OCTET STRING (SIZE (32)) OPTIONAL }   -- SHA-256 of the attestation result (EAT); absent: a join token only
/// </code>
/// </summary>
public sealed record AgentPosture
{
    /// <summary>The arc of our object identifiers.</summary>
    public const string Arc = "2.25.136206002113806312247389431673396141612";

    /// <summary>The extension's object identifier.</summary>
    public const string ExtensionOid = Arc + ".1";

    private const int Version = 1;
    private const int DigestSize = 32;
    private const int MaxKinds = 8;
    private const int MaxKindLength = 32;

    public required AssuranceLevel Assurance { get; init; }
    /// <summary>When the evidence was appraised (UTC, whole seconds).</summary>
    public required DateTimeOffset AttestedAt { get; init; }
    /// <summary>The kinds of evidence (<see cref="EvidenceKind"/>), in ordinal order.</summary>
    public required IReadOnlyList<string> Evidence { get; init; }
    /// <summary>The registration entry's number.</summary>
    public required int Entry { get; init; }
    /// <summary>32 bytes.</summary>
    public required ReadOnlyMemory<byte> EntryDigest { get; init; }
    public required RiskTier Tier { get; init; }
    /// <summary>32 bytes, or empty.</summary>
    public ReadOnlyMemory<byte> ResultDigest { get; init; }

    /// <summary>DER. Throws <see cref="ArgumentException"/> when a member is not as the schema says.</summary>
    public byte[] Encode()
    {
        var kinds = Evidence.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (kinds.Count is 0 or > MaxKinds || kinds.Any(k => k.Length is 0 or > MaxKindLength) || Entry < 1
            || EntryDigest.Length != DigestSize || ResultDigest.Length is not (0 or DigestSize) || !Enum.IsDefined(Assurance) || !Enum.IsDefined(Tier))
            throw new ArgumentException("the posture is not one that its schema can say");
        var writer = new AsnWriter(AsnEncodingRules.DER, initialCapacity: 256);
        using (writer.PushSequence())
        {
            writer.WriteInteger(Version);
            writer.WriteEnumeratedValue(Assurance);
            writer.WriteGeneralizedTime(AttestedAt.ToUniversalTime(), omitFractionalSeconds: true);
            using (writer.PushSequence())
            {
                foreach (var kind in kinds)
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, kind);
            }
            using (writer.PushSequence())
            {
                writer.WriteInteger(Entry);
                writer.WriteOctetString(EntryDigest.Span);
                writer.WriteEnumeratedValue(Tier);
            }
            if (!ResultDigest.IsEmpty)
                writer.WriteOctetString(ResultDigest.Span);
        }
        return writer.Encode();
    }

    /// <summary>Reads the extension's value strictly: DER, every member in its bounds, nothing left over. Never throws for any bytes.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out AgentPosture? posture)
    {
        posture = null;
        try
        {
            var outer = new AsnReader(der, AsnEncodingRules.DER);
            var reader = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            if (!reader.TryReadInt32(out var version) || version != Version)
                return false;
            var assurance = reader.ReadEnumeratedValue<AssuranceLevel>();
            var at = reader.ReadGeneralizedTime();
            var kinds = new List<string>();
            for (var list = reader.ReadSequence(); list.HasData;)
                kinds.Add(list.ReadCharacterString(UniversalTagNumber.UTF8String));
            var policy = reader.ReadSequence();
            if (!policy.TryReadInt32(out var entry))
                return false;
            var entryDigest = policy.ReadOctetString();
            var tier = policy.ReadEnumeratedValue<RiskTier>();
            policy.ThrowIfNotEmpty();
            byte[] resultDigest = reader.HasData ? reader.ReadOctetString() : [];
            var isResultGiven = resultDigest.Length > 0;
            reader.ThrowIfNotEmpty();
            var read = new AgentPosture
            {
                Assurance = assurance, AttestedAt = at, Evidence = kinds, Entry = entry, EntryDigest = entryDigest, Tier = tier, ResultDigest = isResultGiven ? resultDigest : default,
            };
            // One posture, one encoding: order, doubles, fractions and bounds are all said by writing it again.
            if (!read.Encode().AsSpan().SequenceEqual(der.Span))
                return false;
            posture = read;
            return true;
        }
        catch (Exception e) when (e is AsnContentException or ArgumentException or OverflowException or DecoderFallbackException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The posture that a certificate carries, or null when it carries none, or one that cannot be read.</summary>
    public static AgentPosture? Of(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
        => certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == ExtensionOid) is { } extension && TryRead(extension.RawData, out var posture) ? posture : null;

    /// <inheritdoc/>
    public bool Equals(AgentPosture? other) => other is not null && Encode().AsSpan().SequenceEqual(other.Encode());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Entry, AttestedAt, Assurance);
}
