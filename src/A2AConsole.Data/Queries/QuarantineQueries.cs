using System.Runtime.CompilerServices;
using A2AConsole.Core.Quarantine;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>What was refused, newest first.</summary>
public sealed class QuarantineQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    private const int ExportPage = 1_000;

    /// <summary>A page; <paramref name="before"/> goes on to older items, <paramref name="after"/> back to newer ones (both ledger leaves).</summary>
    public async Task<Page<QuarantineRow>> PageAsync(
        QuarantineFilter filter, long? before, long? after, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var items = await FilteredAsync(db, filter, cancellationToken);
        var backwards = after is not null;
        if (before is { } older)
            items = items.Where(q => q.Id < older);
        if (after is { } newer)
            items = items.Where(q => q.Id > newer);
        var ordered = backwards ? items.OrderBy(q => q.Id) : items.OrderByDescending(q => q.Id);
        var rows = await Rows(ordered).Take(take + 1).ToListAsync(cancellationToken);
        var more = rows.Count > take;
        if (more)
            rows.RemoveAt(take);
        if (backwards)
            rows.Reverse();
        return backwards ? new(rows, more, rows.Count > 0) : new(rows, before is not null, more);
    }

    /// <summary>How many items newer than a leaf pass the filter; counting stops at <paramref name="max"/>.</summary>
    public async Task<int> CountNewerAsync(QuarantineFilter filter, long leaf, int max, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await (await FilteredAsync(db, filter, cancellationToken)).Where(q => q.Id > leaf).OrderBy(q => q.Id).Take(max).CountAsync(cancellationToken);
    }

    /// <summary>One item with what was received, or null.</summary>
    public async Task<QuarantineDetail?> FindAsync(long leaf, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var items = db.QuarantineItems.AsNoTracking().Where(q => q.Id == leaf);
        var row = await Rows(items).FirstOrDefaultAsync(cancellationToken);
        if (row is null)
            return null;
        var rest = await items.Select(q => new { q.Bytes, Owner = q.Agent == null ? null : q.Agent.Owner, MessageLeaf = q.Case == null ? null : q.Case.MessageLeaf, IsTask = q.Case != null && q.Case.IsTask, ReleasedLeaf = q.Case == null ? null : q.Case.ReleasedLeaf })
            .FirstAsync(cancellationToken);
        var steps = await db.QuarantineSteps.AsNoTracking().Where(s => s.CaseId == leaf).OrderBy(s => s.Id).ToListAsync(cancellationToken);
        return new QuarantineDetail(row, rest.Bytes) { Owner = rest.Owner, MessageLeaf = rest.MessageLeaf, IsTask = rest.IsTask, ReleasedLeaf = rest.ReleasedLeaf, Steps = steps };
    }

    /// <summary>How many items wait for a manager.</summary>
    public async Task<int> EscalatedAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.QuarantineCases.CountAsync(c => c.State == QuarantineState.Escalated, cancellationToken);
    }

    /// <summary>How many messages of an agent and type were admitted by policy after a moment: what it may have sent in another's place.</summary>
    public async Task<int> AllowedSinceAsync(int agent, string type, DateTimeOffset since, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Decisions.Where(d => d.AgentNumber == agent && d.Type == type && d.At > since && d.Verdict == Core.Policies.PolicyVerdict.Allow).Select(d => d.MessageLeaf).Distinct().CountAsync(cancellationToken);
    }

    /// <summary>The codes that occur.</summary>
    public async Task<IReadOnlyList<string>> CodesAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // Hops from code to code along the index: a DISTINCT would read every entry.
        var codes = new List<string>();
        var code = await db.QuarantineItems.OrderBy(q => q.Code).Select(q => q.Code).FirstOrDefaultAsync(cancellationToken);
        while (code is not null && codes.Count < 100)
        {
            codes.Add(code);
            var last = code;
            code = await db.QuarantineItems.Where(q => string.Compare(q.Code, last) > 0).OrderBy(q => q.Code).Select(q => q.Code)
                .FirstOrDefaultAsync(cancellationToken);
        }
        return codes;
    }

    /// <summary>Everything that passes the filter, newest first, without the bytes.</summary>
    public async IAsyncEnumerable<QuarantineRow> ExportAsync(QuarantineFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long? before = null;
        while (true)
        {
            var page = await PageAsync(filter, before, null, ExportPage, cancellationToken);
            foreach (var row in page.Rows)
                yield return row;
            if (!page.HasNext)
                yield break;
            before = page.Rows[^1].Id;
        }
    }

    private static IQueryable<QuarantineRow> Rows(IQueryable<QuarantineItem> items)
        => items.Select(q => new QuarantineRow(
            q.Id, q.AgentNumber, q.Agent == null ? null : q.Agent.SpiffeId, q.RecordedAt, q.Code, q.Detail, q.MessageId, q.Type, q.Digest,
            q.RemoteAddress, q.Count, q.Size, q.Demo)
        {
            State = q.Case == null ? QuarantineState.Waiting : q.Case.State, Assignee = q.Case == null ? null : q.Case.Assignee,
        });

    private static async Task<IQueryable<QuarantineItem>> FilteredAsync(ConsoleDbContext db, QuarantineFilter filter, CancellationToken cancellationToken)
    {
        var items = db.QuarantineItems.AsNoTracking();
        if (filter.Code is { } code)
            items = items.Where(q => q.Code == code);
        // Most items have no case: what waits is what nobody ended.
        items = filter.Work switch
        {
            QuarantineWork.Open => items.Where(q => q.Case == null || q.Case.EndedAt == null),
            QuarantineWork.Escalated => items.Where(q => q.Case != null && q.Case.State == QuarantineState.Escalated),
            QuarantineWork.Released => items.Where(q => q.Case != null && q.Case.State == QuarantineState.Released),
            QuarantineWork.Rejected => items.Where(q => q.Case != null && q.Case.State == QuarantineState.Rejected),
            _ => items,
        };
        if (filter.Assignee is { } assignee)
            items = items.Where(q => q.Case != null && q.Case.Assignee == assignee);
        if (filter.AgentNumber is { } agent)
            items = items.Where(q => q.AgentNumber == agent);
        if (filter.Text?.Trim() is { Length: > 0 } text)
            items = Matching(items, text);
        // Items are recorded in the order of their leaves, so a range of times is a range of leaves: two look-ups instead of a filter.
        if (filter.From is { } from)
        {
            var first = await db.QuarantineItems.Where(q => q.RecordedAt >= from).OrderBy(q => q.RecordedAt).ThenBy(q => q.Id)
                .Select(q => (long?)q.Id).FirstOrDefaultAsync(cancellationToken) ?? long.MaxValue;
            items = items.Where(q => q.Id >= first);
        }
        if (filter.To is { } to)
        {
            var last = await db.QuarantineItems.Where(q => q.RecordedAt < to).OrderByDescending(q => q.RecordedAt).ThenByDescending(q => q.Id)
                .Select(q => (long?)q.Id).FirstOrDefaultAsync(cancellationToken) ?? -1;
            items = items.Where(q => q.Id <= last);
        }
        return items;
    }

    /// <summary>The beginning of a message id or of a digest, or a sender's address: each a range of an index.</summary>
    private static IQueryable<QuarantineItem> Matching(IQueryable<QuarantineItem> items, string text)
    {
        var end = text + '~';
        return text.Length >= 8 && text.All(char.IsAsciiHexDigitLower)
            ? items.Where(q => (string.Compare(q.Digest, text) >= 0 && string.Compare(q.Digest, end) < 0)
                || (string.Compare(q.MessageId, text) >= 0 && string.Compare(q.MessageId, end) < 0))
            : items.Where(q => (string.Compare(q.MessageId, text) >= 0 && string.Compare(q.MessageId, end) < 0) || q.RemoteAddress == text);
    }
}

