using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Cli.Bench;

/// <summary>
/// How many issuances a second all cores reach that do nothing but the arithmetic, by the framework's own means: read and verify a
/// P-256 request, whose key is a new one to the authority each time, and sign a certificate's worth of bytes.
/// </summary>
internal static class IssuanceCeiling
{
    private const int CertificateSize = 450;

    /// <summary>Measures on one thread a core for <paramref name="duration"/>.</summary>
    public static void Measure(TimeSpan duration, byte[] request, Turns turns)
    {
        using var authority = ECDsa.Create(AlgorithmRegistry.DefaultCurve);
        var certificate = RandomNumberGenerator.GetBytes(CertificateSize);
        long total = 0;
        var before = Turns.CpuOf(null);
        var clock = Stopwatch.StartNew();
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            long done = 0;
            while (clock.Elapsed < duration)
            {
                for (var i = 0; i < 20; i++)
                {
                    CertificateRequest.LoadSigningRequest(request, HashAlgorithmName.SHA256, out var _);
                    authority.SignData(certificate, HashAlgorithmName.SHA256);
                }
                done += 20;
            }
            Interlocked.Add(ref total, done);
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        turns.Add(total, clock.Elapsed, Turns.CpuOf(null) - before);
    }
}
