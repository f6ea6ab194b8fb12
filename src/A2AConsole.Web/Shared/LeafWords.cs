using A2AConsole.Core.Ledger;

namespace A2AConsole.Web.Shared;

/// <summary>Ledger leaves in words.</summary>
public static class LeafWords
{
    /// <summary>A kind's name on the screen.</summary>
    public static string Name(LeafKind kind) => kind switch
    {
        LeafKind.Event => "Event",
        LeafKind.RefusalSummary => "Refusal summary",
        LeafKind.Connection => "Connection",
        LeafKind.Enrolment => "Enrolment",
        LeafKind.Renewal => "Renewal",
        LeafKind.Revocation => "Revocation",
        LeafKind.SignIn => "Sign-in",
        LeafKind.Administration => "Administration",
        LeafKind.Attestation => "Attestation",
        LeafKind.Finding => "Finding",
        LeafKind.Decision => "Decision",
        LeafKind.Approval => "Approval",
        LeafKind.Policy => "Policy",
        LeafKind.Alert => "Alert",
        LeafKind.Incident => "Incident",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>"3 enrolments", "2 enrolments refused".</summary>
    public static string Count(LeafKind kind, LeafVerdict verdict, long count) => (kind, verdict) switch
    {
        (LeafKind.Event, _) => Numbers.Of(count, "event"),
        (LeafKind.RefusalSummary, _) => Numbers.Of(count, "refusal summary", "refusal summaries"),
        (LeafKind.Connection, _) => Numbers.Of(count, "connection") + " refused",
        (LeafKind.Enrolment, LeafVerdict.Refused) => Numbers.Of(count, "enrolment") + " refused",
        (LeafKind.Enrolment, _) => Numbers.Of(count, "certificate") + " issued at enrolment",
        (LeafKind.Renewal, LeafVerdict.Refused) => Numbers.Of(count, "renewal") + " refused",
        (LeafKind.Renewal, _) => Numbers.Of(count, "certificate") + " renewed",
        (LeafKind.Revocation, _) => Numbers.Of(count, "certificate") + " revoked",
        (LeafKind.SignIn, LeafVerdict.Refused) => Numbers.Of(count, "sign-in") + " refused",
        (LeafKind.SignIn, _) => Numbers.Of(count, "sign-in"),
        (LeafKind.Administration, _) => Numbers.Of(count, "administrative change"),
        (LeafKind.Attestation, LeafVerdict.Refused) => Numbers.Of(count, "attestation") + " failed",
        (LeafKind.Attestation, _) => Numbers.Of(count, "attestation"),
        (LeafKind.Finding, _) => Numbers.Of(count, "finding"),
        (LeafKind.Decision, LeafVerdict.Refused) => Numbers.Of(count, "message") + " denied by policy",
        (LeafKind.Decision, _) => Numbers.Of(count, "decision"),
        (LeafKind.Approval, _) => Numbers.Of(count, "approval step"),
        (LeafKind.Policy, _) => Numbers.Of(count, "policy change"),
        (LeafKind.Alert, _) => Numbers.Of(count, "alert step"),
        (LeafKind.Incident, _) => Numbers.Of(count, "incident step"),
        _ => Numbers.Of(count, "record"),
    };

    /// <summary>One sentence for a record.</summary>
    public static string Sentence(LedgerLeaf leaf) => leaf.Detail ?? leaf.Code ?? Name(leaf.Kind);
}
