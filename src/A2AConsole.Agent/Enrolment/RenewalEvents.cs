namespace A2AConsole.Sdk;

/// <summary>The agent has a new certificate and uses it.</summary>
/// <param name="serial">Its serial, lower-case hex.</param>
/// <param name="notAfter">Its end (UTC).</param>
public sealed class CertificateRenewedEventArgs(string serial, DateTimeOffset notAfter) : EventArgs
{
    /// <summary>The new certificate's serial, lower-case hex.</summary>
    public string Serial { get; } = serial;

    /// <summary>The new certificate's end (UTC).</summary>
    public DateTimeOffset NotAfter { get; } = notAfter;
}

/// <summary>A renewal failed; the current certificate is still used until it ends.</summary>
public sealed class RenewalFailedEventArgs : EventArgs
{
    internal RenewalFailedEventArgs(Exception error, int failures, DateTimeOffset notAfter, DateTimeOffset? nextAttempt)
        => (Error, Failures, NotAfter, NextAttempt) = (error, failures, notAfter, nextAttempt);

    /// <summary>Why.</summary>
    public Exception Error { get; }

    /// <summary>Failures in a row, this one included.</summary>
    public int Failures { get; }

    /// <summary>When the current certificate ends (UTC).</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>When it is tried again (UTC); null when it will not be, because the certificate was revoked.</summary>
    public DateTimeOffset? NextAttempt { get; }
}
