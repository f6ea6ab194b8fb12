using System.Text.Json.Nodes;
using A2AConsole.Testing;
using A2AConsole.Trust.Attestation.Kubernetes;

namespace A2AConsole.Trust.Tests.Attestation.Kubernetes;

/// <summary>Keys and tokens that another implementation of JOSE made (npm: jose).</summary>
public sealed class KubernetesPeerTests : IDisposable
{
    private const string Package = "jose@6.2.17";

    private const string Maker = """
        import { SignJWT, exportJWK, generateKeyPair, generateSecret, calculateJwkThumbprint } from 'jose';
        let input = ''; for await (const chunk of process.stdin) input += chunk;
        const claims = JSON.parse(input);
        const keys = [], tokens = {};
        for (const alg of ['RS256', 'ES256', 'ES384', 'PS256', 'EdDSA']) {
          const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
          const jwk = await exportJWK(publicKey);
          jwk.kid = await calculateJwkThumbprint(jwk); jwk.alg = alg; jwk.use = 'sig';
          keys.push(jwk);
          tokens[alg] = await new SignJWT(claims).setProtectedHeader({ alg, kid: jwk.kid }).sign(privateKey);
        }
        tokens.HS256 = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: keys[0].kid }).sign(await generateSecret('HS256'));
        console.log(JSON.stringify({ jwks: { keys }, tokens }));
        """;

    private readonly TestCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Tokens_of_another_implementation_are_taken_or_refused_as_ours_are()
    {
        var directory = await NodePackages.RequireAsync(Package);
        var made = JsonNode.Parse(await NodePackages.RunAsync(directory, Maker, _cluster.Claims().ToJsonString()))!;
        await File.WriteAllTextAsync(_cluster.KeysFile, made["jwks"]!.ToJsonString());
        using var verifier = _cluster.Verifier();

        foreach (var (alg, token) in made["tokens"]!.AsObject())
        {
            var appraisal = await verifier.AppraiseAsync(TestCluster.Evidence((string)token!), _cluster.Context());
            Assert.Equal(alg is "RS256" or "ES256" ? null : KubernetesCodes.Algorithm, appraisal.Code);
        }
    }
}
