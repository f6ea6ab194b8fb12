using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Detection.Signals;

/// <summary>What attestation and the inspection of certificates say of an agent: failures, what was measured, and weaknesses that were found.</summary>
internal static class TrustSignals
{
    private static readonly TimeSpan FailureWindow = TimeSpan.FromHours(1);
    private const int FailuresTold = 3;

    // What a finding's code is as an alert; the others are no sign of an attack.
    private static AlertKind? Of(string? finding) => finding switch
    {
        "certificate-unlogged" or "lifetime-over-policy" => AlertKind.CertificatePolicy,
        "attestation-drift" => AlertKind.AttestationDrift,
        "renewal-missed" => AlertKind.CertificateStale,
        "used-after-suspension" => AlertKind.UsedAfterSuspension,
        "shared-key" or "shared-runtime" => AlertKind.SharedRuntime,
        "message-differs" or "card-refused" or "card-changed" => AlertKind.Tampering,
        "limit-reached" => AlertKind.SplitCommitment,
        "approval-misused" => AlertKind.ApprovalMisuse,
        "approval-flood" => AlertKind.ApprovalFlood,
        _ => null,
    };

    public static void Observe(in Moment m)
    {
        var o = m.Seen;
        if (o.Kind == LeafKind.Finding && Of(o.Code) is { } kind)
            m.Say(kind, kind is AlertKind.AttestationDrift ? "" : o.Code!, kind == AlertKind.CertificateStale ? 5 : Moment.Certain, new AlertExplanation
            {
                Sentence = $"{Words(o.Code!)} of {m.Agent.Name}", Features = [new("found by inspection", 1, o.Code, null)],
            });
        else if (o.Kind == LeafKind.Attestation)
            Attestation(m);
    }

    private static void Attestation(in Moment m)
    {
        var o = m.Seen;
        if (o.Verdict == LeafVerdict.Done)
        {
            m.Agent.WasAffirmed = true;
            return;
        }
        m.Agent.Recent.Add(new("attestation", o.Code ?? "", o.At, o.Leaf, 0));
        var failures = m.Agent.Recent.Since("attestation", o.At - FailureWindow);
        if (m.Agent.WasAffirmed)
            m.Say(AlertKind.AttestationDrift, "", Moment.Certain, new AlertExplanation
            {
                Sentence = $"The evidence of {m.Agent.Name} ({o.Type}) was affirmed before and is refused now: {o.Code}; what runs there is not what was measured, or is a counterfeit",
                Features = [new("evidence", 1, o.Code, "affirmed")],
            }, [.. failures.Select(f => f.Leaf)], failures.Count);
        if (failures.Count >= FailuresTold)
            m.Say(AlertKind.AttestationFailures, "", Moment.Certain, new AlertExplanation
            {
                Sentence = $"Attestation of {m.Agent.Name} failed {failures.Count} times within {FailureWindow.TotalHours:0} hour", Actual = failures.Count, Expected = 0, High = FailuresTold - 1, Unit = "failures in an hour",
                Features = [.. failures.GroupBy(f => f.About).OrderByDescending(g => g.Count()).Select(g => new AlertFeature(g.Key.Length > 0 ? g.Key : "refused", (double)g.Count() / failures.Count, Moment.Text(g.Count()), "0"))],
            }, [.. failures.Select(f => f.Leaf)], failures.Count);
    }

    private static string Words(string code) => code switch
    {
        "certificate-unlogged" => "A certificate that stands on no ledger",
        "lifetime-over-policy" => "A certificate that lives longer than its entry allows",
        "attestation-drift" => "A measured value that differs from its reference",
        "renewal-missed" => "A missed renewal: four fifths of the certificate's life are over",
        "used-after-suspension" => "A certificate that was taken back is still shown: it is that",
        "shared-key" => "One key serves two identities: that",
        "shared-runtime" => "One runtime serves two identities: that",
        "message-differs" => "An A2A message differs from the signed event that it carries: one",
        "card-refused" => "An agent card does not stand: that",
        "card-changed" => "An agent card is not the one that was pinned: that",
        "limit-reached" => "Commitments in parts came to what one alone would not have been allowed: those",
        "approval-misused" => "An approval was used twice, for something else, above its limit or after its end: one",
        "approval-flood" => "More requests for approval than may wait: those",
        _ => code,
    };
}
