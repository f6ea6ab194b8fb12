namespace A2AConsole.Trust.Attestation;

/// <summary>
/// The names in an attestation result, all in one place, because not all of them are settled. Settled: JWT (RFC 7519), <c>cnf</c> (RFC 7800), EAT
/// (RFC 9711), its media type (RFC 9782). Drafts: <see cref="Status"/>, from EAR (draft-ietf-rats-ear), may still be renamed. Ours carry our prefix.
/// </summary>
internal static class EatClaims
{
    /// <summary>The header's <c>typ</c> (RFC 9782: application/eat+jwt, without the prefix, as RFC 7515 §4.1.9 allows).</summary>
    public const string Type = "eat+jwt";
    public const string Issuer = "iss";
    public const string Subject = "sub";
    public const string IssuedAt = "iat";
    public const string Expires = "exp";
    /// <summary>RFC 9711 §4.1.</summary>
    public const string Nonce = "eat_nonce";
    /// <summary>RFC 9711 §6: which claims to expect; an OID of our arc.</summary>
    public const string Profile = "eat_profile";
    /// <summary>RFC 9711 §4.2.18: one claims set a piece of evidence, named by its kind.</summary>
    public const string Submodules = "submods";
    /// <summary>RFC 7800 §3.1; <see cref="KeyId"/> in it names the key that the evidence was bound to.</summary>
    public const string Confirmation = "cnf";
    public const string KeyId = "kid";

    /// <summary>Draft: EAR's trustworthiness tier.</summary>
    public const string Status = "ear.status";
    public const string Affirming = "affirming";

    public const string Assurance = "a2aconsole.assurance";
    public const string Runtime = "a2aconsole.runtime";
    /// <summary>Array of <c>{name, measured, reference, matches}</c>.</summary>
    public const string Measured = "a2aconsole.measured";
    /// <summary>The entry that the reference values are of: <c>{id, digest}</c>.</summary>
    public const string Entry = "a2aconsole.entry";
}
