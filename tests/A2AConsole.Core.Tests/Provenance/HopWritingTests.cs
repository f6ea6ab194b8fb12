using System.Text;
using System.Text.Json.Nodes;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Encodings;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Provenance;

namespace A2AConsole.Core.Tests.Provenance;

/// <summary>What is written without being read back: it must be what the reader takes, and the digest what RFC 8785 says.</summary>
public sealed class HopWritingTests
{
    private static readonly Hop Good = new()
    {
        MessageId = "m-1", Message = new string('a', 64), Previous = new string('0', 64), Index = 0, By = "spiffe://acme.example/authority/gateway", From = "spiffe://acme.example/a", To = "spiffe://acme.example/b",
        At = TestPki.Now, Certificate = "0a1b", Leaf = 7,
    };

    public static TheoryData<string, bool> Cases => new()
    {
        { "", true }, { "id \"quoted\" ü\u2028", true }, { "certificate", true }, { "leaf", true },
        { "empty id", false }, { "long id", false }, { "index", false }, { "index 16", false }, { "message", false }, { "previous", false }, { "by", false }, { "from", false }, { "to", false },
        { "dots", false }, { "slash", false }, { "one segment", false }, { "long", false }, { "certificate upper", false }, { "certificate empty", false }, { "certificate long", false }, { "leaf negative", false },
    };

    [Theory, MemberData(nameof(Cases))]
    public void A_hop_is_written_exactly_when_it_can_be_read(string change, bool isGood)
    {
        var hop = change switch
        {
            "" => Good,
            "certificate" => Good with { Certificate = null },
            "leaf" => Good with { Leaf = null },
            "empty id" => Good with { MessageId = "" },
            "long id" => Good with { MessageId = new string('x', 129) },
            "index" => Good with { Index = -1 },
            "index 16" => Good with { Index = 16 },
            "message" => Good with { Message = new string('A', 64) },
            "previous" => Good with { Previous = new string('0', 63) },
            "by" => Good with { By = "https://acme.example/a" },
            "from" => Good with { From = "spiffe://acme.example/A" },
            "to" => Good with { To = "spiffe://acme.example/a b" },
            "dots" => Good with { To = "spiffe://acme.example/../a" },
            "slash" => Good with { To = "spiffe://acme.example/a/" },
            "one segment" => Good with { To = "spiffe://acme.example" },
            "long" => Good with { To = "spiffe://acme.example/" + new string('a', 240) },
            "certificate upper" => Good with { Certificate = "0A" },
            "certificate empty" => Good with { Certificate = "" },
            "certificate long" => Good with { Certificate = new string('0', 65) },
            "leaf negative" => Good with { Leaf = -1 },
            _ => Good with { MessageId = change },
        };
        if (!isGood)
        {
            Assert.Throws<FormatException>(() => HopWriter.Write(hop));
            return;
        }
        Assert.True(HopReader.TryRead(HopWriter.Write(hop), out var read, out var wrong), wrong);
        Assert.Equal(hop, read);
    }

    [Theory]
    [InlineData("application/vnd.in-toto+json", "0a1b")]
    [InlineData("application/json; a=\"b\\c\"\u0001\u007f\u2028ü", "k\"e\\y\u0007+/ü")]
    [InlineData("t", null)]
    public void The_digest_is_that_of_the_canonical_envelope(string type, string? keyId)
    {
        for (var length = 0; length < 5; length++)
        {
            var payload = Enumerable.Range(0, length).Select(i => (byte)(250 + i)).ToArray();
            (string?, byte[])[] signatures = [(keyId, [0xfb, 0xff, 0xfe]), ("second", [1, 2])];
            Assert.True(DsseEnvelopeReader.TryRead(DsseEnvelopeWriter.Encode(type, payload, signatures), out var envelope, out var fault), fault?.Detail);
            using (envelope)
            {
                var array = new JsonArray();
                foreach (var (id, value) in signatures)
                {
                    var item = new JsonObject { ["sig"] = Convert.ToBase64String(value) };
                    if (id is not null)
                        item["keyid"] = id;
                    array.Add(item);
                }
                var canonical = CanonicalJson.Write(new JsonObject { ["payload"] = Convert.ToBase64String(payload), ["payloadType"] = type, ["signatures"] = array });
                Assert.Equal(Sha256.Hash(canonical), EnvelopeDigest.Of(envelope));
                Assert.DoesNotContain("\\u00fc", Encoding.UTF8.GetString(canonical), StringComparison.Ordinal);
            }
        }
    }
}
