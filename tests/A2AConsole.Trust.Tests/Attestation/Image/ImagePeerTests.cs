using System.Text.Json.Nodes;
using A2AConsole.Core.Attestation;
using A2AConsole.Testing;
using A2AConsole.Trust.Attestation.Image;

namespace A2AConsole.Trust.Tests.Attestation.Image;

/// <summary>Provenance that another implementation of DSSE sealed (npm: @sigstore/sign), with keys and signatures of node's OpenSSL.</summary>
public sealed class ImagePeerTests : IDisposable
{
    private const string Maker = """
        import { DSSEBundleBuilder } from '@sigstore/sign';
        import { bundleToJSON } from '@sigstore/bundle';
        import { generateKeyPairSync, sign } from 'node:crypto';
        let input = ''; for await (const chunk of process.stdin) input += chunk;
        const made = {};
        for (const kind of ['ec', 'ed25519']) {
          const { publicKey, privateKey } = generateKeyPairSync(kind, kind === 'ec' ? { namedCurve: 'P-256' } : {});
          const signer = { sign: async (data) => ({
            signature: sign(kind === 'ec' ? 'sha256' : null, data, privateKey),
            key: { $case: 'publicKey', publicKey: publicKey.export({ type: 'spki', format: 'pem' }), hint: `builder-${kind}` } }) };
          const bundle = await new DSSEBundleBuilder({ signer, witnesses: [] }).create({ data: Buffer.from(input), type: 'application/vnd.in-toto+json' });
          made[kind] = { key: publicKey.export({ type: 'spki', format: 'pem' }), envelope: bundleToJSON(bundle).dsseEnvelope };
        }
        console.log(JSON.stringify(made));
        """;

    private readonly TestBuild _build = new();

    public void Dispose() => _build.Dispose();

    [Fact]
    public async Task Provenance_of_another_implementation_is_taken_under_its_key_and_under_no_other()
    {
        var directory = await NodePackages.RequireAsync("@sigstore/sign@5.1.0", "@sigstore/bundle@5.0.1");
        var made = JsonNode.Parse(await NodePackages.RunAsync(directory, Maker, TestBuild.Provenance().ToJsonString()))!;
        foreach (var kind in new[] { "ec", "ed25519" })
        {
            var envelope = made[kind]!["envelope"]!;
            var reference = _build.Reference(r => r["builders"]![0]!["keys"] = new JsonArray(((string)made[kind]!["key"]!).Trim()));
            var appraisal = await AppraiseAsync(envelope, reference);
            Assert.True(appraisal.IsAffirming, $"{kind}: {appraisal.Detail}");

            Assert.Equal(ImageCodes.BuilderUnpinned, (await AppraiseAsync(envelope, _build.Reference())).Code);
            var changed = envelope.DeepClone();
            changed["payload"] = TestBuild.Seal(TestBuild.Provenance(p => p["subject"]!.AsArray().Add(TestBuild.Subject("x", TestBuild.BundleDigest))).ToJsonString(), _build.Builder)["payload"]!.DeepClone();
            Assert.Equal(ImageCodes.BuilderUnpinned, (await AppraiseAsync(changed, reference)).Code);
        }
    }

    private ValueTask<Appraisal> AppraiseAsync(JsonNode provenance, JsonObject reference)
        => new ImageVerifier().AppraiseAsync(_build.Evidence(provenance: provenance.DeepClone()), _build.Context(reference));
}
