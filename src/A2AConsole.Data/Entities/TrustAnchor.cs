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
}
