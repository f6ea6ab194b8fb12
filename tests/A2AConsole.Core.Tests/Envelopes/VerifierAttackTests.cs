using System.Text;
using System.Text.Json.Nodes;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Schemas;

namespace A2AConsole.Core.Tests.Envelopes;

/// <summary>What an attacker would try on a signed envelope.</summary>
public sealed class VerifierAttackTests
{
    private readonly TestPki _pki = new();
    private readonly EventChecker _checker = new(SchemaRegistry.Default, new AdmissionLimits());
    private readonly VerifiedSvid _svid;
    private readonly EcdsaSigningKey _key;

    public VerifierAttackTests() => (_svid, _key) = _pki.Agent();

    [Fact]
    public void An_honest_event_passes_every_check()
    {
        var result = Check(TestEvents.Envelope(_key));
        Assert.Null(result.Refusal);
        Assert.Null(result.SchemaRefusal);
        Assert.Null(result.Detail);
        Assert.Equal("m-1", result.Facts!.MessageId);
        Assert.Equal(32, result.Digest.Length);
        Assert.Equal(32, result.Facts.ContentDigest.Length);
    }

    [Fact]
    public void Every_flipped_bit_of_the_signature_is_noticed()
    {
        var envelope = JsonNode.Parse(TestEvents.Envelope(_key))!;
        var signature = Convert.FromBase64String((string)envelope["signatures"]![0]!["sig"]!);
        for (var bit = 0; bit < signature.Length * 8; bit++)
        {
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            envelope["signatures"]![0]!["sig"] = Convert.ToBase64String(signature);
            Refused(RefusalCode.SignatureInvalid, envelope);
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Every_flipped_bit_of_the_payload_is_noticed()
    {
        var envelope = JsonNode.Parse(TestEvents.Envelope(_key))!;
        var payload = Convert.FromBase64String((string)envelope["payload"]!);
        for (var at = 0; at < payload.Length; at++)
        {
            payload[at] ^= (byte)(1 << (at % 8));
            envelope["payload"] = Convert.ToBase64String(payload);
            Assert.NotNull(Check(Bytes(envelope)).Refusal);
            payload[at] ^= (byte)(1 << (at % 8));
        }
    }

    [Fact]
    public void Every_changed_byte_of_the_envelope_is_refused_or_changes_nothing()
    {
        var honest = TestEvents.Envelope(_key);
        var digest = Check(honest).Digest;
        for (var at = 0; at < honest.Length; at++)
        {
            var changed = (byte[])honest.Clone();
            changed[at] ^= 0x01;
            var result = Check(changed);
            Assert.True(result.Refusal is not null || result.Digest.Span.SequenceEqual(digest.Span), $"byte {at} was changed and the event admitted");
        }
    }

    [Fact]
    public void Another_agents_signature_is_refused()
    {
        var (_, other) = _pki.Agent("erp-connector");
        Refused(RefusalCode.WrongSigner, TestEvents.Envelope(other));
        // Without its keyid, or under ours, it is only not valid.
        var envelope = JsonNode.Parse(TestEvents.Envelope(other))!;
        envelope["signatures"]![0]!.AsObject().Remove("keyid");
        Refused(RefusalCode.SignatureInvalid, envelope);
        envelope["signatures"]![0]!["keyid"] = _key.KeyId;
        Refused(RefusalCode.SignatureInvalid, envelope);
    }

    [Fact]
    public void Another_agents_source_is_refused_even_when_well_signed()
        => Refused(RefusalCode.SourceMismatch, TestEvents.Envelope(_key, TestEvents.Text(TestPki.Id(), TestPki.Id("procurement-approver"))));

    [Fact]
    public void A_signature_without_keyid_is_taken_when_it_verifies()
    {
        var envelope = JsonNode.Parse(TestEvents.Envelope(_key))!;
        envelope["signatures"]![0]!.AsObject().Remove("keyid");
        Assert.Null(Check(Bytes(envelope)).Refusal);
        envelope["signatures"]![0]!["keyid"] = "";
        Assert.Null(Check(Bytes(envelope)).Refusal);
    }

    [Fact]
    public void A_strangers_keyid_before_a_good_signature_is_refused()
    {
        var envelope = JsonNode.Parse(TestEvents.Envelope(_key))!;
        envelope["signatures"]![0]!["keyid"] = new string('0', 64);
        Refused(RefusalCode.WrongSigner, envelope);
        envelope["signatures"]![0]!["keyid"] = _key.KeyId.ToUpperInvariant();
        Refused(RefusalCode.WrongSigner, envelope);
    }

    [Fact]
    public void Other_keys_signatures_beside_ours_are_ignored()
    {
        var envelope = JsonNode.Parse(TestEvents.Envelope(_key))!;
        envelope["signatures"]!.AsArray().Insert(0, JsonNode.Parse("""{"keyid":"another","sig":"AAAA"}"""));
        Assert.Null(Check(Bytes(envelope)).Refusal);
    }

    [Fact]
    public void An_envelope_cannot_make_us_try_many_signatures()
    {
        var envelope = JsonNode.Parse(TestEvents.Envelope(_key))!;
        var zeros = Convert.ToBase64String(new byte[64]);
        var signatures = envelope["signatures"]!.AsArray();
        signatures[0]!.AsObject().Remove("keyid");
        for (var i = 0; i < 3; i++)
            signatures.Insert(0, new JsonObject { ["sig"] = zeros });
        Refused(RefusalCode.SignatureInvalid, envelope);
        for (var i = 0; i < 8; i++)
            signatures.Add(new JsonObject { ["sig"] = zeros });
        Refused(RefusalCode.Malformed, envelope);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData(null)]
    public void No_signature_is_refused(string? signatures)
    {
        var envelope = JsonNode.Parse(TestEvents.Envelope(_key))!.AsObject();
        envelope.Remove("signatures");
        if (signatures is not null)
            envelope["signatures"] = JsonNode.Parse(signatures);
        Refused(RefusalCode.SignatureMissing, envelope);
    }

    [Fact]
    public void A_DER_signature_is_refused_with_the_form_that_is_wanted()
    {
        var envelope = JsonNode.Parse(TestEvents.Envelope(_key))!;
        var pae = Dsse.Pae(Encoding.UTF8.GetBytes(Dsse.EventType), Convert.FromBase64String((string)envelope["payload"]!));
        envelope["signatures"]![0]!["sig"] = Convert.ToBase64String(_key.Key.SignData(pae, AlgorithmRegistry.DefaultHash, System.Security.Cryptography.DSASignatureFormat.Rfc3279DerSequence));
        Assert.Contains("P1363", Refused(RefusalCode.SignatureInvalid, envelope), StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_over_the_payload_without_its_type_is_refused()
    {
        var envelope = JsonNode.Parse(TestEvents.Envelope(_key))!;
        envelope["signatures"]![0]!["sig"] = Convert.ToBase64String(_key.Sign(Convert.FromBase64String((string)envelope["payload"]!)));
        Refused(RefusalCode.SignatureInvalid, envelope);
    }

    [Fact]
    public void The_payload_type_cannot_be_swapped()
    {
        var payload = Encoding.UTF8.GetBytes(TestEvents.Text());
        Refused(RefusalCode.UnsupportedPayloadType, DsseEnvelopeWriter.Sign(Dsse.BatchType, payload, _key));
        Refused(RefusalCode.UnsupportedPayloadType, DsseEnvelopeWriter.Sign("application/json", payload, _key));
        // Signed as a batch, sent as an event.
        var swapped = JsonNode.Parse(DsseEnvelopeWriter.Sign(Dsse.BatchType, payload, _key))!;
        swapped["payloadType"] = Dsse.EventType;
        Refused(RefusalCode.SignatureInvalid, swapped);
    }

    [Fact]
    public void Duplicate_members_are_refused_wherever_they_are()
    {
        var text = Encoding.UTF8.GetString(TestEvents.Envelope(_key));
        string[] envelopes =
        [
            text.Replace("{\"payloadType\"", "{\"payload\":\"e30=\",\"payloadType\"", StringComparison.Ordinal),
            text.Replace("\"sig\":", "\"sig\":\"AAAA\",\"sig\":", StringComparison.Ordinal),
            text.Replace("\"sig\":", "\"s\\u0069g\":\"AAAA\",\"sig\":", StringComparison.Ordinal),
            text.Replace("\"signatures\":", "\"signatures\":[],\"signatures\":", StringComparison.Ordinal),
            text.Replace("{\"payloadType\"", "{\"x\":{\"y\":[{\"z\":1,\"z\":2}]},\"payloadType\"", StringComparison.Ordinal),
        ];
        foreach (var envelope in envelopes)
            Refused(RefusalCode.DuplicateMember, Encoding.UTF8.GetBytes(envelope));

        string[] events =
        [
            TestEvents.Text("\"id\":", "\"id\":\"other\",\"id\":"),
            TestEvents.Text("\"id\":", "\"\\u0069d\":\"other\",\"id\":"),
            TestEvents.Text("\"data\":", "\"data\":{},\"data\":"),
            TestEvents.Text("\"amount\":", "\"amount\":\"1.00\",\"amount\":"),
            TestEvents.Text("\"amount\":", "\"amoun\\u0074\":\"1.00\",\"amount\":"),
            TestEvents.Text("\"specversion\"", "\"ignored\":\"a\",\"ignored\":\"b\",\"specversion\""),
        ];
        foreach (var value in events)
            Refused(RefusalCode.DuplicateMember, TestEvents.Envelope(_key, value));
    }

    [Fact]
    public void The_same_name_in_two_objects_is_no_duplicate()
    {
        var text = TestEvents.Text("\"specversion\"", "\"x\":\"1\",\"specversion\"");
        Assert.Null(Check(TestEvents.Envelope(_key, text)).Refusal);
        var example = TestEvents.Example("customs.declaration");
        Assert.True(SchemaRegistry.Default.Find("customs.declaration")!.Validate(Encoding.UTF8.GetBytes(example)) is null);
    }

    [Theory]
    [InlineData("payload")]
    [InlineData("sig")]
    public void Only_canonical_base64_is_taken(string member)
    {
        var envelope = JsonNode.Parse(TestEvents.Envelope(_key, TestEvents.Text("\"m-1\"", "\"m-12\"")))!;
        JsonNode owner = member == "sig" ? envelope["signatures"]![0]! : envelope;
        var good = (string)owner[member]!;
        Assert.EndsWith("=", good, StringComparison.Ordinal);
        var last = good.TrimEnd('=')[^1];
        var unpadded = good.TrimEnd('=');
        string[] bad =
        [
            unpadded,
            good + "=",
            good + "\n",
            " " + good[..^1],
            good[..4] + "\n" + good[4..],
            good[..4] + "\r\n\t " + good[4..],
            good[..4] + "-" + good[5..],
            good[..4] + "_" + good[5..],
            good[..4] + "=" + good[5..],
            good + good,
            unpadded[..^1] + (char)(last + 1) + good[unpadded.Length..],
            good[..4] + "é" + good[5..],
        ];
        foreach (var text in bad)
        {
            owner[member] = text;
            Assert.Equal(RefusalCode.Malformed, Check(Bytes(envelope)).Refusal);
        }
        owner[member] = good;
        Assert.Null(Check(Bytes(envelope)).Refusal);
    }

    [Fact]
    public void Escapes_inside_of_base64_are_the_same_string()
    {
        var text = Encoding.UTF8.GetString(TestEvents.Envelope(_key));
        var escaped = text.Replace("\"payload\":\"e", "\"payload\":\"\\u0065", StringComparison.Ordinal).Replace("/", "\\/", StringComparison.Ordinal).Replace("+json", "\\u002Bjson", StringComparison.Ordinal);
        Assert.NotEqual(text, escaped);
        Assert.Null(Check(Encoding.UTF8.GetBytes(escaped)).Refusal);
    }

    [Fact]
    public void The_order_of_the_envelopes_members_does_not_matter()
    {
        var envelope = JsonNode.Parse(TestEvents.Envelope(_key))!;
        var turned = new JsonObject { ["signatures"] = envelope["signatures"]!.DeepClone(), ["other"] = 1, ["payload"] = envelope["payload"]!.DeepClone(), ["payloadType"] = envelope["payloadType"]!.DeepClone() };
        Assert.Null(Check(Bytes(turned)).Refusal);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 100)) + string.Concat(Enumerable.Repeat("]", 100));
        Refused(RefusalCode.Malformed, Encoding.UTF8.GetBytes($"{{\"x\":{deep},\"payloadType\":\"a\",\"payload\":\"\",\"signatures\":[]}}"));
        Assert.Contains("nested deeper", Refused(RefusalCode.Malformed, TestEvents.Envelope(_key, TestEvents.Text("\"approver\":", $"\"x\":{deep},\"approver\":"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Huge_numbers_are_a_matter_of_the_schema_and_harm_nothing()
    {
        var result = Check(TestEvents.Envelope(_key, TestEvents.Text("\"singleUse\":true", "\"singleUse\":1e999999999999999999")));
        Assert.Null(result.Refusal);
        Assert.Equal(RefusalCode.SchemaViolation, result.SchemaRefusal);
    }

    [Fact]
    public void Invalid_UTF8_is_refused_in_envelope_and_event()
    {
        var envelope = TestEvents.Envelope(_key);
        Refused(RefusalCode.Malformed, [.. envelope[..^1], .. "\"x\":\""u8, 0xC3, .. "\"}"u8]);
        var text = Encoding.UTF8.GetBytes(TestEvents.Text());
        var at = text.AsSpan().IndexOf("4500012345"u8);
        foreach (var bad in (byte[][])[[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]])
        {
            byte[] broken = [.. text[..at], .. bad, .. text[(at + bad.Length)..]];
            Refused(RefusalCode.Malformed, DsseEnvelopeWriter.SignEvent(broken, _key));
        }
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00")]
    [InlineData("\\ud800\\ud800")]
    [InlineData("\\ud800x\\udc00")]
    [InlineData("\\ud800\\n\\udc00")]
    [InlineData("\\udc00\\ud800")]
    public void Half_a_surrogate_pair_is_refused_in_values_and_names(string escape)
    {
        Refused(RefusalCode.Malformed, TestEvents.Envelope(_key, TestEvents.Text("user:jdoe", escape)));
        Refused(RefusalCode.Malformed, TestEvents.Envelope(_key, TestEvents.Text("po/4500012345", escape)));
        Refused(RefusalCode.Malformed, TestEvents.Envelope(_key, TestEvents.Text("\"approver\":{", $"\"approver\":{{\"{escape}\":1,")));
        Refused(RefusalCode.Malformed, Encoding.UTF8.GetBytes($"{{\"{escape}\":1}}"));
    }

    [Fact]
    public void A_whole_surrogate_pair_is_a_character()
        => Assert.Null(Check(TestEvents.Envelope(_key, TestEvents.Text("user:jdoe", "\\ud83d\\ude00"))).Refusal);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{")]
    [InlineData("\"text\"")]
    [InlineData("{\"payload\":1,\"payloadType\":\"application/cloudevents+json\",\"signatures\":[]}")]
    [InlineData("{\"payload\":\"\",\"payloadType\":null,\"signatures\":[]}")]
    [InlineData("{\"payload\":\"\",\"payloadType\":\"application/cloudevents+json\",\"signatures\":{}}")]
    [InlineData("{\"payload\":\"\",\"payloadType\":\"application/cloudevents+json\",\"signatures\":[1]}")]
    [InlineData("{\"payload\":\"\",\"payloadType\":\"application/cloudevents+json\",\"signatures\":[{}]}")]
    [InlineData("{\"payload\":\"\",\"payloadType\":\"application/cloudevents+json\",\"signatures\":[{\"sig\":1}]}")]
    [InlineData("{\"payload\":\"\",\"payloadType\":\"application/cloudevents+json\",\"signatures\":[]}")]
    [InlineData("{\"payloadType\":\"application/cloudevents+json\",\"signatures\":[]}")]
    [InlineData("{\"payload\":\"\",\"payloadType\":\"application/cloudevents+json\",\"signatures\":[],}")]
    [InlineData("{/**/\"payload\":\"\",\"payloadType\":\"application/cloudevents+json\",\"signatures\":[]}")]
    public void What_is_no_envelope_is_malformed(string text) => Refused(RefusalCode.Malformed, Encoding.UTF8.GetBytes(text));

    [Fact]
    public void Anything_after_the_object_is_refused()
    {
        Refused(RefusalCode.Malformed, [.. TestEvents.Envelope(_key), .. "{}"u8]);
        Refused(RefusalCode.Malformed, [.. TestEvents.Envelope(_key), 0]);
        Refused(RefusalCode.Malformed, TestEvents.Envelope(_key, TestEvents.Text() + "{}"));
        Assert.Null(Check([.. TestEvents.Envelope(_key), .. " \n"u8]).Refusal);
        Refused(RefusalCode.Malformed, [0xEF, 0xBB, 0xBF, .. TestEvents.Envelope(_key)]);
    }

    [Fact]
    public void Many_members_cost_no_more_than_few()
    {
        var members = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"\"m{i}\":1,"));
        var result = Check(TestEvents.Envelope(_key, TestEvents.Text("\"approver\":", $"{members}\"approver\":")));
        Assert.Equal(RefusalCode.SchemaViolation, result.SchemaRefusal);
        Refused(RefusalCode.DuplicateMember, TestEvents.Envelope(_key, TestEvents.Text("\"approver\":", $"{members}\"m17\":1,\"approver\":")));
    }

    [Fact]
    public void An_event_cannot_be_verified_with_an_envelope_that_it_was_not_read_from()
    {
        Assert.True(DsseEnvelopeReader.TryRead(TestEvents.Envelope(_key), out var signed, out _));
        Assert.True(AgentEventReader.TryRead(Encoding.UTF8.GetBytes(TestEvents.Text("18450.00", "99999.00")), out var forged, out _));
        Assert.Throws<ArgumentException>(() => EnvelopeVerifier.TryVerify(signed, forged, _svid, AlgorithmPolicy.Default, TestPki.Now, out _, out _));
    }

    private CheckedEvent Check(byte[] envelope) => _checker.Check(envelope, _svid, TestPki.Now);

    private string Refused(RefusalCode code, byte[] envelope)
    {
        var result = Check(envelope);
        Assert.Equal(code, result.Refusal);
        Assert.Null(result.SchemaRefusal);
        Assert.NotNull(result.Detail);
        Assert.InRange(result.Detail.Length, 1, Fault.MaxDetail);
        Assert.Equal(32, result.Digest.Length);
        return result.Detail;
    }

    private string Refused(RefusalCode code, JsonNode envelope) => Refused(code, Bytes(envelope));

    private static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
}
