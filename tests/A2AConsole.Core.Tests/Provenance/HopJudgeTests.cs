using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Provenance;
using A2AConsole.Testing;

namespace A2AConsole.Core.Tests.Provenance;

/// <summary>
/// The judge: sigstore's own verifier in node, for the envelope of an event and of a hop. It is told that signatures are r‖s (IEEE P1363), which
/// DSSE leaves open, and otherwise reads and verifies by itself.
/// </summary>
public sealed class HopJudgeTests
{
    private const string Script = """
        import { bundleFromJSON } from '@sigstore/bundle';
        import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
        import { createPublicKey } from 'node:crypto';
        let text = ''; for await (const part of process.stdin) text += part;
        const judge = ({ envelope, spki }) => {
          const key = { key: createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' }), dsaEncoding: 'ieee-p1363' };
          const trust = toTrustMaterial({ certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] }, () => ({ publicKey: key, validFor: () => true }));
          try {
            const bundle = bundleFromJSON({ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', verificationMaterial: { publicKey: { hint: 'k' }, tlogEntries: [] }, dsseEnvelope: envelope });
            new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 }).verify(toSignedEntity(bundle));
            return 'holds';
          } catch (e) { return e.code ?? e.message; }
        };
        console.log(JSON.stringify(JSON.parse(text).map(judge)));
        """;

    [Fact]
    public async Task Sigstores_verifier_takes_our_envelopes_and_hops_and_refuses_what_was_changed()
    {
        var directory = await NodePackages.RequireAsync("@sigstore/verify@3.1.1", "@sigstore/bundle@4.0.0");
        using var agent = SigningKey.Generate();
        using var gateway = SigningKey.Generate();
        var origin = DsseEnvelopeWriter.SignEvent(AgentEventWriter.Write(TestEvents.Event()), agent);
        Assert.True(DsseEnvelopeReader.TryRead(origin, out var read, out _));
        string digest, previous;
        using (read)
        {
            digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(read.Payload.Span));
            previous = Convert.ToHexStringLower(EnvelopeDigest.Of(read));
        }
        var hop = DsseEnvelopeWriter.Sign(Hop.PayloadType, HopWriter.Write(new Hop
        {
            MessageId = "m-1", Message = digest, Previous = previous, Index = 0, By = "spiffe://acme.example/authority/gateway", From = TestPki.Id(), To = TestPki.Id("receiver"), At = TestPki.Now, Leaf = 7,
        }), gateway);
        var cases = new JsonArray();
        foreach (var (envelope, key) in new[] { (origin, agent), (hop, gateway), (origin, gateway), (hop, agent) })
            cases.Add(Case(JsonNode.Parse(envelope)!, key));
        // One bit of each part that is signed, or signs.
        foreach (var (envelope, key) in new[] { (origin, agent), (hop, gateway) })
        {
            cases.Add(Case(Changed(envelope, e => e["payload"] = Flipped((string)e["payload"]!)), key));
            cases.Add(Case(Changed(envelope, e => e["signatures"]![0]!["sig"] = Flipped((string)e["signatures"]![0]!["sig"]!)), key));
            cases.Add(Case(Changed(envelope, e => e["payloadType"] = (string)e["payloadType"]! + "x"), key));
        }
        var verdicts = JsonSerializer.Deserialize<string[]>(await NodePackages.RunAsync(directory, Script, cases.ToJsonString()))!;
        Assert.Equal(["holds", "holds"], verdicts[..2]);
        Assert.Equal(Enumerable.Repeat("SIGNATURE_ERROR", cases.Count - 2), verdicts[2..]);
    }

    private static JsonObject Case(JsonNode envelope, SigningKey key) => new() { ["envelope"] = envelope, ["spki"] = Convert.ToBase64String(key.SubjectPublicKeyInfo.ToArray()) };

    private static JsonNode Changed(byte[] envelope, Action<JsonNode> change)
    {
        var node = JsonNode.Parse(envelope)!;
        change(node);
        return node;
    }

    private static string Flipped(string base64)
    {
        var bytes = Convert.FromBase64String(base64);
        bytes[^2] ^= 1;
        return Convert.ToBase64String(bytes);
    }
}
