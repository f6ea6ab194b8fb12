using System.Text.Json;
using A2AConsole.Core.A2A.Cards;
using A2AConsole.Core.Crypto;
using A2AConsole.Testing;

namespace A2AConsole.Ingest.Tests.A2A;

/// <summary>Cards across implementations: <c>jose</c> for the signature's form, the protocol's own SDK for what it covers.</summary>
public sealed class CardJudgeTests
{
    private static readonly string[] Packages = ["@a2a-js/sdk@1.3.0", "express@5.3.0"];

    // Nothing empty and no security scheme: here the SDK signs the same bytes as the specification says.
    private const string Plain = """
        {"name":"Release desk","description":"Releases shipments","version":"1.2.0","supportedInterfaces":[{"url":"https://edge.example/a2a","protocolBinding":"JSONRPC","protocolVersion":"1.0"}],
         "capabilities":{"streaming":true,"pushNotifications":false,"extensions":[{"uri":"urn:a2aconsole:extension:envelope:v1","required":true,"params":{"limit":12.5,"é":"€"}}]},
         "defaultInputModes":["application/json"],"defaultOutputModes":["application/json"],"skills":[{"id":"r","name":"Release","description":"d","tags":["logistics"]}]}
        """;

    private const string WithScheme = """
        {"name":"Release desk","description":"d","version":"1","supportedInterfaces":[{"url":"https://edge.example/a2a","protocolBinding":"JSONRPC","protocolVersion":"1.0"}],"capabilities":{"streaming":true},
         "securitySchemes":{"corp":{"oauth2SecurityScheme":{"flows":{"clientCredentials":{"tokenUrl":"https://login.acme.example/token","scopes":{"release":"all"}}}}}},
         "securityRequirements":[{"schemes":{"corp":{"list":["release"]}}}],
         "defaultInputModes":["application/json"],"defaultOutputModes":["application/json"],"skills":[{"id":"r","name":"Release","description":"d","tags":["logistics"]}]}
        """;

    private const string Script = """
        import { AgentCard, generateAgentCardSignature, verifyAgentCardSignature } from '@a2a-js/sdk';
        import * as jose from 'jose';
        import { readFileSync } from 'node:fs';
        console.debug = () => {};
        const given = JSON.parse(readFileSync(0, 'utf8'));
        const verifies = async (card, jwk) => { try { await verifyAgentCardSignature(async () => jwk)(card); return true; } catch { return false; } };
        const out = {};
        if (given.spki) {
          const key = await jose.importSPKI(given.spki, given.alg);
          const jwk = await jose.exportJWK(key);
          const card = JSON.parse(given.signed);
          const { signatures, ...rest } = card;
          const payload = Buffer.from(given.canonical, 'base64');
          try { await jose.flattenedVerify({ payload: payload.toString('base64url'), ...signatures[0] }, key); out.jose = true; } catch { out.jose = false; }
          out.sdk = await verifies(AgentCard.fromJSON(card), { ...jwk, alg: given.alg });
        } else {
          const { privateKey, publicKey } = await jose.generateKeyPair(given.alg, { extractable: true });
          const typed = AgentCard.fromJSON(JSON.parse(given.card));
          const signed = await generateAgentCardSignature(privateKey, { alg: given.alg, kid: 'k1', typ: 'JOSE', jku: 'https://evil.example/keys' })(typed);
          out.jwk = await jose.exportJWK(publicKey);
          out.card = JSON.stringify(AgentCard.toJSON(signed));
          const changed = AgentCard.toJSON(signed);
          if (changed.securitySchemes) changed.securitySchemes.corp.oauth2SecurityScheme.flows.clientCredentials.tokenUrl = 'https://login.evil.example/token';
          else changed.description = 'changed';
          out.changed = JSON.stringify(changed);
          out.sdkTakesChanged = await verifies(AgentCard.fromJSON(changed), { ...out.jwk, alg: given.alg });
        }
        console.log(JSON.stringify(out));
        """;


    [Theory]
    [InlineData("ecdsa-p256-sha256", "ES256")]
    [InlineData("ed25519", "Ed25519")]
    public async Task What_we_sign_jose_and_the_sdk_verify(string algorithm, string alg)
    {
        var directory = await NodePackages.RequireAsync(Packages);
        using var key = SigningKey.Generate(AlgorithmRegistry.Find(algorithm)!);
        var card = Read(Plain);
        var answer = await RunAsync(directory, new
        {
            alg, signed = System.Text.Encoding.UTF8.GetString(CardSigner.Sign(card, key)), canonical = Convert.ToBase64String(card.Canonical.Span),
            spki = System.Security.Cryptography.PemEncoding.WriteString("PUBLIC KEY", key.SubjectPublicKeyInfo),
        });
        Assert.True(answer.GetProperty("jose").GetBoolean());
        Assert.True(answer.GetProperty("sdk").GetBoolean());
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("Ed25519")]
    [InlineData("EdDSA")]
    public async Task What_the_sdk_signs_whole_we_verify(string alg)
    {
        var directory = await NodePackages.RequireAsync(Packages);
        var answer = await RunAsync(directory, new { alg, card = Plain });
        Assert.Null(Verify(answer, "card"));
        Assert.Equal(CardCodes.SignatureInvalid, Verify(answer, "changed")?.Code);
        Assert.False(answer.GetProperty("sdkTakesChanged").GetBoolean());
    }

    [Fact]
    public async Task What_the_sdk_takes_with_another_token_address_we_refuse_and_say_which_member()
    {
        var directory = await NodePackages.RequireAsync(Packages);
        var answer = await RunAsync(directory, new { alg = "ES256", card = WithScheme });
        Assert.True(answer.GetProperty("sdkTakesChanged").GetBoolean(), "the SDK covers security schemes now: what this test is about has ended");
        var fault = Verify(answer, "changed");
        Assert.Equal(CardCodes.NotCovered, fault?.Code);
        Assert.Contains("/securitySchemes/corp/oauth2SecurityScheme/flows/clientCredentials/tokenUrl", fault!.Members);
        // Unchanged it is refused too: the next change would not show.
        Assert.Equal(CardCodes.NotCovered, Verify(answer, "card")?.Code);
    }

    private static async Task<JsonElement> RunAsync(string directory, object input)
    {
        using var answer = JsonDocument.Parse(await NodePackages.RunAsync(directory, Script, JsonSerializer.Serialize(input)));
        return answer.RootElement.Clone();
    }

    private static CardFault? Verify(JsonElement answer, string name)
    {
        using var key = JsonWebKey.TryRead(answer.GetProperty("jwk"));
        Assert.NotNull(key);
        return CardVerifier.Verify(Read(answer.GetProperty(name).GetString()!), kid => kid == "k1" ? key : null, AlgorithmPolicy.Default, DateTimeOffset.UtcNow, out _);
    }

    private static AgentCard Read(string json)
    {
        Assert.True(AgentCard.TryRead(System.Text.Encoding.UTF8.GetBytes(json), out var card, out var fault), fault?.Detail);
        return card;
    }
}
