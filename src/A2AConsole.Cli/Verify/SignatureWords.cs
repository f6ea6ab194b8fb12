using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;

namespace A2AConsole.Cli.Verify;

/// <summary>
/// Says which signatures of an envelope verified. Admission stops at what is enough; somebody who examines an envelope wants to
/// know of every signature that its certificate has a key for.
/// </summary>
internal static class SignatureWords
{
    public static string Of(UnverifiedEnvelope envelope, SignedWith signed, VerifiedSvid signer)
    {
        var words = new List<string>();
        if ((signed & SignedWith.Key) != 0 || signer.AlternativeKey is null)
            words.Add($"by the certificate's key, {Describe(signer.Key)}");
        else if (Verifies(envelope, signer.Key) is { } own)
            words.Add(Extra("certificate's", signer.Key, own));
        if (signer.AlternativeKey is { } alternative)
        {
            if ((signed & SignedWith.AlternativeKey) != 0)
                words.Add($"by its alternative key, {Describe(alternative)}");
            else if (Verifies(envelope, alternative) is { } other)
                words.Add(Extra("alternative", alternative, other));
            words.Add(signer.RequiresBothSignatures ? "both are required" : "either is enough");
        }
        return string.Join("; ", words);
    }

    private static string Extra(string which, VerificationKey key, bool verifies)
        => verifies ? $"also by its {which} key, {Describe(key)}" : $"the one that names its {which} key, {Describe(key)}, does not verify";

    private static bool? Verifies(UnverifiedEnvelope envelope, VerificationKey key)
    {
        foreach (var signature in envelope.Signatures)
        {
            if (signature.IsBy(key.KeyId))
                return key.Verify(envelope.Pae, signature.Value.Span);
        }
        return null;
    }

    private static string Describe(VerificationKey key) => $"{key.KeyId[..16]}…, {key.Algorithm.Id}";
}
