using System.Globalization;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>
/// Revoking many certificates at once: the act first, which holds from its leaf on, then the rows in parts, so that the writer
/// never stands still for long. Each part belongs to a leaf of its own.
/// </summary>
public static class RevocationChanges
{
    /// <summary>Keeps the act.</summary>
    public static void Add(ConsoleDbContext context, Revocation act) => context.Revocations.Add(act);

    /// <summary>Begins an act: join tokens within its scope end, so that nobody comes back with an invitation from before.</summary>
    public static void Begin(ConsoleDbContext context, Revocation act)
    {
        context.Revocations.Add(act);
        var agents = context.AgentsWithin(act.Scope, act.Target, act.At).Select(a => a.Number);
        LifeChanges.EndTokens(context.JoinTokens.Where(t => agents.Contains(t.AgentNumber)), act.At);
    }

    /// <summary>
    /// Marks certificates (by their leaves) as revoked, with their history, and the agents whose newest is among them. Returns how
    /// many were marked: those that were revoked meanwhile are left as they are.
    /// </summary>
    public static int Mark(ConsoleDbContext context, Revocation act, IReadOnlyList<long> certificates, LifeAct part)
    {
        // Numbers of our own, so they can stand in the text: one statement each, whatever their number, on both providers.
        var ids = string.Join(',', certificates.Select(id => id.ToString(CultureInfo.InvariantCulture)));
        var living = $"Id IN ({ids}) AND (RevokedAt IS NULL OR RevocationCode = '{nameof(RevocationReason.CertificateHold)}')";
        var at = part.At.ToUnixTimeMilliseconds();
        var history = string.Create(CultureInfo.InvariantCulture, $$"""
            INSERT INTO StateTransitions (Id, AgentNumber, Serial, [From], [To], At, Actor, Reason)
            SELECT {{part.Leaf}}, AgentNumber, Serial,
                CASE WHEN RevokedAt IS NOT NULL THEN '{{nameof(CertificateState.Held)}}' WHEN SupersededAt IS NOT NULL THEN '{{nameof(CertificateState.Superseded)}}' ELSE '{{nameof(CertificateState.Valid)}}' END,
                '{{nameof(CertificateState.Revoked)}}', {{at}}, {0}, {1}
            FROM Certificates WHERE {{living}}
            """);
        var marked = context.Database.ExecuteSqlRaw(history, part.Actor, part.Reason);
        if (marked == 0)
            return 0;

        // From the few certificates to their agents, in that order: without figures about the tables the database would begin with all
        // agents of a state, of which there may be a hundred thousand.
        var newest = $"""
            FROM Certificates c CROSS JOIN Agents a WHERE c.Id IN ({ids}) AND a.Number = c.AgentNumber AND a.CertificateSerial = c.Serial
            AND a.State IN ('{nameof(AgentState.Active)}', '{nameof(AgentState.Suspended)}')
            """;
        var agents = string.Create(CultureInfo.InvariantCulture, $$"""
            INSERT INTO StateTransitions (Id, AgentNumber, Serial, [From], [To], At, Actor, Reason)
            SELECT {{part.Leaf}}, a.Number, '', a.State, '{{nameof(AgentState.Revoked)}}', {{at}}, {0}, {1} {{newest}}
            """);
        context.Database.ExecuteSqlRaw(agents, part.Actor, part.Reason);
        var state = string.Create(CultureInfo.InvariantCulture,
            $"UPDATE Agents SET State = '{nameof(AgentState.Revoked)}', StateChangedAt = {at} WHERE Number IN (SELECT a.Number {newest})");
        context.Database.ExecuteSqlRaw(state);
        var rows = string.Create(CultureInfo.InvariantCulture,
            $$"""UPDATE Certificates SET RevokedAt = {{at}}, RevokedBy = {0}, RevocationReason = {1}, RevocationCode = '{{act.Reason}}', WithdrawAt = NULL WHERE {{living}}""");
        context.Database.ExecuteSqlRaw(rows, part.Actor, part.Reason);
        context.Revocations.Where(r => r.Id == act.Id).ExecuteUpdate(set => set.SetProperty(r => r.Certificates, r => r.Certificates + marked));
        return marked;
    }

    /// <summary>Says that all certificates of an act are marked.</summary>
    public static void Finish(ConsoleDbContext context, long id, DateTimeOffset at)
        => context.Revocations.Where(r => r.Id == id).ExecuteUpdate(set => set.SetProperty(r => r.FinishedAt, at));
}
