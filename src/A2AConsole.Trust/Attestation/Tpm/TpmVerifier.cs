using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Attestation.Tpm;

namespace A2AConsole.Trust.Attestation.Tpm;

/// <summary>
/// Evidence by a TPM 2.0. The challenge ties an attestation key to a TPM that a vendor certified; the quote, by that key, ties the boot
/// measurements to this request's nonce and to the key that is being certified. Reference values: <see cref="TpmReference"/>; opening and
/// evidence: <see cref="TpmOpening"/>, <see cref="TpmEvidence"/>.
/// </summary>
/// <param name="siteRoots">The vendors' authorities that are trusted where an entry names none.</param>
public sealed class TpmVerifier(X509Certificate2Collection siteRoots) : IChallengingVerifier
{
    /// <inheritdoc/>
    public string Kind => EvidenceKind.Tpm;

    /// <inheritdoc/>
    public ValueTask<ChallengeOffer> ChallengeAsync(JsonElement opening, AppraisalContext context, CancellationToken cancellationToken = default)
        => ValueTask.FromResult(Challenge(opening, context));

    /// <inheritdoc/>
    public ValueTask<Appraisal> AppraiseAsync(Evidence evidence, AppraisalContext context, CancellationToken cancellationToken = default)
        => ValueTask.FromResult(Appraise(evidence.Body, context));

    private ChallengeOffer Challenge(JsonElement json, AppraisalContext context)
    {
        if (!TryReadReference(context, out var reference, out var roots, out var fault) || !TpmOpening.TryRead(json, out var opening, out fault))
            return Refused(fault);
        using (opening)
        {
            // Cheap rules before arithmetic: a chain costs several signature verifications.
            fault = TpmKeyRules.CheckEndorsementKey(opening.EndorsementKey) ?? TpmKeyRules.CheckAttestationKey(opening.AttestationKey);
            if (fault is not null)
                return Refused(fault);
            var certified = opening.EndorsementCertificate.PublicKey.ExportSubjectPublicKeyInfo();
            // The credential is made for the key in the certificate that is anchored, and for no other.
            if (opening.EndorsementKey.ToPublicKey()?.ExportSubjectPublicKeyInfo() is not { } sent || !sent.AsSpan().SequenceEqual(certified))
                return Refused(new(TpmCodes.EkMismatch, "The endorsement certificate is for another key than \"ekPublic\": send the public area of the key that the vendor certified."));
            fault = EndorsementChain.Check(opening.EndorsementCertificate, opening.Intermediates, roots, context.Now);
            if (fault is not null)
                return Refused(fault);
            if (opening.AttestationKey.ToPublicKey() is null)
                return Refused(new(TpmCodes.AkKey, "The attestation key is not a valid point of P-256."));

            var secret = RandomNumberGenerator.GetBytes(TpmCredential.SecretSize);
            if (TpmCredential.Make(opening.EndorsementKey, opening.AttestationKey.Name(), secret) is not { } credential)
                return Refused(new(TpmCodes.EkKey, "The endorsement key is not a valid point of P-256."));
            var challenge = JsonSerializer.SerializeToElement(new
            {
                credentialBlob = credential.CredentialBlob,
                encryptedSeed = credential.EncryptedSeed,
                bank = "sha256",
                registers = PcrValues.InBitmap(reference.Registers),
                eventLog = reference.Events.Count > 0,
            });
            var state = new TpmChallengeState(secret, DigestOf(roots), SHA256.HashData(certified), opening.AttestationKey);
            return new ChallengeOffer(challenge, state.Encode());
        }
    }

