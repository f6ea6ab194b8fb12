namespace A2AConsole.Sdk;

/// <summary>What every error of the SDK derives from, so that an agent can catch them together.</summary>
public abstract class AgentException : Exception
{
    private protected AgentException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}

/// <summary>The edge refused the event. Sending the same again will not help; the message says what would.</summary>
public sealed class EventRefusedException(EventRefusal refusal) : AgentException($"{refusal.Code}: {refusal.Detail}")
{
    /// <summary>Code, check and detail.</summary>
    public EventRefusal Refusal { get; } = refusal;

    /// <summary>The stable code, e.g. <c>schema-violation</c>.</summary>
    public string Code => Refusal.Code;

    /// <summary>The check that refused, e.g. <c>schema</c>.</summary>
    public string? Check => Refusal.Check;

    /// <summary>What exactly was wrong.</summary>
    public string Detail => Refusal.Detail;
}

/// <summary>The authority gave no certificate, at enrolment or renewal.</summary>
public sealed class EnrolmentRefusedException(string code, string detail, int status = 0) : AgentException($"{code}: {detail}")
{
    /// <summary>The authority's stable code (<c>token-spent</c>, <c>csr-name-mismatch</c>, …), or one of the SDK's own:
    /// <c>token-malformed</c>, <c>bundle-fingerprint-mismatch</c>, <c>certificate-unusable</c>.</summary>
    public string Code { get; } = code;

    /// <summary>What exactly was wrong.</summary>
    public string Detail { get; } = detail;

    /// <summary>The HTTP status, or 0 when the SDK itself refused.</summary>
    public int Status { get; } = status;
}

/// <summary>The other side could not be reached, or did not answer, in <see cref="AgentOptions.MaxAttempts"/> attempts. The message may or
/// may not have been admitted: sending the same <see cref="AgentMessage"/> object again is safe, its idempotency key tells.</summary>
public sealed class AgentUnavailableException(string message, Exception? inner = null) : AgentException(message, inner)
{
    /// <summary>How long the other side asked us to wait, when it did.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>The other side's certificate does not chain to the trust bundle or names another host. Nothing was sent.</summary>
public sealed class PeerNotTrustedException(string message, Exception? inner = null) : AgentException(message, inner);

/// <summary>The state directory holds no identity, one that cannot be read, or one that would be overwritten.</summary>
public sealed class AgentStateException(string message, Exception? inner = null) : AgentException(message, inner);
