using System.Globalization;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Data.Upkeep;
using A2AConsole.Trust.Gate;

namespace A2AConsole.Trust.Revoking;

/// <inheritdoc cref="IRevocations"/>
public sealed class Revocations(ILedger ledger, IUpkeep upkeep, RevocationQueries queries, Standings standings, TimeProvider time) : IRevocations
{
    /// <summary>The longest note, in characters.</summary>
    public const int MaxNote = 200;

    private const int MaxTarget = 256;
    private const int AtOnce = 1000;

    /// <inheritdoc/>
    public async Task<RevocationOutcome> RevokeAsync(RevocationRequest request, string actor, IProgress<RevocationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (request.Reason == RevocationReason.CertificateHold)
            throw new ArgumentException("what can be lifted again is a suspension of the agent", nameof(request));
        if (request.Note.Trim().Length is 0 or > MaxNote)
            throw new ArgumentException($"a note has 1 to {MaxNote} characters", nameof(request));
        if (request.Target.Length is 0 or > MaxTarget)
            throw new ArgumentException($"a target has 1 to {MaxTarget} characters", nameof(request));
        return request.Scope switch
        {
            RevocationScope.Certificate => await OneAsync(request, actor, SubjectOf(request.Target), request.Target, cancellationToken),
            RevocationScope.Agent when standings.Agent(request.Target) is null => new(null, 0, new("agent-unknown", "No such agent is on record.")),
            RevocationScope.Agent => await OneAsync(request, actor, request.Target, null, cancellationToken),
            _ => await ManyAsync(request, actor, progress, cancellationToken),
        };
    }

