namespace A2AConsole.Data.Entities;

/// <summary>A certificate of our own authority (root, issuing CA, edge server) as public record; keys live in custody, not here.</summary>
public sealed class TrustAnchor
{
    /// <summary>SHA-256 of the certificate, lower-case hex.</summary>
    public required string Fingerprint { get; set; }
    /// <summary><c>root</c>, <c>issuing</c> or <c>server</c>.</summary>
    public required string Purpose { get; set; }
    public DateTimeOffset NotBefore { get; set; }
    public DateTimeOffset NotAfter { get; set; }
    public required byte[] Der { get; set; }
    /// <summary>SHA-256 of its SubjectPublicKeyInfo, lower-case hex.</summary>
    public required string KeyId { get; set; }
    public AnchorState State { get; set; }
    public DateTimeOffset StateChangedAt { get; set; }
}

/// <summary>Where a certificate of the authority is in its life (SPIRE's rotation: prepare, activate, taint, revoke).</summary>
public enum AnchorState
{
    /// <summary>Made and in the bundle, so that everybody trusts it before it signs anything.</summary>
    Prepared,
    /// <summary>Signs what is issued now.</summary>
    Active,
    /// <summary>Replaced by a newer one in the ordinary way; what it signed goes on to count.</summary>
    Retired,
    /// <summary>Given up: what it signed must be replaced, and still counts until it was.</summary>
    Tainted,
    /// <summary>Nothing that it signed counts any more.</summary>
    Revoked,
}
