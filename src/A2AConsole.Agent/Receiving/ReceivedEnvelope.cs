using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;

namespace A2AConsole.Sdk;

/// <summary>
/// Checks an envelope that another agent sent, offline: the sender's certificate chains to the trust bundle and is an X.509-SVID,
/// its key made the signature, the event's source is that certificate's identity, and the event is fresh. What remains the
/// receiver's: to act on an id and nonce only once, and to ask whether the sender may ask for it.
/// </summary>
public static class ReceivedEnvelope
{
    /// <summary>Verifies an envelope.</summary>
    /// <param name="envelope">The DSSE envelope, UTF-8 JSON.</param>
    /// <param name="senderChainPem">The sender's certificate and its issuing CAs, PEM, leaf first.</param>
    /// <param name="bundle">The roots of the sender's trust domain.</param>
    /// <param name="trustDomain">That trust domain's name, e.g. <c>acme.example</c>.</param>
    /// <param name="now">The time (UTC) to judge at: now, or when it was received.</param>
    /// <param name="limits">How old and how long-lived an event may be; null: the edge's defaults.</param>
    public static EnvelopeVerification Verify(
        ReadOnlyMemory<byte> envelope, string senderChainPem, TrustBundle bundle, string trustDomain, DateTimeOffset now, AdmissionLimits? limits = null)
    {
        if (!TrySender(senderChainPem, bundle, trustDomain, now, out var sender, out var why))
            return new EnvelopeVerification(null, "certificate", why.Code, why.Detail);
        if (!DsseEnvelopeReader.TryRead(envelope.Span, out var read, out var fault))
            return Failed(fault);
        using (read)
        {
            if (!AgentEventReader.TryRead(read.Payload, out var parsed, out fault) || !EnvelopeVerifier.TryVerify(read, parsed, sender, AlgorithmPolicy.Default, now, out var verified, out fault))
                return Failed(fault);
            fault = FreshnessRule.Check(verified.Facts.Time, verified.Facts.Expires, now, limits ?? new AdmissionLimits());
            return fault is null ? new EnvelopeVerification(ReceivedEvent.Of(verified), null, null, "the envelope is genuine and fresh") : Failed(fault);
        }
    }

    private static EnvelopeVerification Failed(Fault fault)
    {
        var refusal = Refusal.Of(fault.Code);
        return new EnvelopeVerification(null, refusal.Check.ToString().ToLowerInvariant(), refusal.Text, fault.Detail);
    }

    private static bool TrySender(
        string chainPem, TrustBundle bundle, string trustDomain, DateTimeOffset now, [NotNullWhen(true)] out VerifiedSvid? sender, [NotNullWhen(false)] out SvidRefusal? why)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(chainPem);
        }
        catch (CryptographicException)
        {
            chain.Clear();
        }
        try
        {
            if (chain.Count > 0)
                return SvidValidator.TryValidate(chain[0], new SvidTrust(trustDomain, bundle.Roots, [.. chain.Skip(1)]), now, out sender, out why);
            (sender, why) = (null, new SvidRefusal(SvidRefusalCodes.Malformed, "The sender's chain holds no certificate that can be read."));
            return false;
        }
        finally
        {
            foreach (var certificate in chain)
                certificate.Dispose();
        }
    }
}

/// <summary>What checking a received envelope found: the event, or the check that failed (<c>certificate</c>, <c>parse</c>,
/// <c>signature</c>, <c>freshness</c>) with its stable code.</summary>
public sealed record EnvelopeVerification(ReceivedEvent? Event, string? FailedCheck, string? Code, string Detail)
{
    /// <summary>Whether every check held.</summary>
    [MemberNotNullWhen(true, nameof(Event))]
    public bool IsValid => Event is not null;
}

/// <summary>A genuine event of another agent.</summary>
/// <param name="Facts">Its attributes; <see cref="EventFacts.Source"/> is proven.</param>
/// <param name="Data">Its business body, UTF-8 JSON.</param>
/// <param name="Certificate">The serial (lower-case hex) of the certificate that proved it.</param>
public sealed record ReceivedEvent(EventFacts Facts, ReadOnlyMemory<byte> Data, string Certificate)
{
    // Copied: what was read lives in a pooled buffer.
    internal static ReceivedEvent Of(VerifiedEvent verified) => new(verified.Facts, verified.Data.ToArray(), verified.Signer.Serial);
}
