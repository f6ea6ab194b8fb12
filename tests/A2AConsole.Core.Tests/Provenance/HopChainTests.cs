using System.Text;
using A2AConsole.Core.A2A;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Provenance;
using A2AConsole.Core.Tests.Fuzz;

namespace A2AConsole.Core.Tests.Provenance;

/// <summary>A message's way over three hops, and every way of forging it.</summary>
public sealed class HopChainTests : IDisposable
{
    private static readonly string[] Parties = [TestPki.Id("origin"), "spiffe://acme.example/authority/gateway", TestPki.Id("broker"), TestPki.Id("relay"), TestPki.Id("receiver")];
    private readonly SigningKey[] _keys = [SigningKey.Generate(), SigningKey.Generate(), SigningKey.Generate(AlgorithmRegistry.Ed25519), SigningKey.Generate(), SigningKey.Generate()];
    private readonly Dictionary<(string, string), VerificationKey> _known = [];
    private readonly HopChain _chain;
    private readonly byte[] _origin;
    private readonly List<byte[]> _hops = [];

    public HopChainTests()
    {
        for (var i = 0; i < Parties.Length; i++)
            _known[(Parties[i], _keys[i].KeyId)] = VerificationKey.TryCreate(_keys[i].SubjectPublicKeyInfo)!;
        _chain = new HopChain((by, key, _) => _known.GetValueOrDefault((by, key)), AlgorithmPolicy.Default, TimeSpan.FromSeconds(60));
        _origin = DsseEnvelopeWriter.SignEvent(AgentEventWriter.Write(TestEvents.Event(Parties[0])), _keys[0]);
        for (var i = 0; i < 3; i++)
            _hops.Add(Sign(HopOf(i), i + 1));
    }

    public void Dispose()
    {
        foreach (var key in _keys)
            key.Dispose();
    }

