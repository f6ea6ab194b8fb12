using System.Diagnostics;
using System.Security.Cryptography;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Cli.Bench;

/// <summary>
/// How many ECDSA P-256 verifications a second all cores reach through .NET with reused keys and nothing else: what an ingest
/// rate is measured against.
/// </summary>
internal static class VerifyCeiling
{
    /// <summary>Verifies on one thread a core for <paramref name="duration"/>; returns verifications a second.</summary>
    public static double Measure(TimeSpan duration)
    {
        using var key = ECDsa.Create(AlgorithmRegistry.DefaultCurve);
        var data = RandomNumberGenerator.GetBytes(600);
        var signature = key.SignData(data, HashAlgorithmName.SHA256);
        using var publicKey = ECDsa.Create(key.ExportParameters(includePrivateParameters: false));

        long total = 0;
        var clock = Stopwatch.StartNew();
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            long done = 0;
            while (clock.Elapsed < duration)
            {
                for (var i = 0; i < 50; i++)
                {
                    if (!publicKey.VerifyData(data, signature, HashAlgorithmName.SHA256))
                        throw new CryptographicException("a good signature did not verify");
                }
                done += 50;
            }
            Interlocked.Add(ref total, done);
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        return total / clock.Elapsed.TotalSeconds;
    }
}