    /// <summary>Goes on with the acts that a process before left unfinished: in force when the task completes, their rows marked by the one that it returns.</summary>
    public async Task<Task> ResumeAsync(CancellationToken cancellationToken)
    {
        var unfinished = await queries.UnfinishedAsync(cancellationToken);
        var bans = unfinished.Select(act => (Act: act, Ban: BanOf(act, act.Id))).ToList();
        foreach (var (_, ban) in bans)
        {
            standings.Announce(ban);
            standings.Enforce(ban);
        }
        return Task.Run(async () =>
        {
            foreach (var (act, ban) in bans)
                await MarkAsync(act, ban, null, cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Revokes as superseded what a rotation replaced, once its overlap is over.</summary>
    public async Task WithdrawSupersededAsync(CancellationToken cancellationToken)
    {
        while (await queries.DueAsync(time.GetUtcNow(), AtOnce, cancellationToken) is { Count: > 0 } due)
        {
            foreach (var serial in due)
            {
                var outcome = await RevokeAsync(new(RevocationScope.Certificate, serial, RevocationReason.Superseded, "Replaced by a rotation."), "system", null, cancellationToken);
                // Revoked or expired meanwhile: nothing to do, but it must not come up again.
                if (outcome.Refusal is not null)
                    await upkeep.ApplyAsync(context => LifeChanges.ForgetWithdrawal(context, serial));
            }
        }
    }

    private async Task<RevocationOutcome> OneAsync(RevocationRequest request, string actor, string subject, string? serial, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var note = request.Note.Trim();
        var agent = standings.Agent(subject);
        var leaf = new LedgerLeaf
        {
            Kind = LeafKind.Revocation, Verdict = LeafVerdict.Done, Code = NameOf(request.Reason), At = now, Actor = actor, Subject = subject,
            Certificate = serial, Detail = note, Demo = agent?.IsDemo == true ? "live" : null,
        };
        LifeResult? result = null;
        try
        {
            var receipt = await ledger.RecordAsync(leaf, (context, index) =>
            {
                var act = new LifeAct(index, actor, now, note);
                result = serial is not null
                    ? LifeChanges.RevokeCertificate(context, serial, request.Reason, act)
                    : LifeChanges.Revoke(context, agent!.Number, request.Reason, act);
                RevocationChanges.Add(context, Row(request, note, actor, now, index, result.Serials.Count, now));
            }, cancellationToken);
            standings.Apply(result!, new Withdrawal(now, request.Reason), receipt.LeafIndex);
            return new(receipt.LeafIndex, result!.Serials.Count, null);
        }
        catch (LifeConflictException e)
        {
            return new(null, 0, e.Refusal);
        }
    }

    private async Task<RevocationOutcome> ManyAsync(RevocationRequest request, string actor, IProgress<RevocationProgress>? progress, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var note = request.Note.Trim();
        var leaf = new LedgerLeaf
        {
            Kind = LeafKind.Revocation, Verdict = LeafVerdict.Done, Code = NameOf(request.Reason), At = now, Actor = actor,
            Subject = $"{NameOf(request.Scope)}:{request.Target}", Detail = $"Everything issued to it until now: {note}",
        };
        Ban? ban = null;
        Revocation? act = null;
        try
        {
            await ledger.RecordAsync(leaf, (context, index) =>
            {
                act = Row(request, note, actor, now, index, 0, null);
                RevocationChanges.Begin(context, act);
                // Already here: what is issued after this leaf must know.
                standings.Announce(ban = BanOf(act, index));
            }, cancellationToken);
        }
        catch
        {
            if (ban is not null)
                standings.Drop(ban);
            throw;
        }
        standings.Enforce(ban!);
        // Begun is begun: whoever asked may turn away, the rows follow.
        return new(act!.Id, await MarkAsync(act, ban!, progress, CancellationToken.None), null);
    }

    private async Task<int> MarkAsync(Revocation act, Ban ban, IProgress<RevocationProgress>? progress, CancellationToken cancellationToken)
    {
        var living = await queries.LivingAsync(act.Scope, act.Target, act.Id, act.At, cancellationToken);
        var (marked, total) = (act.Certificates, act.Certificates + living.Count);
        progress?.Report(new(marked, total));
        foreach (var ids in living.Chunk(AtOnce))
        {
            var now = time.GetUtcNow();
            var leaf = new LedgerLeaf
            {
                Kind = LeafKind.Revocation, Verdict = LeafVerdict.Done, Code = NameOf(act.Reason), At = now, Actor = act.Actor,
                Subject = $"{NameOf(act.Scope)}:{act.Target}", Count = ids.Length, Digest = DigestOf(ids),
                Detail = string.Create(CultureInfo.InvariantCulture, $"Certificates of leaves {ids[0]} to {ids[^1]}, revoked by leaf {act.Id}."),
            };
            await ledger.RecordAsync(leaf, (context, index) => marked += RevocationChanges.Mark(context, act, ids, new(index, act.Actor, now, act.Note ?? "")), cancellationToken);
            progress?.Report(new(marked, total));
        }
        await upkeep.ApplyAsync(context => RevocationChanges.Finish(context, act.Id, time.GetUtcNow()));
        ban.FinishedAt = time.GetUtcNow();
        return marked;
    }

    // What exactly a part marked can be proven from the leaf: SHA-256 over the issuance leaves' numbers, a line each.
    private static string DigestOf(IReadOnlyList<long> ids)
        => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
            System.Text.Encoding.ASCII.GetBytes(string.Concat(ids.Select(id => id.ToString(CultureInfo.InvariantCulture) + "\n")))));

    private string SubjectOf(string serial) => standings.TryFind(serial, out var certificate) ? certificate.Agent.SpiffeId : "certificate:" + serial;

    private static Ban BanOf(Revocation act, long leaf) => new(leaf, act.Scope, act.Target, new Withdrawal(act.At, act.Reason));

    private static Revocation Row(RevocationRequest request, string note, string actor, DateTimeOffset at, long leaf, int certificates, DateTimeOffset? finished) => new()
    {
        Id = leaf, Scope = request.Scope, Target = request.Target, Reason = request.Reason, Note = note, Actor = actor, At = at,
        Certificates = certificates, FinishedAt = finished,
    };

    private static string NameOf(Enum value)
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
