using A2AConsole.Core.Inspection;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Data.Upkeep;
using A2AConsole.Trust.Gate;

namespace A2AConsole.Trust.Findings.Inspection;

/// <summary>How an inspection ended: what holds, and what it opened and closed.</summary>
public sealed record InspectionResult(int Holding, int Opened, int Changed, int Closed);

/// <summary>
/// Looks through all agents, certificates and entries for weaknesses that no event announces: a renewal that did not come, a
/// duty that nobody has. What it finds goes the way of every finding; what it found before and finds again costs no write.
/// </summary>
public sealed class Inspector(
    InspectionQueries queries, IFindings findings, Standings standings, IUpkeep upkeep, TrustOptions options, TimeProvider time) : IDisposable
{
    // Each change of the store holds the events' writer for some milliseconds.
    private const int WrittenAtOnce = 200;

    private readonly SemaphoreSlim _one = new(1);
    private readonly RuntimeBook _runtimes = new(queries);
    private readonly Dictionary<string, RefusedUse> _unreported = new(StringComparer.Ordinal);

    /// <summary>Inspects now; one at a time, a second call waits for the first.</summary>
    public async Task<InspectionResult> InspectAsync(CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            TakeRefusedUses();
            var inventory = WithClocks(await queries.ReadAsync(InventoryRules.Kinds, now, cancellationToken), out var clocks);
            await _runtimes.ReadOnAsync(cancellationToken);
            var found = new InventoryRules(inventory, now, options.ClockSkewLimit).Judge(_runtimes, Attempts(inventory));
            foreach (var chunk in clocks.Chunk(WrittenAtOnce))
                await upkeep.ApplyAsync(context => ClockChanges.Note(context, chunk));
            var result = await BringUpAsync(inventory, found, now, cancellationToken);
            _unreported.Clear();
            return result;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<InspectionResult> BringUpAsync(
        InspectedInventory inventory, IReadOnlyDictionary<(FindingKind Kind, string Subject), FindingReport> found, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = new Dictionary<(FindingKind, string), HoldingFinding>();
        foreach (var finding in inventory.Findings.OrderBy(f => f.IsOpen).ThenBy(f => f.Id))
            known[(finding.Kind, finding.Subject)] = finding;

        var opened = found.Values.Where(r => known.GetValueOrDefault((r.Kind, r.Subject)) is var k && (k is null || (!k.IsOpen && IsOther(r, k)))).ToList();
        var changed = found.Values.Where(r => known.GetValueOrDefault((r.Kind, r.Subject)) is { IsOpen: true } k && (IsOther(r, k) || r.Detail != k.Detail)).ToList();
        var over = known.Where(k => !found.ContainsKey(k.Key)).Select(k => k.Value).ToList();

        // Side by side, so that the writer commits them in groups.
        foreach (var chunk in opened.Concat(changed).Chunk(WrittenAtOnce))
            await Task.WhenAll(chunk.Select(r => findings.ReportAsync(r, cancellationToken)));
        foreach (var chunk in over.Where(f => f.IsOpen).Chunk(WrittenAtOnce))
            await Task.WhenAll(chunk.Select(f => findings.ResolveAsync(f.Kind, f.Subject, Finding.System, "It no longer holds.", cancellationToken)));
        foreach (var chunk in over.Where(f => !f.IsOpen).Chunk(WrittenAtOnce))
        {
            await upkeep.ApplyAsync(context =>
            {
                foreach (var finding in chunk)
                    FindingChanges.Over(context, finding.Kind, finding.Subject, now);
            });
        }
        return new(found.Count, opened.Count, changed.Count, over.Count);
    }

    private static bool IsOther(FindingReport report, HoldingFinding finding) => report.Measured != finding.Measured || report.Reference != finding.Reference;

    // Kept until they are reported: a round that fails loses none.
    private void TakeRefusedUses()
    {
        foreach (var certificate in standings.WithdrawnOnes.Concat(standings.Certificates.Where(c => c.Withdrawal is null && c.Refusal is not null)))
        {
            if (certificate.TakeRefusedUse() is { } use)
                _unreported[certificate.Serial] = use with { Times = use.Times + (_unreported.GetValueOrDefault(certificate.Serial)?.Times ?? 0) };
        }
    }

    // What is new, and what was found before and may still hold.
    private Dictionary<string, RefusedAttempts> Attempts(InspectedInventory inventory)
    {
        var attempts = new Dictionary<string, RefusedAttempts>(StringComparer.Ordinal);
        foreach (var (serial, use) in _unreported)
        {
            if (standings.TryFind(serial, out var certificate))
                attempts[serial] = new(certificate.Agent.Number, certificate.Refusal, use.Times, use.LastAt);
        }
        foreach (var finding in inventory.Findings.Where(f => f.Kind == FindingKind.UsedAfterSuspension && !attempts.ContainsKey(f.Subject)))
        {
            if (standings.TryFind(finding.Subject, out var certificate))
                attempts[finding.Subject] = new(certificate.Agent.Number, certificate.Refusal, 0, finding.LastSeenAt);
        }
        return attempts;
    }

    // What the edge saw since goes before what is on record; what differs enough is to be written.
    private InspectedInventory WithClocks(InspectedInventory inventory, out List<(int AgentNumber, int AheadMs)> news)
    {
        var seen = new List<(int AgentNumber, int AheadMs)>();
        var agents = inventory.Agents.Select(agent =>
        {
            if (standings.Agent(agent.Number)?.TakeClock() is not { } ahead || !ClockRule.IsNews(ahead, agent.ClockSkewMs))
                return agent;
            seen.Add((agent.Number, ahead));
            return agent with { ClockSkewMs = ahead };
        }).ToList();
        news = seen;
        return inventory with { Agents = agents };
    }
}
