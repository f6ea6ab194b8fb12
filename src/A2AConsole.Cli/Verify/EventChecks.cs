using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Cli.Checks;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Verify;

/// <summary>What an event claims, and with what it was signed: to be compared with its leaf.</summary>
/// <param name="Claims">The event's attributes.</param>
/// <param name="Serial">The signer's certificate, lower-case hex; null when none was given.</param>
/// <param name="BatchRoot">The signed batch's root, lower-case hex.</param>
public sealed record SignedContent(EventFacts Claims, string? Serial, string? BatchRoot);

/// <summary>The signer's side of a verification: the envelope can be read, its signer is who it says, and signed these very bytes.</summary>
public static class EventChecks
{
    private const string EnvelopeCheck = "envelope";
    private const string Certificate = "certificate";
    private const string Signature = "signature";
    private const string Source = "source";

    /// <summary>Checks an event in its own envelope; null when there is no event to speak of.</summary>
    public static SignedContent? Envelope(byte[] json, string? chainPem, Given given, CheckReport report)
    {
        if (!DsseEnvelopeReader.TryRead(json, out var envelope, out var fault))
        {
            report.Fail(EnvelopeCheck, fault.Detail);
            return null;
        }
        // Not disposed: the payload is read as long as the process lives, and that is not long.
        if (envelope.PayloadType != Dsse.EventType)
        {
            report.Fail(EnvelopeCheck, $"its payload is {envelope.PayloadType}, not {Dsse.EventType}");
            return null;
        }
        if (!AgentEventReader.TryRead(envelope.Payload, out var read, out fault))
        {
            report.Fail(EnvelopeCheck, fault.Detail);
            return null;
        }
        report.Pass(EnvelopeCheck, Describe(read.Claims));
        var at = given.At ?? read.Claims.Time;
        var signer = CheckCertificate(chainPem, read.Claims.Source, at, given, report, out var serial);
        if (signer is not null)
        {
            EnvelopeVerifier.TryVerify(envelope, read, signer, AlgorithmPolicy.Default, at, out var verified, out fault);
            NoteSignature(envelope, fault, verified?.SignedWith ?? SignedWith.None, signer, report);
        }
        return new SignedContent(read.Claims, serial, null);
    }

    /// <summary>Checks a signed batch and each of its events; the events that could be read.</summary>
    public static IReadOnlyList<SignedContent> Batch(byte[] json, string? chainPem, Given given, CheckReport report)
    {
        if (!BatchReader.TryRead(json, out var batch, out var fault))
        {
            report.Fail(EnvelopeCheck, fault.Detail);
            return [];
        }
        var statement = batch.Statement;
        report.Pass(EnvelopeCheck, $"batch of {statement.Size} events signed by {statement.Source} at {statement.Time:u}, {batch.Items.Count} of them here");
        var at = given.At ?? statement.Time;
        var signer = CheckCertificate(chainPem, statement.Source, at, given, report, out var serial);
        VerifiedBatch? verified = null;
        if (signer is not null)
        {
            EnvelopeVerifier.TryVerify(batch, signer, AlgorithmPolicy.Default, at, out verified, out fault);
            NoteSignature(batch.Envelope, fault, verified?.SignedWith ?? SignedWith.None, signer, report);
        }
        return CheckEvents(batch, verified, serial, report);
    }

    private static List<SignedContent> CheckEvents(UnverifiedBatch batch, VerifiedBatch? verified, string? serial, CheckReport report)
    {
        const string name = "events";
        var contents = new List<SignedContent>();
        var items = new List<BatchItem>();
        foreach (var (i, text) in batch.Items.Index())
        {
            if (BatchItemReader.Read(text.Span, out var item) is { } fault || !AgentEventReader.TryRead(item.Payload, out var read, out fault))
            {
                report.Fail(name, $"event {i}: {fault.Detail}");
                return contents;
            }
            items.Add(item);
            contents.Add(new SignedContent(read.Claims, serial, Convert.ToHexStringLower(batch.Statement.Root.Span)));
        }
        if (verified is null)
        {
            report.Skip(name, "the batch's signature does not hold");
            return contents;
        }
        // All events in order need no paths: together they give the root.
        var whole = items.Count == batch.Statement.Size && items.TrueForAll(i => i.Index is null)
            ? LeafHashes.Of([.. items.Select(i => (ReadOnlyMemory<byte>)i.Payload)])
            : null;
        foreach (var (i, item) in items.Index())
        {
            AgentEventReader.TryRead(item.Payload, out var read, out _);
            var path = whole is null ? item.Path : [.. whole.Path(i).SelectMany(h => h)];
            if (!EnvelopeVerifier.TryVerify(verified, read!, item.Index ?? i, path, out _, out var fault))
            {
                report.Fail(name, $"event {i}: {(fault.Code == RefusalCode.SourceMismatch ? $"it names {read!.Claims.Source} as its source, not the signer" : fault.Detail)}");
                return contents;
            }
        }
        report.Pass(name, items.Count == 1 ? $"{Describe(contents[0].Claims)}, under the signed root" : $"all {items.Count} are under the signed root");
        return contents;
    }

    private static VerifiedSvid? CheckCertificate(string? chainPem, string source, DateTimeOffset at, Given given, CheckReport report, out string? serial)
    {
        serial = null;
        if (chainPem is null)
        {
            report.Skip(Certificate, "no certificate was given (--certificate)", essential: true);
            report.Skip(Signature, "needs the signer's certificate", essential: true);
            report.Skip(Source, "needs the signer's certificate", essential: true);
            return null;
        }
        X509Certificate2Collection chain;
        try
        {
            chain = PemFiles.Parse(chainPem, "the certificate chain");
        }
        catch (UnreadableException e)
        {
            report.Fail(Certificate, e.Message);
            return null;
        }
        serial = SvidRules.SerialOf(chain[0]);
        var domain = given.TrustDomain ?? SpiffeId.Parse(source).TrustDomain;
        X509Certificate2Collection issuers = [.. chain.Skip(1)];
        if (!SvidValidator.TryValidate(chain[0], new SvidTrust(domain, given.Roots, issuers), at, out var svid, out var refusal))
        {
            report.Fail(Certificate, refusal.Detail);
            report.Skip(Signature, "the certificate does not hold");
            report.Skip(Source, "the certificate does not hold");
            return null;
        }
        report.Pass(Certificate, string.Create(CultureInfo.InvariantCulture, $"{svid.SpiffeId}, serial {svid.Serial}, chains to the bundle and was valid at {at.UtcDateTime:u}"));
        return svid;
    }

    /// <summary>Splits the verifier's one fault into the two checks that people know.</summary>
    private static void NoteSignature(UnverifiedEnvelope envelope, Fault? fault, SignedWith signed, VerifiedSvid signer, CheckReport report)
    {
        if (fault is null || fault.Code == RefusalCode.SourceMismatch)
        {
            report.Pass(Signature, SignatureWords.Of(envelope, signed, signer));
            report.Note(Source, fault is null ? null : $"it names another source than its signer, {signer.SpiffeId}", "the signer is the source");
            return;
        }
        report.Fail(Signature, fault.Code switch
        {
            RefusalCode.SignatureInvalid when signer.AlternativeKey is null => "the signature is not this certificate's key's over these bytes: they were changed, or another key signed",
            RefusalCode.WrongSigner when signer.AlternativeKey is null => $"no signature names this certificate's key ({signer.KeyId})",
            _ => fault.Detail,
        });
        report.Skip(Source, "the signature does not hold");
    }

    private static string Describe(EventFacts claims) => $"{claims.Type} {claims.MessageId} of {claims.Time:u}";
}