/// <summary>Where the work on the listed items stands.</summary>
public enum QuarantineWork
{
    All,
    /// <summary>Not decided, escalated or not.</summary>
    Open,
    Escalated,
    Released,
    Rejected,
}

/// <summary>Which items to list. Nulls do not filter; times are UTC, <see cref="From"/> inclusive, <see cref="To"/> exclusive.</summary>
public sealed record QuarantineFilter
{
    public string? Code { get; init; }
    public int? AgentNumber { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }
    /// <summary>The beginning of a message id or digest, or a remote address.</summary>
    public string? Text { get; init; }
    public QuarantineWork Work { get; init; }
    /// <summary>The user name of who works on them.</summary>
    public string? Assignee { get; init; }
}

/// <summary>An item of the quarantine without its bytes; <paramref name="Id"/> is its ledger leaf. Times are UTC, sizes bytes.</summary>
public sealed record QuarantineRow(
    long Id, int? AgentNumber, string? Agent, DateTimeOffset RecordedAt, string Code, string? Detail, string? MessageId, string? Type, string? Digest,
    string? RemoteAddress, long Count, long Size, string? Demo)
{
    /// <summary>Whether it stands for refusals that were counted instead of kept.</summary>
    public bool IsSummary => Code == SummaryCode;

    /// <summary>Where the work on it stands.</summary>
    public QuarantineState State { get; init; }

    /// <summary>The user name of who works on it.</summary>
    public string? Assignee { get; init; }

    /// <summary>The code of a summary.</summary>
    public const string SummaryCode = "summary";
}

/// <summary>An item with what was received: a prefix when it was oversize, null in a summary or after retention.</summary>
public sealed record QuarantineDetail(QuarantineRow Row, byte[]? Bytes)
{
    /// <summary>Who answers for its agent.</summary>
    public string? Owner { get; init; }
    /// <summary>The leaf of its admission, for a message that policy refused.</summary>
    public long? MessageLeaf { get; init; }
    /// <summary>Whether its sender was told that its task ended.</summary>
    public bool IsTask { get; init; }
    /// <summary>Where it was admitted, or decided, on its release.</summary>
    public long? ReleasedLeaf { get; init; }
    /// <summary>What was done about it, oldest first.</summary>
    public IReadOnlyList<QuarantineStep> Steps { get; init; } = [];
}
