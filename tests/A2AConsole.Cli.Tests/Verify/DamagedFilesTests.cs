using System.Text;
using A2AConsole.Cli.Verify;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Tests.Verify;

/// <summary>Files come from anywhere: whatever is in them, the answer is a verdict, and a good one only for the true event.</summary>
public sealed class DamagedFilesTests
{
    private const int Rounds = 400;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_damaged_anywhere_gets_a_verdict_and_never_proves_anything_else(bool batched)
    {
        using var golden = new Golden(batched);
        var given = new Given(PemFiles.Parse(golden.Bundle, "bundle"), "acme.example", Ed25519NoteVerifier.Parse(golden.Signer.VerifierKey),
            null, golden.Chain, golden.Proof.Format(), null);
        var random = new Random(7);
        foreach (var original in new[] { golden.Evidence, golden.Envelope, Encoding.UTF8.GetBytes(golden.Receipt), Encoding.UTF8.GetBytes(golden.Proof.Format()) })
        {
            Assert.Equal(ExitCode.Ok, FileVerifier.Verify("whole", original, given).Report.ExitCode);
            for (var i = 0; i < Rounds; i++)
            {
                var verdict = FileVerifier.Verify("damaged", Damage(original, random), given);
                if (verdict.Report.ExitCode == ExitCode.Ok)
                    Assert.Equal(LeafReader.Parse(golden.Leaf), verdict.Leaf);
            }
        }
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        var at = random.Next(original.Length);
        var to = random.Next(at, Math.Min(original.Length, at + 40));
        return random.Next(4) switch
        {
            0 => [.. original[..at], .. original[to..]],
            1 => [.. original[..to], .. original[at..]],
            2 => [.. original[..at], (byte)random.Next(256), .. original[(at + 1)..]],
            _ => [.. original[..at], (byte)(original[at] ^ 1 << random.Next(8)), .. original[(at + 1)..]],
        };
    }
}