    private Hop HopOf(int index, Func<Hop, Hop>? change = null)
    {
        Assert.True(DsseEnvelopeReader.TryRead(index == 0 ? _origin : _hops[index - 1], out var before, out _));
        Assert.True(DsseEnvelopeReader.TryRead(_origin, out var origin, out _));
        var hop = new Hop
        {
            MessageId = "m-1", Message = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(origin.Payload.Span)), Previous = Convert.ToHexStringLower(EnvelopeDigest.Of(before)),
            Index = index, By = Parties[index + 1], From = Parties[index], To = Parties[index + 2], At = TestPki.Now.AddSeconds(index + 1), Certificate = "0a1b", Leaf = 7 + index,
        };
        return change?.Invoke(hop) ?? hop;
    }

    private byte[] Sign(Hop hop, int key) => DsseEnvelopeWriter.Sign(Hop.PayloadType, HopWriter.Write(hop), _keys[key]);

    private HopChainVerdict Verify(byte[]? origin = null, IEnumerable<byte[]>? hops = null, string? receiver = null)
        => _chain.Verify(origin ?? _origin, [.. (hops ?? _hops).Select(h => (ReadOnlyMemory<byte>)h)], receiver ?? Parties[4], TestPki.Now.AddSeconds(10));

    private (int Index, string? Code) Broken(IEnumerable<byte[]>? hops = null, byte[]? origin = null, string? receiver = null)
        => Verify(origin, hops, receiver).FirstBroken is { } link ? (link.Index, link.Code) : (-9, null);

    private List<byte[]> With(int index, byte[] hop) => [.. _hops.Select((h, i) => i == index ? hop : h)];

    [Fact]
    public void The_whole_way_holds_and_is_told_from_the_receiver_back()
    {
        var verdict = Verify();
        Assert.Null(verdict.FirstBroken);
        Assert.Equal([2, 1, 0, -1], verdict.Links.Select(l => l.Index));
        Assert.Equal([Parties[3], Parties[2], Parties[1]], verdict.Links.Take(3).Select(l => l.Hop!.By));
    }

    [Fact]
    public void White_space_and_order_on_the_way_change_nothing()
    {
        var spelled = System.Text.Json.Nodes.JsonNode.Parse(_origin)!.AsObject();
        var turned = new System.Text.Json.Nodes.JsonObject { ["signatures"] = spelled["signatures"]!.DeepClone(), ["payloadType"] = spelled["payloadType"]!.DeepClone(), ["payload"] = spelled["payload"]!.DeepClone() };
        Assert.Null(Verify(Encoding.UTF8.GetBytes(turned.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }))).FirstBroken);
    }

    [Fact]
    public void None_can_be_left_out_put_in_moved_or_sent_elsewhere()
    {
        Assert.Equal((1, HopCodes.ReceiverDiffers), Broken([_hops[0], _hops[1]]));
        Assert.Equal((1, HopCodes.OutOfPlace), Broken([_hops[0], _hops[2]]));
        Assert.Equal((1, HopCodes.OutOfPlace), Broken([_hops[1], _hops[2]]));
        Assert.Equal((2, HopCodes.OutOfPlace), Broken([_hops[0], _hops[2], _hops[1]]));
        Assert.Equal((3, HopCodes.OutOfPlace), Broken([.. _hops, _hops[2]]));
        Assert.Equal((2, HopCodes.ReceiverDiffers), Broken(receiver: Parties[0]));
        Assert.Equal((-1, null), (Verify(hops: [], receiver: Parties[1]).Links.Single().Index, Broken([]).Code));
    }

    [Fact]
    public void A_hop_says_what_it_must_and_is_signed_by_the_one_it_names()
    {
        (Func<Hop, Hop> Change, string Code)[] attacks =
        [
            (h => h with { Index = 0 }, HopCodes.OutOfPlace),
            (h => h with { Previous = new string('0', 64) }, HopCodes.PreviousDiffers),
            (h => h with { Message = new string('0', 64) }, HopCodes.MessageDiffers),
            (h => h with { MessageId = "m-2" }, HopCodes.MessageDiffers),
            (h => h with { From = Parties[0] }, HopCodes.SenderDiffers),
            (h => h with { To = Parties[4] }, HopCodes.ReceiverDiffers),
            (h => h with { At = TestPki.Now.AddMinutes(-3) }, HopCodes.TimeImpossible),
            (h => h with { At = TestPki.Now.AddMinutes(3) }, HopCodes.TimeImpossible),
            (h => h with { By = Parties[3] }, HopCodes.SignerUnknown),
        ];
        foreach (var (change, code) in attacks)
        {
            var forged = Sign(HopOf(1, change), 2);
            var verdict = Verify(hops: With(1, forged));
            // The hop after it is about another envelope now: that is the first broken link from the receiver, and this one is named too.
            Assert.Equal((2, HopCodes.PreviousDiffers), (verdict.FirstBroken!.Index, verdict.FirstBroken.Code));
            Assert.Equal(code, verdict.Links.Single(l => l.Index == 1).Code);
        }
        Assert.Equal(HopCodes.SignerUnknown, Verify(hops: With(1, Sign(HopOf(1), 3))).Links.Single(l => l.Index == 1).Code);
        Assert.Equal((2, HopCodes.SignatureInvalid), Broken(With(2, Damaged(_hops[2]))));
        Assert.Equal((2, HopCodes.SignatureInvalid), Broken(With(2, DsseEnvelopeWriter.Encode(Hop.PayloadType, HopWriter.Write(HopOf(2)), []))));
        Assert.Equal((2, HopCodes.Malformed), Broken(With(2, DsseEnvelopeWriter.Sign("application/json", HopWriter.Write(HopOf(2)), _keys[3]))));
    }

    [Fact]
    public void An_origin_that_was_exchanged_breaks_the_first_hop_and_a_forged_one_itself()
    {
        var other = DsseEnvelopeWriter.SignEvent(AgentEventWriter.Write(TestEvents.Event(Parties[0]) with { Id = "m-2" }), _keys[0]);
        Assert.Equal((2, HopCodes.MessageDiffers), Broken(origin: other));
        Assert.Equal(HopCodes.PreviousDiffers, Verify(other).Links.Single(l => l.Index == 0).Code);
        Assert.Equal(HopCodes.SignatureInvalid, Verify(Damaged(_origin)).Links[^1].Code);
        _known.Remove((Parties[0], _keys[0].KeyId));
        Assert.Equal((-1, HopCodes.SignerUnknown), Broken());
    }

    [Theory]
    [InlineData("\"index\":0", "\"index\":0,\"note\":1")]
    [InlineData("\"index\":0", "\"index\":\"0\"")]
    [InlineData("\"index\":0", "\"index\":16")]
    [InlineData("\"predicateType\":\"urn:a2aconsole:hop:v1\"", "\"predicateType\":\"urn:a2aconsole:hop:v2\"")]
    [InlineData("spiffe://acme.example/authority/gateway", "https://acme.example/authority/gateway")]
    [InlineData("spiffe://acme.example/authority/gateway", "spiffe://acme.example/../gateway")]
    [InlineData("\"certificate\":\"0a1b\"", "\"certificate\":\"0A1B\"")]
    [InlineData("\"leaf\":7", "\"leaf\":-7")]
    [InlineData("T09:30:01.000Z", "T09:30:01.000+00:00")]
    public void A_statement_has_one_form(string what, string with)
    {
        var text = Encoding.UTF8.GetString(HopWriter.Write(HopOf(0)));
        Assert.Contains(what, text, StringComparison.Ordinal);
        Assert.False(HopReader.TryRead(Encoding.UTF8.GetBytes(text.Replace(what, with, StringComparison.Ordinal)), out _, out var wrong));
        Assert.NotEmpty(wrong);
    }

    [Fact]
    public void No_byte_of_any_link_can_be_changed()
    {
        // Every byte of every decoded region: payload and signature of the origin and of each hop; then of the envelopes' own text.
        for (var link = -1; link < 3; link++)
        {
            var original = link < 0 ? _origin : _hops[link];
            Assert.True(DsseEnvelopeReader.TryRead(original, out var read, out _));
            var payload = read.Payload.ToArray();
            var signature = read.Signatures[0].Value.ToArray();
            for (var at = 0; at < payload.Length + signature.Length; at++)
            {
                var (p, s) = (payload.ToArray(), signature.ToArray());
                if (at < p.Length)
                    p[at] ^= 1;
                else
                    s[at - p.Length] ^= 1;
                var changed = DsseEnvelopeWriter.Encode(read.PayloadType, p, [(Encoding.UTF8.GetString(read.Signatures[0].KeyId.Span), s)]);
                Assert.False(Verify(link < 0 ? changed : null, link < 0 ? null : With(link, changed)).FirstBroken is null, $"link {link}, byte {at}");
            }
        }
    }

    [Fact]
    public void A_damaged_way_never_holds_as_another()
    {
        var random = new Random(Environment.TickCount);
        for (var i = 0; i < FuzzTests.Inputs / 50; i++)
        {
            var link = random.Next(-1, 3);
            var text = (link < 0 ? _origin : _hops[link]).ToArray();
            for (var n = random.Next(1, 4); n > 0; n--)
                text[random.Next(text.Length)] = (byte)random.Next(256);
            var verdict = Verify(link < 0 ? text : null, link < 0 ? null : With(link, text));
            if (verdict.FirstBroken is null)
            {
                Assert.True(DsseEnvelopeReader.TryRead(text, out var now, out _));
                Assert.True(DsseEnvelopeReader.TryRead(link < 0 ? _origin : _hops[link], out var then, out _));
                Assert.Equal(EnvelopeDigest.Of(then), EnvelopeDigest.Of(now));
            }
            Assert.All(verdict.Links, l => Assert.NotEmpty(l.Detail));
        }
    }

    private static byte[] Damaged(byte[] envelope)
    {
        Assert.True(DsseEnvelopeReader.TryRead(envelope, out var read, out _));
        var signature = read.Signatures[0].Value.ToArray();
        signature[40] ^= 1;
        return DsseEnvelopeWriter.Encode(read.PayloadType, read.Payload.Span, [(Encoding.UTF8.GetString(read.Signatures[0].KeyId.Span), signature)]);
    }
}
