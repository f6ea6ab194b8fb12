using System.Globalization;
using System.Text.Json;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>One alert with what stands around it.</summary>
public sealed class AlertDetailQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    // An agent that is under attack has hundreds of decisions an hour; a timeline that is read has a screenful of each kind.
    private const int OfEachKind = 25;

    private static readonly JsonSerializerOptions _reading = new(JsonSerializerDefaults.Web);

    /// <summary>An alert with its explanation and history, or null.</summary>
    public async Task<AlertDetail?> FindAsync(long id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var alerts = db.Alerts.AsNoTracking().Where(a => a.Id == id);
        var row = await AlertQueries.Rows(alerts).FirstOrDefaultAsync(cancellationToken);
        if (row is null)
            return null;
        var rest = await alerts.Select(a => new
        {
            a.Why, a.Leaves, a.Tags, a.DetectionVersion, a.FirstScore, Incident = a.Incident == null ? null : a.Incident.Title,
            Agent = a.Agent == null ? null : new AlertedAgent(a.Agent.Number, a.Agent.SpiffeId, a.Agent.Name, a.Agent.Organisation, a.Agent.Owner, a.Agent.State, a.Agent.Tier, a.Agent.CertificateSerial),
        }).FirstAsync(cancellationToken);
        var steps = await db.AlertSteps.AsNoTracking().Where(s => s.AlertId == id).OrderBy(s => s.Id).ToListAsync(cancellationToken);
        var shift = await db.DetectionThresholds.AsNoTracking().FirstOrDefaultAsync(t => t.AgentId == row.AgentId && t.Kind == row.Kind && t.Cause == row.Cause, cancellationToken);
        return new AlertDetail(row, Explanation(rest.Why, row.Sentence), Numbers(rest.Leaves), Words(rest.Tags), rest.DetectionVersion, rest.FirstScore, rest.Incident, rest.Agent, steps, shift);
    }

    /// <summary>How alerts of the same kind ended, of the same agent and of its role.</summary>
    public async Task<LikeAlerts> LikeAsync(AlertRow alert, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var like = db.Alerts.AsNoTracking().Where(a => a.Id != alert.Id && a.Kind == alert.Kind && (a.AgentId == alert.AgentId || a.Role == alert.Role && a.Role != ""));
        var verdicts = await like.Where(a => a.Verdict != null).GroupBy(a => a.Verdict).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        var latest = await AlertQueries.Rows(like.OrderByDescending(a => a.Id)).Take(take).ToListAsync(cancellationToken);
        var ids = latest.Select(a => a.Id).ToArray();
        var reasons = await db.AlertSteps.AsNoTracking().Where(s => ids.Contains(s.AlertId) && s.Move == TriageMove.Closed).OrderBy(s => s.Id).Select(s => new { s.AlertId, s.By, s.Note }).ToListAsync(cancellationToken);
        int Of(AlertVerdict verdict) => verdicts.FirstOrDefault(v => v.Key == verdict)?.Count ?? 0;
        return new LikeAlerts(Of(AlertVerdict.TruePositive), Of(AlertVerdict.Benign), Of(AlertVerdict.Duplicate),
            [.. latest.Select(a => new LikeAlert(a, reasons.LastOrDefault(r => r.AlertId == a.Id)?.By, reasons.LastOrDefault(r => r.AlertId == a.Id)?.Note))]);
    }

    /// <summary>How its certificate, evidence and policy stood at a moment.</summary>
    public async Task<StandingThen> StandingAsync(int agent, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var certificate = await db.Certificates.AsNoTracking().Where(c => c.AgentNumber == agent && c.IssuedAt <= at).OrderByDescending(c => c.Id)
            .Select(c => new CertificateThen(c.Serial, c.NotBefore, c.NotAfter, c.RevokedAt)).FirstOrDefaultAsync(cancellationToken);
        var evidence = await db.AttestationRecords.AsNoTracking().Where(r => r.AgentNumber == agent && r.At <= at).OrderByDescending(r => r.Id)
            .Select(r => new AppraisalThen(r.Id, r.Kind, r.At, r.IsAffirming, r.Code)).FirstOrDefaultAsync(cancellationToken);
        var policy = await db.PolicyVersions.AsNoTracking().Where(v => v.ActivatedAt != null && v.ActivatedAt <= at).OrderByDescending(v => v.ActivatedAt)
            .Select(v => new PolicyThen(v.Id, v.Name, v.Version)).FirstOrDefaultAsync(cancellationToken);
        return new StandingThen(certificate, evidence, policy);
    }

    /// <summary>What happened to an agent in a time, oldest first: life, certificates, evidence, decisions against it, approvals, findings, other alerts.</summary>
    public async Task<IReadOnlyList<AgentMoment>> AroundAsync(int agent, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var moments = new List<AgentMoment>();
        moments.AddRange((await db.Certificates.AsNoTracking().Where(c => c.AgentNumber == agent && c.IssuedAt >= from && c.IssuedAt < to).OrderByDescending(c => c.Id).Take(OfEachKind)
            .Select(c => new { c.Id, c.IssuedAt, c.Serial, c.NotAfter }).ToListAsync(cancellationToken)).Select(c => new AgentMoment(c.IssuedAt, MomentKind.Certificate, "issued", null, c.Id, c.Serial)));
        moments.AddRange((await db.Certificates.AsNoTracking().Where(c => c.AgentNumber == agent && c.RevokedAt >= from && c.RevokedAt < to).OrderByDescending(c => c.Id).Take(OfEachKind)
            .Select(c => new { c.RevokedAt, c.Serial, c.RevocationReason }).ToListAsync(cancellationToken)).Select(c => new AgentMoment(c.RevokedAt!.Value, MomentKind.Certificate, "revoked", c.RevocationReason, null, c.Serial)));
        moments.AddRange((await db.AttestationRecords.AsNoTracking().Where(r => r.AgentNumber == agent && r.At >= from && r.At < to).OrderByDescending(r => r.Id).Take(OfEachKind)
            .Select(r => new { r.Id, r.At, r.Kind, r.IsAffirming, r.Code, r.Detail }).ToListAsync(cancellationToken)).Select(r => new AgentMoment(r.At, MomentKind.Evidence, r.IsAffirming ? "affirmed" : "refused", r.IsAffirming ? r.Kind : r.Detail ?? r.Code, r.Id, null)));
        // What policy allowed is what the agent does all day.
        moments.AddRange((await db.Decisions.AsNoTracking().Where(d => d.AgentNumber == agent && d.At >= from && d.At < to && d.Verdict != Core.Policies.PolicyVerdict.Allow).OrderByDescending(d => d.Id).Take(OfEachKind)
            .Select(d => new { d.Id, d.At, d.Type, d.Verdict, d.Reason }).ToListAsync(cancellationToken)).Select(d => new AgentMoment(d.At, MomentKind.Decision, d.Verdict.ToString().ToLowerInvariant(), $"{d.Type}: {d.Reason}", d.Id, null)));
        moments.AddRange((await db.Approvals.AsNoTracking().Where(a => a.AgentNumber == agent && a.AskedAt >= from && a.AskedAt < to).OrderByDescending(a => a.Id).Take(OfEachKind)
            .Select(a => new { a.Id, a.AskedAt, a.Asked, a.State }).ToListAsync(cancellationToken)).Select(a => new AgentMoment(a.AskedAt, MomentKind.Approval, a.State.ToString().ToLowerInvariant(), a.Asked, null, a.Id.ToString(CultureInfo.InvariantCulture))));
        moments.AddRange((await db.Findings.AsNoTracking().Where(f => f.AgentNumber == agent && f.FirstSeenAt >= from && f.FirstSeenAt < to).OrderByDescending(f => f.Id).Take(OfEachKind)
            .Select(f => new { f.Id, f.FirstSeenAt, f.Kind, f.Detail }).ToListAsync(cancellationToken)).Select(f => new AgentMoment(f.FirstSeenAt, MomentKind.Finding, f.Kind.ToString(), f.Detail, f.Id, null)));
        moments.AddRange((await db.StateTransitions.AsNoTracking().Where(t => t.AgentNumber == agent && t.Serial == "" && t.At >= from && t.At < to).OrderByDescending(t => t.Id).Take(OfEachKind)
            .Select(t => new { t.Id, t.At, t.To, t.Actor, t.Reason }).ToListAsync(cancellationToken)).Select(t => new AgentMoment(t.At, MomentKind.Life, t.To.ToLowerInvariant(), t.Reason, t.Id, t.Actor)));
        moments.AddRange((await db.Alerts.AsNoTracking().Where(a => a.AgentNumber == agent && a.RaisedAt >= from && a.RaisedAt < to).OrderByDescending(a => a.Id).Take(OfEachKind)
            .Select(a => new { a.Id, a.RaisedAt, a.Kind, a.Sentence }).ToListAsync(cancellationToken)).Select(a => new AgentMoment(a.RaisedAt, MomentKind.Alert, a.Kind.ToString(), a.Sentence, a.Id, null)));
        return [.. moments.OrderBy(m => m.At).ThenBy(m => m.Leaf)];
    }

    // What cannot be read must not take the alert away: its sentence is in a column of its own.
    private static AlertExplanation Explanation(string json, string sentence)
    {
        try
        {
            return JsonSerializer.Deserialize<AlertExplanation>(json, _reading) ?? new() { Sentence = sentence };
        }
        catch (JsonException)
        {
            return new() { Sentence = sentence };
        }
    }

    private static IReadOnlyList<string> Words(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IReadOnlyList<long> Numbers(string text) => [.. Words(text).Select(w => long.TryParse(w, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1).Where(n => n >= 0)];
}

/// <summary>An alert with its explanation, its agent as it is now and its history. <paramref name="Leaves"/> are the newest events behind it, oldest first.</summary>
/// <param name="Row">As in lists.</param>
/// <param name="Why">What it saw beside what is usual.</param>
/// <param name="Leaves">The leaves behind it.</param>
/// <param name="Tags">OWASP ASI and MITRE ATLAS ids.</param>
/// <param name="DetectionVersion">The configuration that raised it.</param>
/// <param name="FirstScore">−log10 p when it was raised.</param>
/// <param name="Incident">Its incident's title.</param>
/// <param name="Agent">The agent, when it is one of ours.</param>
/// <param name="Steps">Oldest first.</param>
/// <param name="Threshold">What verdicts did to the threshold of its kind, agent and cause.</param>
public sealed record AlertDetail(
    AlertRow Row, AlertExplanation Why, IReadOnlyList<long> Leaves, IReadOnlyList<string> Tags, string DetectionVersion, double FirstScore, string? Incident, AlertedAgent? Agent,
    IReadOnlyList<AlertStep> Steps, DetectionThreshold? Threshold);

/// <summary>The agent of an alert, as it is now.</summary>
public sealed record AlertedAgent(int Number, string SpiffeId, string Name, string Organisation, string? Owner, AgentState State, RiskTier Tier, string? CertificateSerial);

/// <summary>How like alerts ended, and the latest of them.</summary>
public sealed record LikeAlerts(int True, int Benign, int Duplicate, IReadOnlyList<LikeAlert> Latest);

/// <summary>A like alert, who ended it and with which reason.</summary>
public sealed record LikeAlert(AlertRow Row, string? By, string? Reason);

/// <summary>How things stood for an agent at a moment; null where there was nothing.</summary>
public sealed record StandingThen(CertificateThen? Certificate, AppraisalThen? Evidence, PolicyThen? Policy);

/// <summary>The newest certificate of then.</summary>
public sealed record CertificateThen(string Serial, DateTimeOffset NotBefore, DateTimeOffset NotAfter, DateTimeOffset? RevokedAt);

/// <summary>The last appraisal before then.</summary>
public sealed record AppraisalThen(long Leaf, string Kind, DateTimeOffset At, bool IsAffirming, string? Code);

/// <summary>The policies that decided then.</summary>
public sealed record PolicyThen(int Id, string Name, string Version);

/// <summary>What a moment of an agent's time is about.</summary>
public enum MomentKind
{
    Life,
    Certificate,
    Evidence,
    Decision,
    Approval,
    Finding,
    Alert,
}

/// <summary>Something that happened to an agent.</summary>
/// <param name="At">UTC.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="What">What became of it, as a word: <c>issued</c>, <c>deny</c>, a finding's kind.</param>
/// <param name="Detail">A sentence more.</param>
/// <param name="Leaf">Its ledger leaf.</param>
/// <param name="Key">Serial, request's number or actor: what a link needs.</param>
public sealed record AgentMoment(DateTimeOffset At, MomentKind Kind, string What, string? Detail, long? Leaf, string? Key);
