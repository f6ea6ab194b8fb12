namespace A2AConsole.Sdk;

/// <summary>What became of one message of several.</summary>
public enum SendVerdict
{
    /// <summary>On the ledger.</summary>
    Admitted,
    /// <summary>On the ledger since an earlier attempt under the same idempotency key; the receipt is that one's.</summary>
    Repeated,
    Refused,
}

/// <summary>One message's verdict: with a receipt when it was admitted or repeated, with a refusal otherwise.</summary>
public sealed record SendResult(SendVerdict Verdict, Receipt? Receipt, EventRefusal? Refusal)
{
    /// <summary>What policy said, when the message would change something; null when it was not asked. Admitted is not allowed: the receiver acts on an allow only.</summary>
    public MessageDecision? Decision => Receipt?.Decision;

    /// <summary>The receipt, or an exception when there is none.</summary>
    /// <exception cref="EventRefusedException">The message was refused.</exception>
    public Receipt Require() => Receipt ?? throw new EventRefusedException(Refusal!);
}

/// <summary>Why the edge refused an event.</summary>
/// <param name="Code">Stable, kebab-case: <c>replayed</c>, <c>stale</c>, <c>schema-violation</c>, …</param>
/// <param name="Check">The admission check that refused: <c>size</c>, <c>rate</c>, <c>parse</c>, <c>signature</c>, <c>freshness</c>, <c>replay</c>, <c>idempotency</c>, <c>schema</c>; null when the request did not get that far.</param>
/// <param name="Detail">One sentence: what was wrong and what would be right.</param>
/// <param name="LeafIndex">The refusal's own leaf on the ledger; null when it was only counted.</param>
/// <param name="Status">The HTTP status, for a single message.</param>
public sealed record EventRefusal(string Code, string? Check, string Detail, long? LeafIndex, int? Status = null);
