using System.Formats.Asn1;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Identity;
using CsCheck;

namespace A2AConsole.Core.Tests.Identity;

public sealed class AgentPostureTests
{
    private static readonly Gen<byte[]> Digest = Gen.Byte.Array[32];

    private static readonly Gen<AgentPosture> Postures =
        Gen.Select(Gen.Int[0, 2], Gen.Long[0, 4_000_000_000], Gen.Int[1, 31], Gen.Int[1, int.MaxValue], Gen.Select(Digest, Digest, Gen.Bool), Gen.Int[0, 3])
            .Select((assurance, at, kinds, entry, digests, tier) => new AgentPosture
            {
                Assurance = (AssuranceLevel)assurance, AttestedAt = DateTimeOffset.FromUnixTimeSeconds(at), Entry = entry, Tier = (RiskTier)tier,
                Evidence = [.. EvidenceKind.All.Where((_, i) => (kinds & (1 << i)) != 0).Order(StringComparer.Ordinal)],
                EntryDigest = digests.Item1, ResultDigest = digests.Item3 ? digests.Item2 : default,
            });

    private static AgentPosture Posture => new()
    {
        Assurance = AssuranceLevel.Hardware, AttestedAt = new(2026, 3, 2, 9, 30, 0, TimeSpan.Zero), Entry = 7, Tier = RiskTier.High,
        Evidence = [EvidenceKind.JoinToken, EvidenceKind.Tpm], EntryDigest = new byte[32], ResultDigest = new byte[32],
    };

    [Fact]
    public void What_is_written_is_read_again()
        => Postures.Sample(p => AgentPosture.TryRead(p.Encode(), out var read) && read.Equals(p) && read.Evidence.SequenceEqual(p.Evidence) && read.AttestedAt == p.AttestedAt
            && read.Assurance == p.Assurance && read.Tier == p.Tier && read.Entry == p.Entry);

    // One posture, one encoding: whatever else is read must be a posture of its own, spelt in the one way.
    [Fact]
    public void No_changed_byte_passes_unnoticed()
        => Gen.Select(Postures, Gen.Int[0, 1000], Gen.Int[1, 255]).Sample((posture, at, flip) =>
        {
            var der = posture.Encode();
            der[at % der.Length] ^= (byte)flip;
            return !AgentPosture.TryRead(der, out var read) || (!read.Equals(posture) && read.Encode().AsSpan().SequenceEqual(der));
        });

    [Fact]
    public void No_bytes_at_all_make_it_throw() => Gen.Byte.Array[0, 200].Sample(bytes => AgentPosture.TryRead(bytes, out _) || true);

    [Fact]
    public void Truncated_or_followed_by_more_it_is_refused()
    {
        var der = Posture.Encode();
        Assert.True(AgentPosture.TryRead(der, out _));
        for (var length = 0; length < der.Length; length++)
            Assert.False(AgentPosture.TryRead(der.AsMemory(0, length), out _));
        Assert.False(AgentPosture.TryRead((byte[])[.. der, 0], out _));
    }

    [Fact]
    public void What_the_schema_cannot_say_is_not_written()
    {
        Assert.Throws<ArgumentException>(() => (Posture with { Evidence = [] }).Encode());
        Assert.Throws<ArgumentException>(() => (Posture with { Entry = 0 }).Encode());
        Assert.Throws<ArgumentException>(() => (Posture with { EntryDigest = new byte[31] }).Encode());
        Assert.Throws<ArgumentException>(() => (Posture with { ResultDigest = new byte[20] }).Encode());
        Assert.Throws<ArgumentException>(() => (Posture with { Assurance = (AssuranceLevel)3 }).Encode());
        Assert.Throws<ArgumentException>(() => (Posture with { Tier = (RiskTier)4 }).Encode());
    }

    [Theory]
    [InlineData(2, 0, "20260302093000Z", 0)]
    [InlineData(1, 3, "20260302093000Z", 0)]
    [InlineData(1, 0, "20260302093000.5Z", 0)]
    [InlineData(1, 0, "20260302093000Z", 4)]
    public void Another_version_level_fraction_or_tier_is_refused(int version, int assurance, string at, int tier)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(version);
            writer.WriteEncodedValue([0x0A, 0x01, (byte)assurance]);
            writer.WriteEncodedValue([0x18, (byte)at.Length, .. System.Text.Encoding.ASCII.GetBytes(at)]);
            using (writer.PushSequence())
                writer.WriteCharacterString(UniversalTagNumber.UTF8String, EvidenceKind.Tpm);
            using (writer.PushSequence())
            {
                writer.WriteInteger(7);
                writer.WriteOctetString(new byte[32]);
                writer.WriteEncodedValue([0x0A, 0x01, (byte)tier]);
            }
        }
        Assert.False(AgentPosture.TryRead(writer.Encode(), out _));
    }
}