    private Appraisal Appraise(JsonElement json, AppraisalContext context)
    {
        if (!TryReadReference(context, out var reference, out var roots, out var fault) || !TpmEvidence.TryRead(json, out var evidence, out fault))
            return Rejected(fault);
        if (!TpmChallengeState.TryDecode(context.ChallengeState.Span, out var state))
            return Rejected(new(TpmCodes.ChallengeMissing, "No TPM was challenged for this nonce: ask for a challenge with the TPM's public keys first, and quote for its nonce."));
        if (!DigestOf(roots).AsSpan().SequenceEqual(state.Roots))
            return Rejected(new(TpmCodes.ChallengeStale, "The entry's vendors have changed since the challenge: ask for a new one."));
        if (!CryptographicOperations.FixedTimeEquals(evidence.Secret, state.Secret))
            return Rejected(new(TpmCodes.SecretMismatch, "The secret is not the challenge's: only the TPM of the endorsement certificate, with the attestation key loaded, can open it."));

        if (!TpmQuote.TryRead(evidence.Quote, out var quote, out fault))
            return Rejected(fault);
        fault = TpmSignature.Check(state.AttestationKey, evidence.Quote, evidence.Signature)
            ?? TpmQuoteRules.CheckQuote(quote, context.Binding, reference.Registers, evidence.Values);
        if (fault is not null)
            return Rejected(fault);
        TcgEventLog? log = null;
        if (evidence.EventLog is { } bytes && !TcgEventLog.TryRead(bytes, out log, out var error))
            return Rejected(new(TpmCodes.EventLogMalformed, $"The event log is malformed: {error}."));
        fault = TpmQuoteRules.CheckLog(log, evidence.Values, reference);
        return fault is null ? Compare(quote, evidence.Values, log, reference, state) : Rejected(fault);
    }

    /// <summary>The evidence is sound: what it says is compared with what the entry expects.</summary>
    private Appraisal Compare(TpmQuote quote, PcrValues values, TcgEventLog? log, TpmReference reference, TpmChallengeState state)
    {
        var pcrs = TpmMeasurementRules.CompareValues(values, reference).ToList();
        var events = log is null ? [] : TpmMeasurementRules.CompareEvents(log, reference).ToList();
        var drifted = pcrs.Concat(events).Where(c => !c.Matches).Select(c => c.Name).ToList();
        return new Appraisal
        {
            Kind = Kind,
            Assurance = AssuranceLevel.Hardware,
            Code = drifted.Count == 0 ? null : pcrs.TrueForAll(c => c.Matches) ? TpmCodes.EventDrift : TpmCodes.PcrDrift,
            Detail = drifted.Count == 0 ? null : $"What was measured is not what the entry expects: {string.Join(", ", drifted.Take(8))}{(drifted.Count > 8 ? ", …" : "")}.",
            Runtime = "tpm:" + Convert.ToHexStringLower(state.EndorsementKey),
            Claims = [.. pcrs, .. events, .. Noted(quote)],
        };
    }

    private static IEnumerable<MeasuredClaim> Noted(TpmQuote quote)
    {
        yield return new("firmware-version", string.Create(CultureInfo.InvariantCulture, $"0x{quote.FirmwareVersion:x16}"), null, true);
        yield return new("clock", string.Create(CultureInfo.InvariantCulture,
            $"{quote.Clock} ms, {quote.ResetCount} resets, {quote.RestartCount} restarts, {(quote.IsClockSafe ? "safe" : "not safe")}"), null, true);
    }

    private bool TryReadReference(AppraisalContext context, [NotNullWhen(true)] out TpmReference? reference, out X509Certificate2Collection roots, [NotNullWhen(false)] out EvidenceFault? fault)
    {
        roots = siteRoots;
        fault = null;
        if (!TpmReference.TryRead(context.Reference, out reference, out var error))
            fault = new(TpmCodes.ReferenceInvalid, $"The entry's reference values for a TPM cannot be used: {error}");
        else if (reference.EndorsementRoots.Count > 0)
            roots = [.. reference.EndorsementRoots];
        if (fault is null && roots.Count == 0)
            fault = new(TpmCodes.ReferenceInvalid, "Neither the entry (\"ekRoots\") nor the site says which TPM vendors are trusted.");
        return fault is null && reference is not null;
    }

    private static byte[] DigestOf(X509Certificate2Collection roots)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var fingerprint in roots.Select(r => r.GetCertHash(HashAlgorithmName.SHA256)).OrderBy(Convert.ToHexString, StringComparer.Ordinal))
            hash.AppendData(fingerprint);
        return hash.GetHashAndReset();
    }

    private static ChallengeOffer Refused(EvidenceFault fault) => new(null, default, fault.Code, fault.Detail);

    // No claims: what could not be verified says nothing, and must not look like drift.
    private Appraisal Rejected(EvidenceFault fault) => new() { Kind = Kind, Assurance = AssuranceLevel.Hardware, Code = fault.Code, Detail = fault.Detail };
}
