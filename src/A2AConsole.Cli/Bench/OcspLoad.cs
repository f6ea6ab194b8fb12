using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Ocsp;
using Org.BouncyCastle.X509;

namespace A2AConsole.Cli.Bench;

/// <summary>Asks the authority's OCSP responder for one certificate after the other.</summary>
internal static class OcspLoad
{
    /// <summary>p99 in milliseconds; null when there is no responder.</summary>
    public static async Task<double?> RunAsync(HttpClient client, Uri address, X509Certificate2 issuer, IReadOnlyList<BenchAgent> agents, int count, CancellationToken cancellationToken)
    {
        var latencies = new Latencies();
        var authority = new X509CertificateParser().ReadCertificate(issuer.RawData);
        for (var i = 0; i < count + 50; i++)
        {
            var generator = new OcspReqGenerator();
            generator.AddRequest(new CertificateID(new AlgorithmIdentifier(Org.BouncyCastle.Asn1.Oiw.OiwObjectIdentifiers.IdSha1), authority, new BigInteger(agents[i % agents.Count].Serial, 16)));
            using var content = new ByteArrayContent(generator.Generate().GetEncoded());
            content.Headers.ContentType = new MediaTypeHeaderValue("application/ocsp-request");
            var clock = Stopwatch.StartNew();
            using var answer = await client.PostAsync(address, content, cancellationToken);
            var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            var elapsed = clock.Elapsed;
            if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
                return null;
            var response = new OcspResp(body);
            if (response.Status != OcspRespStatus.Successful)
                throw new InvalidOperationException($"the OCSP responder answered {response.Status}");
            // The first ones warm both sides up.
            if (i >= 50)
                latencies.Add(elapsed);
        }
        return latencies.Quantile(0.99);
    }
}
