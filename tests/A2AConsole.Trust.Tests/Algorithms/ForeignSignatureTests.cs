using System.Text.Json;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Testing;

namespace A2AConsole.Trust.Tests.Algorithms;

/// <summary>Signatures across implementations: what another library signs verifies here, and the other way round.</summary>
public sealed class ForeignSignatureTests
{
    private static readonly string[] Packages = ["@noble/post-quantum@0.7.1", "@noble/curves@2.2.0"];

    private const string Imports = """
        import { ml_dsa44, ml_dsa65 } from '@noble/post-quantum/ml-dsa.js';
        import { ed25519 } from '@noble/curves/ed25519.js';
        import { readFileSync } from 'node:fs';
        const given = JSON.parse(readFileSync(0, 'utf8'));
        const b64 = bytes => Buffer.from(bytes).toString('base64');
        const bytes = text => new Uint8Array(Buffer.from(text, 'base64'));
        const headers = {
          'ed25519': '302a300506032b6570032100',
          'ml-dsa-44': '30820532300b06096086480165030403110382052100',
          'ml-dsa-65': '308207b2300b0609608648016503040312038207a100',
        };
        const header = Buffer.from(headers[given.algorithm], 'hex');
        const pae = (type, payload) => Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
        const pq = given.algorithm === 'ml-dsa-44' ? ml_dsa44 : ml_dsa65;
        """;

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ml-dsa-44")]
    [InlineData("ml-dsa-65")]
    public async Task What_another_library_signs_verifies_here(string algorithm)
    {
        var directory = await NodePackages.RequireAsync(Packages);
        var answer = await NodePackages.RunAsync(directory, Imports + """

            const message = pae(given.type, bytes(given.payload));
            let publicKey, signature;
            if (given.algorithm === 'ed25519') {
              const secret = ed25519.utils.randomSecretKey();
              publicKey = ed25519.getPublicKey(secret);
              signature = ed25519.sign(message, secret);
            } else {
              const keys = pq.keygen();
              publicKey = keys.publicKey;
              signature = pq.sign(message, keys.secretKey);
            }
            console.log(JSON.stringify({ publicKey: b64(Buffer.concat([header, publicKey])), signature: b64(signature) }));
            """, JsonSerializer.Serialize(new { algorithm, type = Dsse.EventType, payload = Convert.ToBase64String("{\"id\":1}"u8) }));
        using var json = JsonDocument.Parse(answer);
        using var key = VerificationKey.TryCreate(json.RootElement.GetProperty("publicKey").GetBytesFromBase64());
        Assert.Equal(algorithm, key?.Algorithm.Id);
        var signature = json.RootElement.GetProperty("signature").GetBytesFromBase64();
        Assert.True(key!.Verify(Dsse.Pae("application/cloudevents+json"u8, "{\"id\":1}"u8), signature));
        Assert.False(key.Verify(Dsse.Pae("application/cloudevents+json"u8, "{\"id\":2}"u8), signature));
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ml-dsa-44")]
    [InlineData("ml-dsa-65")]
    public async Task What_we_sign_verifies_with_another_library(string algorithm)
    {
        var directory = await NodePackages.RequireAsync(Packages);
        using var own = SigningKey.Generate();
        using var second = SigningKey.Generate(AlgorithmRegistry.Find(algorithm)!);
        using var envelope = JsonDocument.Parse(DsseEnvelopeWriter.SignEvent("{\"id\":1}"u8, own, second));
        var signatures = envelope.RootElement.GetProperty("signatures");
        Assert.Equal(second.KeyId, signatures[1].GetProperty("keyid").GetString());
        var answer = await NodePackages.RunAsync(directory, Imports + """

            const spki = bytes(given.publicKey);
            if (!Buffer.from(spki.subarray(0, header.length)).equals(header)) throw new Error('another key encoding');
            const publicKey = spki.subarray(header.length);
            const verify = text => given.algorithm === 'ed25519'
              ? ed25519.verify(bytes(given.signature), pae(given.type, Buffer.from(text)), publicKey)
              : pq.verify(bytes(given.signature), pae(given.type, Buffer.from(text)), publicKey);
            console.log(JSON.stringify([verify(Buffer.from(given.payload, 'base64').toString()), verify('{"id":2}')]));
            """, JsonSerializer.Serialize(new
        {
            algorithm, type = Dsse.EventType, payload = envelope.RootElement.GetProperty("payload").GetString(),
            publicKey = Convert.ToBase64String(second.SubjectPublicKeyInfo), signature = signatures[1].GetProperty("sig").GetString(),
        }));
        Assert.Equal("[true,false]", answer.Trim());
    }
}
