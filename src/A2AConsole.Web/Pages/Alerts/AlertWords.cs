using System.Globalization;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Schemas;
using A2AConsole.Data.Queries;

namespace A2AConsole.Web.Pages.Alerts;

/// <summary>Alerts and the work on them in words.</summary>
public static class AlertWords
{
    /// <summary>What is unusual, in two or three words.</summary>
    public static string Title(AlertKind kind) => kind switch
    {
        AlertKind.VolumeBurst => "Volume burst",
        AlertKind.VolumeSilence => "Gone silent",
        AlertKind.VolumeDrift => "Volume drifts",
        AlertKind.BytesBurst => "Data burst",
        AlertKind.MoneyBurst => "Money burst",
        AlertKind.RefusalBurst => "Refusals burst",
        AlertKind.NewCounterparty => "New counterparty",
        AlertKind.FanOut => "Fans out",
        AlertKind.EdgeBurst => "Flow burst",
        AlertKind.UnusualAction => "Unusual action",
        AlertKind.ImpossibleSequence => "Impossible sequence",
        AlertKind.RoleDenied => "Beyond its role",
        AlertKind.NewPlace => "New place",
        AlertKind.ImpossibleTravel => "Impossible travel",
        AlertKind.AttestationFailures => "Attestation fails",
        AlertKind.AttestationDrift => "Attestation drift",
        AlertKind.SharedRuntime => "Shared runtime",
        AlertKind.CertificateStale => "Certificate stale",
        AlertKind.UsedAfterSuspension => "Used after its end",
        AlertKind.CertificatePolicy => "Certificate off policy",
        AlertKind.ApprovalFlood => "Approvals flooded",
        AlertKind.ApprovalMisuse => "Approval misused",
        AlertKind.UnusualApprover => "Unusual approver",
        AlertKind.SplitCommitment => "Split commitment",
        AlertKind.UnusualAmount => "Unusual amount",
        AlertKind.UnusualQuantity => "Unusual quantity",
        AlertKind.Uncorroborated => "Uncorroborated",
        AlertKind.Tampering => "Tampering",
        AlertKind.Replay => "Replay",
        AlertKind.UnlikePeers => "Unlike its peers",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static string Of(AlertVerdict verdict) => verdict switch
    {
        AlertVerdict.TruePositive => "True",
        AlertVerdict.Benign => "Benign",
        AlertVerdict.Duplicate => "Duplicate",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, null),
    };

    /// <summary>Where the work on it stands.</summary>
    public static string State(AlertRow row) => row.State switch
    {
        AlertState.New => "New",
        AlertState.Open => "Open",
        AlertState.InIncident => "In an incident",
        _ => row.Verdict is { } verdict ? $"Closed: {Of(verdict).ToLowerInvariant()}" : "Closed",
    };

    /// <summary>A step in the work on an alert or an incident.</summary>
    public static string Of(TriageMove move) => move switch
    {
        TriageMove.Raised => "Raised",
        TriageMove.Again => "Again, and worse",
        TriageMove.Noted => "Note",
        TriageMove.Opened => "Opened",
        TriageMove.Assigned => "Given",
        TriageMove.Unassigned => "Given back",
        TriageMove.Closed => "Closed",
        TriageMove.Reopened => "Reopened",
        TriageMove.Joined => "Joined",
        TriageMove.Left => "Taken out",
        TriageMove.Contained => "Contained",
        TriageMove.ContainmentUndone => "Let go again",
        TriageMove.Severity => "Severity changed",
        TriageMove.Created => "Created",
        TriageMove.Merged => "Merged",
        TriageMove.Split => "Split",
        TriageMove.TaskAdded => "Task added",
        TriageMove.TaskDone => "Task done",
        TriageMove.TaskReopened => "Task reopened",
        TriageMove.Exported => "Evidence taken",
        TriageMove.Undone => "Verdict taken back",
        _ => throw new ArgumentOutOfRangeException(nameof(move), move, null),
    };

    /// <summary>Money in play, or null when there is none.</summary>
    public static string? Money(long money, string? currency) => currency is null || money == 0 ? null : new EventMoney(money, currency).ToString();

    /// <summary>A measured value: whole where it is large, with two decimals where it is small.</summary>
    public static string Value(double value) => value.ToString(Math.Abs(value) >= 100 || value == Math.Floor(value) ? "N0" : "N2", CultureInfo.InvariantCulture);

    /// <summary>A risk's or technique's name (OWASP Top 10 for Agentic Applications 2026, MITRE ATLAS); null for one that we don't know.</summary>
    public static string? Tag(string id) => id switch
    {
        "ASI01" => "Agent goal hijack",
        "ASI02" => "Tool misuse and exploitation",
        "ASI03" => "Identity and privilege abuse",
        "ASI04" => "Agentic supply chain vulnerabilities",
        "ASI05" => "Unexpected code execution",
        "ASI06" => "Memory and context poisoning",
        "ASI07" => "Insecure inter-agent communication",
        "ASI08" => "Cascading failures",
        "ASI09" => "Human-agent trust exploitation",
        "ASI10" => "Rogue agents",
        "AML.T0012" => "Valid accounts",
        "AML.T0048.000" => "External harms: financial harm",
        "AML.T0053" => "AI agent tool invocation",
        "AML.T0059" => "Erode dataset integrity",
        "AML.T0074" => "Masquerading",
        "AML.T0086" => "Exfiltration via AI agent tool invocation",
        "AML.T0091" => "Use alternate authentication material",
        _ => null,
    };

    /// <summary>How often something as unusual happens by chance.</summary>
    public static string Once(double days) => days switch
    {
        < 1 => $"about once in {Shared.Durations.Length(TimeSpan.FromDays(Math.Max(days, 1 / 1440d)))}",
        < 365 => string.Create(CultureInfo.InvariantCulture, $"about once in {days:0} {(Math.Round(days) == 1 ? "day" : "days")}"),
        < 36_500 => string.Create(CultureInfo.InvariantCulture, $"about once in {days / 365:0} {(Math.Round(days / 365) == 1 ? "year" : "years")}"),
        _ => "less than once in a hundred years",
    };
}
