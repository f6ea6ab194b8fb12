using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
using A2AConsole.Testing;
using A2AConsole.Trust;

namespace A2AConsole.Ingest.Tests.Events;

/// <summary>An agent whose second key another implementation makes, proves and signs with: certified and admitted here, through the real listener.</summary>
public sealed class ForeignSecondKeyTests
{
    private static readonly string[] Packages = ["@noble/post-quantum@0.7.1", "@noble/curves@2.2.0"];

    // All that a key's holder has to do, by the formats as the documentation gives them.
    private const string Holder = """
        import { ml_dsa44, ml_dsa65 } from '@noble/post-quantum/ml-dsa.js';
        import { ed25519 } from '@noble/curves/ed25519.js';
        import { readFileSync } from 'node:fs';
        import { createHash } from 'node:crypto';
        const given = JSON.parse(readFileSync(0, 'utf8'));
        const headers = {
          'ed25519': '302a300506032b6570032100',
          'ml-dsa-44': '30820532300b06096086480165030403110382052100',
          'ml-dsa-65': '308207b2300b0609608648016503040312038207a100',
        };
        const pq = { 'ml-dsa-44': ml_dsa44, 'ml-dsa-65': ml_dsa65 }[given.algorithm];
        const keys = pq ? pq.keygen() : (() => { const secretKey = ed25519.utils.randomSecretKey(); return { secretKey, publicKey: ed25519.getPublicKey(secretKey) }; })();
        const sign = message => Buffer.from(pq ? pq.sign(message, keys.secretKey) : ed25519.sign(message, keys.secretKey)).toString('base64');
        const pae = (type, payload) => Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
        const spki = Buffer.concat([Buffer.from(headers[given.algorithm], 'hex'), keys.publicKey]);
        console.log(JSON.stringify({
          publicKey: spki.toString('base64'),
          keyid: createHash('sha256').update(spki).digest('hex'),
          proof: sign(pae('application/vnd.a2aconsole.signing-key-proof+pkcs10', Buffer.from(given.csr, 'base64'))),
          signature: sign(pae('application/cloudevents+json', Buffer.from(given.payload, 'base64'))),
        }));
        """;

    [Theory]
    [InlineData("ed25519", false)]
    [InlineData("ml-dsa-44", true)]
    [InlineData("ml-dsa-65", true)]
    public async Task It_is_certified_and_its_signatures_are_admitted(string algorithm, bool requiresBoth)
    {
        var directory = await NodePackages.RequireAsync(Packages);
        await using var site = await TestSite.StartAsync();
        await site.Get<IRegistrations>().CreateAsync(new EntryTerms
        {
            Environment = "test", Role = "planner", Name = "p1", Organisation = "Acme", Tier = RiskTier.Low, Lifetime = TimeSpan.FromHours(4),
            KeyAlgorithms = [AlgorithmRegistry.Default.Id], RequiresDualSignature = requiresBoth, Evidence = [new(EvidenceKind.JoinToken, "{}", AtRenewal: false)],
        }, "user:ann");
        var id = site.Identity("p1");
        var key = ECDsa.Create(AlgorithmRegistry.DefaultCurve);
        var csr = new CertificateRequest("CN=p1", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        var payload = new EventBuilder { Source = id, Time = site.Time.GetUtcNow() }.ToBytes();
        using var answer = JsonDocument.Parse(await NodePackages.RunAsync(directory, Holder,
            JsonSerializer.Serialize(new { algorithm, csr = Convert.ToBase64String(csr), payload = Convert.ToBase64String(payload) })));
        var (spki, keyId) = (answer.RootElement.GetProperty("publicKey").GetBytesFromBase64(), answer.RootElement.GetProperty("keyid").GetString()!);

        var token = await site.Authority.InviteAsync(new AgentInvitation(id, "Acme", null, RiskTier.Low), "user:ann");
        var request = new IssuanceRequest(csr) { Token = token.Text, SigningKey = new(spki, answer.RootElement.GetProperty("proof").GetBytesFromBase64(), RequireBoth: false) };
        var result = await site.Authority.EnrollAsync(request, "127.0.0.1");
        Assert.Null(result.Refusal);
        using var certificate = X509CertificateLoader.LoadCertificate(result.Certificate!.Der);
        Assert.Equal((requiresBoth, true), (SvidExtensions.RequiresBothSignatures(certificate), spki.AsSpan().SequenceEqual(SvidExtensions.AlternativeKeyOf(certificate))));
        var agent = site.Adopt(id, key, certificate.CopyWithPrivateKey(key), site.Domain.Intermediates);

        var theirs = (keyId, answer.RootElement.GetProperty("signature").GetBytesFromBase64());
        var own = SigningKey.Adopt(agent.Key);
        var ours = (own.KeyId, own.Sign(Dsse.Pae("application/cloudevents+json"u8, payload)));
        if (requiresBoth)
            Assert.Equal("signature-incomplete", (await agent.PostAsync(DsseEnvelopeWriter.Encode(Dsse.EventType, payload, [theirs]))).Code);
        var reply = await agent.PostAsync(DsseEnvelopeWriter.Encode(Dsse.EventType, payload, requiresBoth ? [ours, theirs] : [theirs]));
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body);
    }
}
