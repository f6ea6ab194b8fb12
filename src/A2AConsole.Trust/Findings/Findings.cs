using System.Collections.Concurrent;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Data.Upkeep;

namespace A2AConsole.Trust.Findings;

/// <summary>Opens, counts and closes findings. The open ones are known in memory, so that seeing one again touches no store.</summary>
public sealed class Findings(ILedger ledger, IUpkeep upkeep, FindingQueries queries, TrustQueries agents, TimeProvider time) : IFindings, IDisposable
{
    private const int MaxSentence = 500;
    private const int MaxSubject = 256;
    private const int WritesAtOnce = 200;

    private readonly ConcurrentDictionary<(FindingKind Kind, string Subject), Sightings> _open = new();
    private readonly SemaphoreSlim _loading = new(1);
    private volatile bool _isLoaded;

    /// <summary>What was seen of an open finding since it was last written.</summary>
    private sealed class Sightings(long id)
    {
        private readonly Lock _lock = new();
        private FindingReport? _last;
        private DateTimeOffset _at;
        private long _more;

        public long Id { get; } = id;

        public void Add(FindingReport report, DateTimeOffset at)
        {
            lock (_lock)
                (_last, _at, _more) = (report, report.At ?? at, _more + report.Times);
        }

        public FindingSighting? Take()
        {
            lock (_lock)
            {
                if (_last is null)
                    return null;
                var taken = new FindingSighting(Id, _more, _at, _last.Detail, _last.Measured, _last.Reference);
                (_last, _more) = (null, 0);
                return taken;
            }
        }
    }

    /// <inheritdoc/>
    public async Task ReportAsync(FindingReport report, CancellationToken cancellationToken = default)
    {
        await EnsureLoadedAsync(cancellationToken);
        report = report with
        {
            Subject = Cut(report.Subject, MaxSubject)!, Detail = Cut(report.Detail, MaxSentence)!,
            Measured = Cut(report.Measured, MaxSentence), Reference = Cut(report.Reference, MaxSentence),
        };
        var now = time.GetUtcNow();
        if (_open.TryGetValue((report.Kind, report.Subject), out var known))
            known.Add(report, now);
        else
            await OpenAsync(report, now, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> ResolveAsync(FindingKind kind, string subject, string by, string reason, CancellationToken cancellationToken = default)
    {
        await EnsureLoadedAsync(cancellationToken);
        subject = Cut(subject, MaxSubject)!;
        // What was not found most of the time: nothing to write.
        if (!_open.TryGetValue((kind, subject), out var known))
            return false;
        await WriteAsync([known]);
        var now = time.GetUtcNow();
        reason = Cut(reason, MaxSentence)!;
        var leaf = new LedgerLeaf
        {
            Kind = LeafKind.Finding, Verdict = LeafVerdict.Done, Code = FindingCodes.Of(kind), At = now, Actor = by, Subject = subject,
            Detail = $"Closed: {reason}",
        };
        try
        {
            await ledger.RecordAsync(leaf, (context, _) => FindingChanges.Close(context, kind, subject, by, reason, now), cancellationToken);
        }
        catch (FindingConflictException)
        {
            _open.TryRemove(new((kind, subject), known));
            return false;
        }
        _open.TryRemove(new((kind, subject), known));
        return true;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyCollection<string>> OpenSubjectsAsync(FindingKind kind, CancellationToken cancellationToken = default)
    {
        await EnsureLoadedAsync(cancellationToken);
        return [.. _open.Keys.Where(k => k.Kind == kind).Select(k => k.Subject)];
    }

    /// <summary>Writes what was seen again since the last time.</summary>
    public Task FlushAsync() => WriteAsync(_open.Values);

    public void Dispose() => _loading.Dispose();

    private async Task OpenAsync(FindingReport report, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var key = (report.Kind, report.Subject);
        var isDemo = report.AgentNumber is { } number && await agents.IsDemoAsync(number, cancellationToken);
        var leaf = new LedgerLeaf
        {
            Kind = LeafKind.Finding, Verdict = LeafVerdict.Done, Code = FindingCodes.Of(report.Kind), At = now, Actor = "system",
            Subject = report.Subject, Detail = Cut($"Found: {report.Detail}", MaxSentence), Demo = isDemo ? "live" : null,
        };
        Sightings? opened = null;
        try
        {
            await ledger.RecordAsync(leaf, (context, index) =>
            {
                FindingChanges.Open(context, new Finding
                {
                    Id = index, Kind = report.Kind, Subject = report.Subject, AgentNumber = report.AgentNumber, Detail = report.Detail,
                    Measured = report.Measured, Reference = report.Reference, FirstSeenAt = now, LastSeenAt = report.At ?? now, Count = report.Times,
                });
                // Still on the writer: whoever reports the same next is told apart from the first here, and closed only after.
                _open[key] = opened = new Sightings(index);
            }, cancellationToken);
        }
        catch (FindingConflictException)
        {
            // Somebody reported the same meanwhile.
            if (_open.TryGetValue(key, out var known))
                known.Add(report, now);
        }
        catch
        {
            if (opened is not null)
                _open.TryRemove(new(key, opened));
            throw;
        }
    }

    private async Task WriteAsync(ICollection<Sightings> findings)
    {
        foreach (var chunk in findings.Select(f => f.Take()).OfType<FindingSighting>().Chunk(WritesAtOnce))
        {
            await upkeep.ApplyAsync(context =>
            {
                foreach (var sighting in chunk)
                    FindingChanges.SeenAgain(context, sighting);
            });
        }
    }

    private async Task EnsureLoadedAsync(CancellationToken cancellationToken)
    {
        if (_isLoaded)
            return;
        await _loading.WaitAsync(cancellationToken);
        try
        {
            if (_isLoaded)
                return;
            foreach (var finding in await queries.OpenAsync(cancellationToken))
                _open.TryAdd((finding.Kind, finding.Subject), new Sightings(finding.Id));
            _isLoaded = true;
        }
        finally
        {
            _loading.Release();
        }
    }

    private static string? Cut(string? text, int length) => text is null || text.Length <= length ? text : text[..length];
}
