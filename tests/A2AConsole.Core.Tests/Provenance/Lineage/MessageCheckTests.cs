using System.Text;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Provenance.Lineage;

namespace A2AConsole.Core.Tests.Provenance.Lineage;

/// <summary>A kept message checked anew, and every way in which what is kept may have been touched.</summary>
public sealed class MessageCheckTests
{
    private readonly TestPki _pki = new();
    private readonly VerifiedSvid _svid;
    private readonly SigningKey _key;
    private readonly KeptMessage _kept;

    public MessageCheckTests()
    {
        (_svid, _key) = _pki.Agent();
        _kept = Keep(AgentEventWriter.Write(TestEvents.Event()));
    }

    private KeptMessage Keep(byte[] payload) => new(Leaf(payload), DsseEnvelopeWriter.SignEvent(payload, _key));

    private LedgerLeaf Leaf(byte[] payload) => new()
    {
        Kind = LeafKind.Event, Verdict = LeafVerdict.Admitted, At = TestPki.Now.AddSeconds(1), Actor = TestPki.Id(), MessageId = "m-1", Type = "purchase.approved", Certificate = _svid.Serial,
        Digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(payload)),
    };

    private static CheckedMessage Check(KeptMessage? kept, SignerThen signer) => MessageCheck.Check(kept, signer, AlgorithmPolicy.Default);

    private SignerThen Signer(DateTimeOffset? revoked = null) => new(_svid, null, revoked);

    private static void Is(LinkState state, string? code, CheckedMessage message) => Assert.Equal((state, code), (message.Verdict.State, message.Verdict.Code));

    [Fact]
    public void What_was_admitted_holds_and_says_what_it_derives_from()
    {
        var message = Check(_kept, Signer());
        Is(LinkState.Verified, null, message);
        Assert.Equal(_kept.Leaf.Digest, message.Digest);
        Assert.Equal("approval:a1", message.Facts!.Document);
    }

    [Fact]
    public void What_is_not_there_is_not_called_broken()
    {
        Is(LinkState.Unknown, LinkCodes.MessageUnknown, Check(null, Signer()));
        Is(LinkState.Expired, LinkCodes.PayloadExpired, Check(_kept with { Bytes = default }, Signer()));
        Is(LinkState.Unknown, LinkCodes.CertificateUnknown, Check(_kept, new(null, null, null)));
    }

    [Fact]
    public void The_certificate_counts_as_it_stood_then()
    {
        Is(LinkState.Refused, LinkCodes.CertificateInvalid, Check(_kept, new(null, "it was over", null)));
        Is(LinkState.Refused, LinkCodes.CertificateRevoked, Check(_kept, Signer(TestPki.Now)));
        Is(LinkState.Verified, null, Check(_kept, Signer(TestPki.Now.AddMinutes(1))));
        Is(LinkState.Refused, LinkCodes.CertificateInvalid, Check(_kept with { Leaf = _kept.Leaf with { Certificate = "00" } }, Signer()));
        var (other, otherKey) = _pki.Agent();
        using (otherKey)
            Is(LinkState.Refused, LinkCodes.SignatureInvalid, Check(_kept with { Leaf = _kept.Leaf with { Certificate = null } }, new(other, null, null)));
    }

    [Fact]
    public void The_leaf_and_the_bytes_must_be_of_one_message()
    {
        Is(LinkState.Refused, LinkCodes.NotAdmitted, Check(_kept with { Leaf = _kept.Leaf with { Verdict = LeafVerdict.Refused, Code = "replayed" } }, Signer()));
        Is(LinkState.Refused, LinkCodes.LeafDiffers, Check(_kept with { Leaf = _kept.Leaf with { MessageId = "m-2" } }, Signer()));
        Is(LinkState.Refused, LinkCodes.LeafDiffers, Check(_kept with { Leaf = _kept.Leaf with { Actor = TestPki.Id("erp-connector") } }, Signer()));
        Is(LinkState.Refused, LinkCodes.LeafDiffers, Check(_kept with { Leaf = _kept.Leaf with { Type = "shipment.release" } }, Signer()));
        Is(LinkState.Refused, LinkCodes.DigestDiffers, Check(_kept with { Leaf = _kept.Leaf with { Digest = new string('0', 64) } }, Signer()));
        // Signed by the same agent, valid in itself, but not what the ledger recorded.
        Is(LinkState.Refused, LinkCodes.DigestDiffers, Check(Keep(AgentEventWriter.Write(TestEvents.Event() with { Nonce = "BBBBBBBBBBBBBBBBBBBBBB" })) with { Leaf = _kept.Leaf }, Signer()));
    }

    [Fact]
    public void No_byte_of_the_payload_or_the_signature_can_be_changed()
    {
        Assert.True(DsseEnvelopeReader.TryRead(_kept.Bytes.Span, out var envelope, out _));
        var (payload, signature) = (envelope.Payload.ToArray(), envelope.Signatures.Single().Value.ToArray());
        CheckedMessage With(byte[] body, byte[] sig) => Check(_kept with { Bytes = DsseEnvelopeWriter.Encode(Dsse.EventType, body, [(_svid.KeyId, sig)]) }, Signer());
        Is(LinkState.Verified, null, With(payload, signature));
        for (var i = 0; i < payload.Length; i++)
        {
            payload[i] ^= 1;
            var verdict = With(payload, signature).Verdict;
            Assert.Equal(LinkState.Refused, verdict.State);
            Assert.Contains(verdict.Code, new[] { LinkCodes.DigestDiffers, LinkCodes.Malformed });
            payload[i] ^= 1;
        }
        for (var i = 0; i < signature.Length; i++)
        {
            signature[i] ^= 1;
            Is(LinkState.Refused, LinkCodes.SignatureInvalid, With(payload, signature));
            signature[i] ^= 1;
        }
        Is(LinkState.Refused, LinkCodes.SignatureInvalid, Check(_kept with { Bytes = DsseEnvelopeWriter.Encode("application/json", payload, [(_svid.KeyId, signature)]) }, Signer()));
    }

    [Fact]
    public void A_message_of_a_batch_holds_by_its_path()
    {
        var payload = AgentEventWriter.Write(TestEvents.Event());
        ReadOnlyMemory<byte>[] events = [payload, .. Enumerable.Range(2, 4).Select(i => (ReadOnlyMemory<byte>)AgentEventWriter.Write(TestEvents.Event() with { Id = $"m-{i}" }))];
        Assert.True(BatchReader.TryRead(BatchWriter.Write(TestPki.Id(), events, TestPki.Now, _key), out var batch, out var fault), fault?.Detail);
        byte[] path = [.. LeafHashes.Of(events).Path(0).SelectMany(h => h)];
        var kept = new KeptMessage(Leaf(payload), payload, batch.EnvelopeText.ToArray(), 0, path);
        Is(LinkState.Verified, null, Check(kept, Signer()));
        Is(LinkState.Refused, LinkCodes.SignatureInvalid, Check(kept with { BatchIndex = 1 }, Signer()));
        for (var i = 0; i < path.Length; i++)
        {
            path[i] ^= 1;
            Is(LinkState.Refused, LinkCodes.SignatureInvalid, Check(kept, Signer()));
            path[i] ^= 1;
        }
        Is(LinkState.Refused, LinkCodes.Malformed, Check(kept with { BatchEnvelope = _kept.Bytes }, Signer()));
    }

    [Fact]
    public void A_citation_holds_by_the_bytes_on_both_sides()
    {
        var proposal = Encoding.UTF8.GetBytes(TestEvents.Example("replenishment.proposed"));
        var body = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(proposal));
        var cited = TestEvents.Data.Replace("sha256:abababababababababababababababababababababababababababababababab", "sha256:" + body, StringComparison.Ordinal);
        var from = Check(Keep(AgentEventWriter.Write(TestEvents.Event() with { Data = Encoding.UTF8.GetBytes(cited) })), Signer());
        var to = new CheckedMessage(from.Verdict, new string('1', 64), LineageReader.Read("replenishment.proposed", proposal));
        var edge = new GraphEdge("m2", "m1", LineageKind.Digest, "p1", body);
        void Edge(LinkState state, string? code, GraphEdge edge, CheckedMessage from, CheckedMessage? to)
            => Assert.Equal((state, code), (CitationCheck.Check(edge, from, to) is var v ? v.State : default, CitationCheck.Check(edge, from, to).Code));

        Edge(LinkState.Verified, null, edge, from, to);
        Edge(LinkState.Refused, LinkCodes.NotCited, edge with { Target = new string('2', 64) }, from, to);
        Edge(LinkState.Refused, LinkCodes.CitesOther, edge, from, to with { Facts = to.Facts! with { Body = new string('3', 64) } });
        Edge(LinkState.Unknown, LinkCodes.NotHeld, edge, from, null);
        Edge(LinkState.Expired, LinkCodes.PayloadExpired, edge, from, new CheckedMessage(new(LinkState.Expired, LinkCodes.PayloadExpired, "")));
        Edge(LinkState.Expired, LinkCodes.PayloadExpired, edge, new CheckedMessage(new(LinkState.Expired, LinkCodes.PayloadExpired, "")), to);
        var byId = new GraphEdge("m2", "m1", LineageKind.Reference, "proposal:p1", "proposal:p1");
        Edge(LinkState.Unknown, LinkCodes.ByReference, byId, from, to);
        Edge(LinkState.Refused, LinkCodes.CitesOther, byId, from, to with { Facts = to.Facts! with { Document = "proposal:p2" } });
        Edge(LinkState.Refused, LinkCodes.NotCited, byId with { Target = "proposal:p9" }, from, to);
    }
}
