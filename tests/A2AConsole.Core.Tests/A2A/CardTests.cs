using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.A2A.Cards;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Core.Tests.A2A;

/// <summary>What a card's signature covers, and what is refused.</summary>
public sealed class CardTests : IDisposable
{
    private readonly SigningKey _key = SigningKey.Generate();
    private readonly SigningKey _other = SigningKey.Generate(AlgorithmRegistry.Ed25519);

    public void Dispose()
    {
        _key.Dispose();
        _other.Dispose();
    }

    private string Signed(string json = Cards.Good, SigningKey? key = null) => Encoding.UTF8.GetString(CardSigner.Sign(Cards.Read(json), key ?? _key));

    private VerificationKey? KeyOf(string kid) => new[] { _key, _other }.Where(k => k.KeyId == kid).Select(k => VerificationKey.TryCreate(k.SubjectPublicKeyInfo)).FirstOrDefault();

    private CardFault? Verify(string json, AlgorithmPolicy? algorithms = null)
        => AgentCard.TryRead(Encoding.UTF8.GetBytes(json), out var card, out var fault) ? CardVerifier.Verify(card, KeyOf, algorithms ?? AlgorithmPolicy.Default, TestPki.Now, out _) : fault;

    // A signature over any bytes, with any header.
    private string SignedOver(byte[] payload, string? header = null, string json = Cards.Good)
    {
        var encoded = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header ?? $$"""{"alg":"ES256","kid":"{{_key.KeyId}}","typ":"JOSE"}"""));
        var signature = Base64Url.EncodeToString(_key.Sign(Encoding.ASCII.GetBytes($"{encoded}.{Base64Url.EncodeToString(payload)}")));
        return Cards.With(json, c => c["signatures"] = new JsonArray(new JsonObject { ["protected"] = encoded, ["signature"] = signature }));
    }

    [Fact]
    public void The_canonical_form_of_the_specifications_example_is_the_specifications()
    {
        var card = Cards.Read("""
            { "name": "Example Agent", "description": "", "version": "", "supportedInterfaces": [], "defaultInputModes": [], "defaultOutputModes": [],
              "capabilities": { "streaming": false, "pushNotifications": false, "extensions": [] }, "skills": [] }
            """);
        Assert.Equal("""{"capabilities":{"pushNotifications":false,"streaming":false},"defaultInputModes":[],"defaultOutputModes":[],"description":"","name":"Example Agent","skills":[],"supportedInterfaces":[],"version":""}""",
            Encoding.UTF8.GetString(card.Canonical.Span));
    }

    [Fact]
    public void Presence_is_what_the_protocol_says_it_is()
    {
        var canonical = Encoding.UTF8.GetString(Cards.Read(Cards.Good).Canonical.Span);
        // Free content, map entries and messages that are there have no defaults; nor has what the protocol does not know.
        Assert.Contains("\"params\":{\"empty\":\"\",\"limit\":12.5,\"list\":[],\"none\":null}", canonical, StringComparison.Ordinal);
        Assert.Contains("\"scopes\":{\"release\":\"\"}", canonical, StringComparison.Ordinal);
        Assert.Contains("\"wire\":{\"mtlsSecurityScheme\":{}}", canonical, StringComparison.Ordinal);
        Assert.Contains("\"wire\":{}", canonical, StringComparison.Ordinal);
        Assert.Contains("\"futureMember\":{\"weight\":3}", canonical, StringComparison.Ordinal);
        // A required field that a writer of ProtoJSON left out, and a default that it wrote, make no difference.
        var digest = Cards.Read(Cards.Good).Digest;
        Assert.Equal(digest, Cards.Read(Cards.With("\"name\": \"Release desk\"", "\"iconUrl\": null, \"name\": \"Release desk\"")).Digest);
        Assert.Equal(digest, Cards.Read(Cards.With("\"required\": true", "\"description\": \"\", \"required\": true")).Digest);
        Assert.Equal(Cards.Read(Cards.With("\"tags\": [ \"logistics\" ]", "\"tags\": []")).Digest, Cards.Read(Cards.With("\"tags\": [ \"logistics\" ],", "")).Digest);
        // An optional field that was set is there, even with its default.
        Assert.NotEqual(digest, Cards.Read(Cards.With(", \"pushNotifications\": false", "")).Digest);
    }

    [Fact]
    public void A_signed_card_verifies_however_it_is_spelled_and_every_other_byte_stays()
    {
        var signed = Signed();
        Assert.Null(Verify(signed));
        Assert.Null(Verify(JsonNode.Parse(signed)!.ToJsonString()));
        // Two signatures side by side: ours beside the origin's.
        var twice = Encoding.UTF8.GetString(CardSigner.Sign(Cards.Read(signed), _other));
        Assert.Null(Verify(twice));
        Assert.Equal(2, Cards.Read(twice).Signatures.Count);
        Assert.Equal(Cards.Read(Cards.Good).Digest, Cards.Read(twice).Digest);
        var array = signed.IndexOf("\"signatures\":[", StringComparison.Ordinal);
        Assert.StartsWith(signed[..array], twice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_of_any_member_is_refused()
    {
        var signed = Signed();
        var leaves = new List<string>();
        void Walk(JsonNode? node, string path)
        {
            if (node is JsonObject o)
            {
                foreach (var (name, value) in o.Where(m => path.Length > 0 || m.Key != "signatures"))
                    Walk(value, $"{path}/{name}");
            }
            else if (node is JsonArray { Count: > 0 } a)
            {
                for (var i = 0; i < a.Count; i++)
                    Walk(a[i], $"{path}/{i}");
            }
            else
            {
                leaves.Add(path);
            }
        }
        Walk(JsonNode.Parse(signed), "");
        Assert.True(leaves.Count > 25);
        foreach (var leaf in leaves)
        {
            var changed = Cards.With(signed, c =>
            {
                var parts = leaf[1..].Split('/');
                JsonNode at = c;
                foreach (var part in parts[..^1])
                    at = at is JsonArray list ? list[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)]! : at[part]!;
                var old = at is JsonArray l ? l[int.Parse(parts[^1], System.Globalization.CultureInfo.InvariantCulture)] : at[parts[^1]];
                JsonNode next = old?.GetValueKind() switch
                {
                    JsonValueKind.String => old.GetValue<string>() + "x",
                    JsonValueKind.True or JsonValueKind.False => !old.GetValue<bool>(),
                    JsonValueKind.Number => 99,
                    _ => JsonValue.Create("x"),
                };
                if (at is JsonArray items)
                    items[int.Parse(parts[^1], System.Globalization.CultureInfo.InvariantCulture)] = next;
                else
                    at[parts[^1]] = next;
            });
            Assert.True(Verify(changed)?.Code is CardCodes.SignatureInvalid or CardCodes.Malformed, leaf);
        }
    }

    [Theory]
    [InlineData(true, "/securitySchemes/wire/mtlsSecurityScheme")]
    [InlineData(false, "/securitySchemes/corp/oauth2SecurityScheme/flows/clientCredentials/tokenUrl")]
    public void A_signature_over_a_part_of_the_card_is_refused_with_what_it_leaves_out(bool withSchemes, string member)
    {
        // What signers in use sign: members of the protocol only, nothing empty; and from types in memory no security scheme at all.
        var payload = Cards.With(Cards.Good, c =>
        {
            c.Remove("futureMember");
            var parameters = c["capabilities"]!["extensions"]![0]!["params"]!.AsObject();
            foreach (var name in (string[])["empty", "none", "list"])
                parameters.Remove(name);
            c["securityRequirements"]![0]!["schemes"]!.AsObject().Remove("wire");
            var schemes = c["securitySchemes"]!.AsObject();
            schemes.Remove("wire");
            schemes["corp"]!["oauth2SecurityScheme"]!["flows"]!["clientCredentials"]!.AsObject().Remove("scopes");
            if (!withSchemes)
                c.Remove("securitySchemes");
        });
        var fault = Verify(SignedOver(A2AConsole.Core.Encodings.CanonicalJson.Write(JsonNode.Parse(payload))));
        Assert.Equal(CardCodes.NotCovered, fault?.Code);
        Assert.Contains(member, fault!.Members);
        Assert.Contains("/futureMember/weight", fault.Members);
        Assert.Contains(member, fault.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"alg":"none","kid":"KID","typ":"JOSE"}""", CardCodes.AlgorithmRefused)]
    [InlineData("""{"alg":"HS256","kid":"KID","typ":"JOSE"}""", CardCodes.AlgorithmRefused)]
    [InlineData("""{"alg":"EdDSA","kid":"KID","typ":"JOSE"}""", CardCodes.AlgorithmRefused)]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"JWT"}""", CardCodes.SignatureMalformed)]
    [InlineData("""{"alg":"ES256","kid":"KID","alg":"none"}""", CardCodes.SignatureMalformed)]
    [InlineData("""{"alg":"ES256","kid":"KID","crit":["exp"],"exp":1}""", CardCodes.SignatureMalformed)]
    [InlineData("""{"alg":"ES256","kid":"KID","b64":false}""", CardCodes.SignatureMalformed)]
    [InlineData("""{"alg":"ES256"}""", CardCodes.SignatureMalformed)]
    [InlineData("""{"kid":"KID"}""", CardCodes.SignatureMalformed)]
    [InlineData("""["ES256"]""", CardCodes.SignatureMalformed)]
    [InlineData("""{"alg":"ES256","kid":"somebody","jku":"https://evil.example/keys","typ":"JOSE"}""", CardCodes.SignerUnknown)]
    [InlineData("""{"alg":"ES256","kid":"KID","jku":"https://evil.example/keys","typ":"JOSE"}""", null)]
    public void A_signatures_header_is_read_strictly_and_points_nowhere(string header, string? code)
        => Assert.Equal(code, Verify(SignedOver(Cards.Read(Cards.Good).Canonical.ToArray(), header.Replace("KID", _key.KeyId, StringComparison.Ordinal)))?.Code);

    [Fact]
    public void What_matters_may_not_stand_in_the_unprotected_header()
    {
        foreach (var (name, isRefused) in new[] { ("alg", true), ("kid", true), ("crit", true), ("typ", true), ("note", false) })
        {
            var card = Cards.With(Signed(), c => c["signatures"]![0]!["header"] = new JsonObject { [name] = "x" });
            Assert.Equal(isRefused ? CardCodes.SignatureMalformed : null, Verify(card)?.Code);
        }
    }

    [Fact]
    public void A_bad_signature_by_a_known_key_is_not_mended_by_a_good_one()
    {
        var good = Signed(Signed(), _other);
        Assert.Null(Verify(good));
        Assert.Equal(CardCodes.SignatureInvalid, Verify(Cards.With(good, c => c["signatures"]![0]!["signature"] = Base64Url.EncodeToString(new byte[64])))?.Code);
        // One by a stranger counts for nothing, either way.
        using var stranger = SigningKey.Generate();
        Assert.Null(Verify(Signed(Signed(), stranger)));
        Assert.Equal(CardCodes.SignerUnknown, Verify(Signed(Cards.Good, stranger))?.Code);
        Assert.Equal(CardCodes.Unsigned, Verify(Cards.Good)?.Code);
    }

    [Fact]
    public void Encodings_have_one_form()
    {
        var signed = JsonNode.Parse(Signed())!.AsObject();
        var text = signed["signatures"]![0]!["signature"]!.GetValue<string>();
        foreach (var other in new[] { text + "==", text + "\n", " " + text, text[..^1], text.Replace('-', '+').Replace('_', '/') + "+" })
            Assert.Equal(CardCodes.SignatureMalformed, Verify(Cards.With(signed.ToJsonString(), c => c["signatures"]![0]!["signature"] = other))?.Code);
    }

    [Fact]
    public void An_algorithm_that_the_site_forbids_is_refused()
        => Assert.Equal(CardCodes.AlgorithmRefused, Verify(Signed(), AlgorithmPolicy.Default.With(new AlgorithmDecision(_key.Algorithm.Id, AlgorithmUses.Envelope, AlgorithmStatus.Forbidden, null)))?.Code);

    [Theory]
    [InlineData("\"version\": \"1.2.0\"", "\"version\": \"1.2.0\", \"version\": \"2\"", CardCodes.Malformed)]
    [InlineData("\"tokenUrl\": ", "\"token_url\": \"https://evil.example\", \"tokenUrl\": ", CardCodes.Malformed)]
    [InlineData("\"flows\": { ", "\"flows\": { \"password\": { \"tokenUrl\": \"https://evil.example\", \"scopes\": {\"a\":\"b\"} }, ", CardCodes.Malformed)]
    [InlineData("\"streaming\": true", "\"streaming\": \"true\"", CardCodes.Malformed)]
    [InlineData("\"limit\": 12.5", "\"limit\": 9007199254740993", CardCodes.InexactNumber)]
    [InlineData("\"capabilities\": {", "\"capabilitiesX\": {", CardCodes.Incomplete)]
    public void A_card_that_could_be_read_in_two_ways_is_refused(string what, string with, string code)
        => Assert.Equal(code, Verify(Cards.With(what, with))?.Code);

    [Fact]
    public void A_pinned_card_says_what_changed()
    {
        var pinned = Cards.Read(Cards.Good);
        Assert.Null(Cards.Read(Signed()).CheckPin(pinned));
        var changed = Cards.Read(Cards.With("https://login.acme.example/token", "https://login.evil.example/token")).CheckPin(pinned);
        Assert.Equal(CardCodes.Changed, changed?.Code);
        Assert.Equal(["/securitySchemes/corp/oauth2SecurityScheme/flows/clientCredentials/tokenUrl"], changed!.Members);
        Assert.Equal(["/futureMember/weight"], Cards.Read(Cards.With(", \"futureMember\"".Replace(", ", "", StringComparison.Ordinal), "\"pastMember\": null, \"futureMember\"").Replace("\"weight\": 3", "\"weight\": 4", StringComparison.Ordinal)).CheckPin(pinned)!.Members.Where(m => m.Contains("weight", StringComparison.Ordinal)));
        Assert.Contains("/pastMember", Cards.Read(Cards.With("\"futureMember\"", "\"pastMember\": null, \"futureMember\"")).CheckPin(pinned)!.Members);
    }

    [Fact]
    public void Size_and_number_of_signatures_are_bounded()
    {
        Assert.Equal(CardCodes.Malformed, Verify(Cards.With("Releases shipments", new string('x', AgentCard.MaxBytes)))?.Code);
        var nine = Cards.With(Signed(), c => c["signatures"] = new JsonArray([.. Enumerable.Repeat(c["signatures"]![0]!, 9).Select(s => s.DeepClone())]));
        Assert.Equal(CardCodes.Malformed, Verify(nine)?.Code);
    }
}
