namespace A2AConsole.Trust;

/// <summary>The issued certificates that the edge must not accept though they are still valid. In memory, current at once.</summary>
public interface IRevocationList
{
    /// <summary>Whether the certificate with this serial (lower-case hex) was revoked.</summary>
    bool IsRevoked(string serial);

    /// <summary>
    /// Raised with the serial when a revocation takes effect, after <see cref="IsRevoked"/> says so: the edge closes the
    /// certificate's live connections. Handlers only signal, they never work.
    /// </summary>
    event Action<string>? Revoked;
}
