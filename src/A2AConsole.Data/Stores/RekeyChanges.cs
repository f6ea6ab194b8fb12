using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>The changes of a re-keying run, each made together with its leaf. Set-based: the writer is not held up by the number of agents.</summary>
public static class RekeyChanges
{
    /// <summary>Begins a run. Throws <see cref="RekeyConflictException"/> when another one is open.</summary>
    public static void Start(ConsoleDbContext context, RekeyRun run)
    {
        if (context.RekeyRuns.Any(r => r.FinishedAt == null))
            throw new RekeyConflictException("rekey-running", "Another re-keying run is open: let it finish, or cancel it.");
        context.RekeyRuns.Add(run);
    }

    /// <summary>Changes a run that is open. Throws <see cref="RekeyConflictException"/> when it is not.</summary>
    public static RekeyRun Change(ConsoleDbContext context, int runId, Action<RekeyRun> change)
    {
        var run = context.RekeyRuns.FirstOrDefault(r => r.Id == runId && r.FinishedAt == null)
            ?? throw new RekeyConflictException("rekey-not-open", $"There is no open re-keying run {runId}.");
        change(run);
        return run;
    }

    /// <summary>Puts every agent on the run's list that lives by a certificate of a tainted authority. Doing it again adds nobody twice.</summary>
    public static void Enlist(ConsoleDbContext context, int runId, DateTimeOffset now)
    {
        var (waiting, active, issuing, tainted) = (nameof(RekeyState.Waiting), nameof(AgentState.Active), "issuing", nameof(AnchorState.Tainted));
        context.Database.ExecuteSql($"""
            INSERT INTO RekeyAgents (RunId, AgentNumber, State)
            SELECT {runId}, a.Number, {waiting} FROM Agents a JOIN Certificates c ON c.Serial = a.CertificateSerial
            WHERE a.State = {active} AND c.RevokedAt IS NULL AND c.NotAfter > {now.ToUnixTimeMilliseconds()}
            AND c.IssuerKeyId IN (SELECT t.KeyId FROM TrustAnchors t WHERE t.Purpose = {issuing} AND t.State = {tainted})
            AND NOT EXISTS (SELECT 1 FROM RekeyAgents r WHERE r.RunId = {runId} AND r.AgentNumber = a.Number)
            """);
    }

    /// <summary>Marks agents as called and asks them, as for any rotation, for a new key and certificate.</summary>
    public static void Call(ConsoleDbContext context, int runId, IReadOnlyCollection<int> agents, string by, DateTimeOffset now)
    {
        context.RekeyAgents.Where(r => r.RunId == runId && r.State == RekeyState.Waiting && agents.Contains(r.AgentNumber))
            .ExecuteUpdate(set => set.SetProperty(r => r.State, RekeyState.Called).SetProperty(r => r.CalledAt, now));
        context.Agents.Where(a => agents.Contains(a.Number))
            .ExecuteUpdate(set => set.SetProperty(a => a.RotationRequestedAt, now).SetProperty(a => a.RotationRequestedBy, by));
    }

    /// <summary>Marks agents as done: they live by a certificate of an authority that is not given up.</summary>
    public static void Complete(ConsoleDbContext context, int runId, IReadOnlyCollection<int> agents, DateTimeOffset now)
        => context.RekeyAgents.Where(r => r.RunId == runId && r.State != RekeyState.Done && agents.Contains(r.AgentNumber))
            .ExecuteUpdate(set => set.SetProperty(r => r.State, RekeyState.Done).SetProperty(r => r.DoneAt, now).SetProperty(r => r.Detail, (string?)null));

    /// <summary>Marks agents as stuck, each with the reason.</summary>
    public static void MarkStuck(ConsoleDbContext context, int runId, IReadOnlyDictionary<int, string> reasons)
    {
        foreach (var (reason, agents) in reasons.GroupBy(r => r.Value).Select(g => (g.Key, g.Select(r => r.Key).ToList())))
        {
            context.RekeyAgents.Where(r => r.RunId == runId && r.State == RekeyState.Called && agents.Contains(r.AgentNumber))
                .ExecuteUpdate(set => set.SetProperty(r => r.State, RekeyState.Stuck).SetProperty(r => r.Detail, reason));
        }
    }

    /// <summary>Gives stuck agents another turn.</summary>
    public static void CallAgain(ConsoleDbContext context, int runId)
        => context.RekeyAgents.Where(r => r.RunId == runId && r.State == RekeyState.Stuck)
            .ExecuteUpdate(set => set.SetProperty(r => r.State, RekeyState.Waiting).SetProperty(r => r.Detail, (string?)null));
}

/// <summary>A run was not changed: a stable code, and what would be right.</summary>
public sealed class RekeyConflictException(string code, string message) : Exception(message)
{
    public string Code => code;
}
