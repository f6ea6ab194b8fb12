using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Schemas;

namespace A2AConsole.Core.Tests.Fuzz;

/// <summary>
/// Damaged input of every kind: never an unhandled exception, never an admission of anything that was not signed. 50,000 inputs
/// in all, or as many as A2ACONSOLE_FUZZ says; A2ACONSOLE_FUZZ_SEED repeats a run.
/// </summary>
public sealed class FuzzTests
{
    /// <summary>How many inputs a run takes.</summary>
    internal static readonly int Inputs = Setting("A2ACONSOLE_FUZZ", 50_000);
    private static readonly int Seed = Setting("A2ACONSOLE_FUZZ_SEED", Environment.TickCount);

    private readonly TestPki _pki = new();
    private readonly EventChecker _checker = new(SchemaRegistry.Default, new AdmissionLimits());
    private readonly VerifiedSvid _svid;
    private readonly SigningKey _key;

    public FuzzTests() => (_svid, _key) = _pki.Agent();

    [Fact]
    public void A_damaged_envelope_is_never_admitted_as_something_else()
    {
        var honest = TestEvents.Envelope(_key);
        var digest = _checker.Check(honest, _svid, TestPki.Now).Digest.ToArray();
        Run(Inputs * 2 / 5, honest, (input, seed) =>
        {
            var result = _checker.Check(input, _svid, TestPki.Now);
            Assert.True(result.Refusal is not null || result.Digest.Span.SequenceEqual(digest), $"admitted with seed {seed}");
            Assert.True(result.Refusal is null || result.Detail is { Length: > 0 });
        });
    }

    [Fact]
    public void A_damaged_event_that_is_well_signed_is_read_or_refused()
        => Run(Inputs / 5, Encoding.UTF8.GetBytes(TestEvents.Text()), (input, _) =>
        {
            if (AgentEventReader.TryRead(input, out var read, out var fault))
                SchemaRule.Check(SchemaRegistry.Default, read.Claims.Type, read.DataSchema, read.Data.Span);
            else
                Assert.NotEmpty(fault.Detail);
        });

    [Fact]
    public void A_damaged_batch_admits_only_what_was_signed()
    {
        var events = Enumerable.Range(0, 3).Select(i => (ReadOnlyMemory<byte>)AgentEventWriter.Write(TestEvents.Event() with { Id = $"m-{i}" })).ToList();
        var signed = events.Select(e => Convert.ToHexString(SHA256.HashData(e.Span))).ToHashSet();
        void Check(byte[] input, int seed)
        {
            if (!BatchCheck.TryOpen(_checker, input, _svid, TestPki.Now, n => n, out var batch, out var fault))
            {
                Assert.NotEmpty(fault.Detail);
                return;
            }
            using (batch)
            {
                for (var part = 0; part < batch.Parts; part++)
                    batch.Run(part);
                foreach (var result in batch.Complete())
                    Assert.True(result.Refusal is not null || signed.Contains(Convert.ToHexString(result.Digest.Span)), $"admitted with seed {seed}");
            }
        }
        Run(Inputs / 10, BatchWriter.Write(_svid.SpiffeId.Text, events, TestPki.Now, _key), Check);
        Run(Inputs / 10, BatchWriter.WritePart(_svid.SpiffeId.Text, events, [2, 0], TestPki.Now, _key), Check);
    }

    [Fact]
    public void A_damaged_certificate_is_never_an_identity_of_its_own()
    {
        using var leaf = _pki.Leaf();
        var honest = leaf.RawData;
        Run(Inputs / 5, honest, (input, seed) =>
        {
            X509Certificate2 certificate;
            try
            {
                certificate = X509CertificateLoader.LoadCertificate(input);
            }
            catch (CryptographicException)
            {
                return;
            }
            using (certificate)
            {
                SvidRules.Check(certificate, TestPki.Domain, AlgorithmPolicy.Default, TestPki.Now, out _);
                // Path validation costs a hundred times as much: enough of it to matter, not so much as to wait for.
                if (seed % 20 == 0 && SvidValidator.TryValidate(certificate, _pki.Trust, TestPki.Now, out _, out _))
                    Assert.True(certificate.RawDataMemory.Span.SequenceEqual(honest), $"accepted with seed {seed}");
            }
        });
    }

    private static void Run(int count, byte[] honest, Action<byte[], int> check)
    {
        for (var i = 0; i < count; i++)
        {
            var seed = unchecked(Seed + i);
            var input = Damage(honest, new Random(seed));
            try
            {
                check(input, seed);
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"{e.GetType().Name} with A2ACONSOLE_FUZZ_SEED={seed}: {e.Message} {e.StackTrace} input {Convert.ToBase64String(input)}");
            }
        }
    }

    private static byte[] Damage(byte[] honest, Random random)
    {
        var bytes = new List<byte>(honest);
        for (var changes = random.Next(1, 4); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 20), bytes.Count - at);
            switch (random.Next(8))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 5:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]));
                    break;
                case 6:
                    for (var i = 0; i < length; i++)
                        bytes[at + i] = (byte)random.Next(256);
                    break;
                default:
                    bytes.InsertRange(at, new byte[random.Next(1, 300)]);
                    break;
            }
        }
        return [.. bytes];
    }

    private static readonly string[] Tokens =
    [
        "{", "}", "[", "]", "\"", ":", ",", "null", "true", "1e999", "-0", "\\u0000", "\\ud800", "\\", "=", "==", "\n", "\"id\":\"x\",", "\"payload\":\"e30=\",",
        "\"sig\":\"AAAA\",", "\"keyid\":\"\",", "{\"a\":1,\"a\":2}", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "\u00e9", "\ufeff", "0.0000001", "\"index\":0,", "\"path\":[],",
    ];

    private static int Setting(string name, int otherwise)
        => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
