using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using A2AConsole.Core.Crypto;
using A2AConsole.Data.Queries;
using A2AConsole.Testing;
using A2AConsole.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Certificates;

/// <summary>The cryptography bill of materials, as a signed-in user downloads it.</summary>
[Collection<ConsoleVisits>]
public sealed class CbomTests(RunningConsole console)
{
    private const string Path = "/certificates/cbom.json";

    [Fact]
    public async Task It_is_for_those_who_are_signed_in()
    {
        using var stranger = console.Browser();
        Assert.NotEqual(HttpStatusCode.OK, (await stranger.GetAsync(Path)).StatusCode);
    }

    [Fact]
    public async Task It_names_every_algorithm_and_the_authoritys_certificates_in_full_and_no_secret()
    {
        using var auditor = await console.SignedInAsync("auditor");
        var reply = await auditor.GetAsync(Path);
        Assert.Equal((HttpStatusCode.OK, "application/vnd.cyclonedx+json"), (reply.StatusCode, reply.Content.Headers.ContentType?.MediaType));
        var text = await reply.Content.ReadAsStringAsync();
        Assert.DoesNotContain("PRIVATE", text, StringComparison.OrdinalIgnoreCase);
        using var bom = JsonDocument.Parse(text);
        var components = bom.RootElement.GetProperty("components").EnumerateArray().ToList();
        var references = components.Select(c => c.GetProperty("bom-ref").GetString()!).ToList();
        Assert.Equal(references.Count, references.Distinct().Count());
        Assert.All(AlgorithmRegistry.All, a => Assert.Contains($"algorithm/{a.Id}", references));
        Assert.Contains("protocol/tls-1.3", references);

        var authorities = await console.Services.GetRequiredService<AlgorithmQueries>().AuthoritiesAsync();
        Assert.NotEmpty(authorities);
        foreach (var authority in authorities)
        {
            var component = components[references.IndexOf($"certificate/{authority.Fingerprint}")];
            var properties = component.GetProperty("cryptoProperties").GetProperty("certificateProperties");
            Assert.Equal("algorithm/ecdsa-p256-sha256", properties.GetProperty("signatureAlgorithmRef").GetString());
            Assert.Contains(properties.GetProperty("subjectPublicKeyRef").GetString(), references);
            Assert.Equal(authority.Fingerprint, Convert.ToHexStringLower(SHA256.HashData(authority.Der)));
        }
        // Every reference leads somewhere.
        foreach (var material in components.Select(c => c.GetProperty("cryptoProperties")).Where(p => p.TryGetProperty("relatedCryptoMaterialProperties", out _)))
            Assert.Contains(material.GetProperty("relatedCryptoMaterialProperties").GetProperty("algorithmRef").GetString(), references);
    }

    [Fact]
    public async Task It_is_valid_by_the_published_schema_of_CycloneDX()
    {
        var directory = await NodePackages.RequireAsync("@cyclonedx/cyclonedx-library@10.3.0", "ajv@8.17.1", "ajv-formats@3.0.1");
        using var auditor = await console.SignedInAsync("auditor");
        var bom = await auditor.GetStringAsync(Path);
        const string script = """
            import Ajv from 'ajv';
            import addFormats from 'ajv-formats';
            import { readFileSync } from 'node:fs';
            const schema = name => JSON.parse(readFileSync(`node_modules/@cyclonedx/cyclonedx-library/res/schema/${name}.SNAPSHOT.schema.json`, 'utf8'));
            const ajv = new Ajv({ strict: false, allErrors: true });
            addFormats(ajv);
            ajv.addFormat('iri-reference', true);
            ajv.addFormat('idn-email', true);
            ajv.addSchema(schema('spdx'), 'http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json');
            ajv.addSchema(schema('jsf-0.82'), 'http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json');
            const validate = ajv.compile(schema('bom-1.6'));
            const bom = JSON.parse(readFileSync(0, 'utf8'));
            const valid = validate(bom);
            const errors = JSON.stringify(validate.errors);
            // The schema must be able to say no.
            bom.components[0].cryptoProperties.assetType = 'tea';
            console.log(JSON.stringify({ valid, errors, broken: validate(bom) }));
            """;
        var answer = await NodePackages.RunAsync(directory, script, bom);
        Assert.Equal("""{"valid":true,"errors":"null","broken":false}""", answer.Trim());
    }
}
