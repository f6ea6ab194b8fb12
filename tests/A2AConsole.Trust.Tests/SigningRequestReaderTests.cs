using System.Security.Cryptography;
using System.Text;
using A2AConsole.Core.Crypto;
using A2AConsole.Trust.Certificates;

namespace A2AConsole.Trust.Tests;

public sealed class SigningRequestReaderTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private const string Uri = "spiffe://acme.test/env/test/role/planner/agent/p-1";

    /// <summary>How many inputs; the nightly run sets it higher.</summary>
    private static readonly int FuzzCount = int.TryParse(Environment.GetEnvironmentVariable("A2ACONSOLE_FUZZ_COUNT"), out var count) ? count : 10_000;

    [Fact]
    public void PEM_and_DER_of_the_same_request_read_alike()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var der = Csr.Der(key, Uri);
        foreach (var input in new[] { der, Encoding.ASCII.GetBytes(Csr.Pem(der)), Encoding.ASCII.GetBytes("\r\n" + Csr.Pem(der).Replace("CERTIFICATE", "NEW CERTIFICATE", StringComparison.Ordinal) + "\n\n") })
        {
            Assert.True(SigningRequestReader.TryRead(input, AlgorithmPolicy.Default, Now, out var request, out _));
            Assert.Equal([Uri], request.UriNames);
            Assert.Equal(key.ExportSubjectPublicKeyInfo(), request.Key.ExportSubjectPublicKeyInfo());
        }
    }

    [Fact]
    public void Bytes_after_the_request_are_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.False(SigningRequestReader.TryRead([.. Csr.Der(key), 0], AlgorithmPolicy.Default, Now, out _, out var refusal));
        Assert.Equal("csr-malformed", refusal.Code);
    }

    [Fact]
    public void A_request_with_another_key_put_in_is_refused()
    {
        using var victim = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var der = Csr.Der(victim);
        var at = der.AsSpan().IndexOf(Point(victim));
        Point(other).CopyTo(der.AsSpan(at));
        Assert.False(SigningRequestReader.TryRead(der, AlgorithmPolicy.Default, Now, out _, out var refusal));
        Assert.Equal("csr-signature-invalid", refusal.Code);

        static byte[] Point(ECDsa key) => key.ExportSubjectPublicKeyInfo()[^65..];
    }

    [Fact]
    public void A_point_that_is_not_on_the_curve_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var der = Csr.Der(key);
        der[der.AsSpan().IndexOf(key.ExportSubjectPublicKeyInfo().AsSpan()[^64..]) + 63] ^= 1;
        Assert.False(SigningRequestReader.TryRead(der, AlgorithmPolicy.Default, Now, out _, out var refusal));
        Assert.Equal("csr-signature-invalid", refusal.Code);
    }

    [Fact]
    public void Mutated_requests_never_throw_and_are_never_read_as_something_else()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var der = Csr.Der(key, Uri);
        var pem = Encoding.ASCII.GetBytes(Csr.Pem(der));
        var random = new Random(20_260_101);
        var readable = 0;
        for (var i = 0; i < FuzzCount; i++)
        {
            var isPem = i % 4 == 0;
            var input = Mutate(isPem ? pem : der, random);
            if (!SigningRequestReader.TryRead(input, AlgorithmPolicy.Default, Now, out var request, out var refusal))
            {
                Assert.NotEmpty(refusal.Code);
                continue;
            }
            // White space in PEM may change without changing the request. Anything in DER is signed, or is the signature,
            // and a random change of that does not verify.
            Assert.True(isPem || input.AsSpan().SequenceEqual(der), Convert.ToHexString(input));
            Assert.Equal([Uri], request.UriNames);
            Assert.Equal(key.ExportSubjectPublicKeyInfo(), request.Key.ExportSubjectPublicKeyInfo());
            readable++;
        }
        Assert.True(readable < FuzzCount / 10, $"{readable} of {FuzzCount} mutated requests were read");
    }

    private static byte[] Mutate(byte[] source, Random random)
    {
        var bytes = source.ToList();
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, random.Next(1, Math.Min(8, bytes.Count - at) + 1));
                    break;
                case 3:
                    bytes.InsertRange(at, Enumerable.Range(0, random.Next(1, 8)).Select(_ => (byte)random.Next(256)));
                    break;
                case 4:
                    bytes = bytes[..Math.Max(1, at)];
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count), 1));
                    break;
            }
            if (bytes.Count == 0)
                bytes.Add(0x30);
        }
        return [.. bytes];
    }
}
