using System.Globalization;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;

namespace A2AConsole.Trust.Algorithms;

/// <inheritdoc cref="IAlgorithmPolicies"/>
public sealed class AlgorithmPolicies(AlgorithmPolicySource source, AlgorithmQueries queries, ILedger ledger, TimeProvider time) : IAlgorithmPolicies, IDisposable
{
    /// <summary>No use was named, or no reason.</summary>
    public const string Incomplete = "algorithm-decision-incomplete";

    private const int MaxReasonLength = 300;

    // Two decisions at once could each leave the other's algorithm as the last one, and give up both.
    private readonly SemaphoreSlim _deciding = new(1);

    /// <inheritdoc/>
    public AlgorithmPolicy Current => source.Current;

    /// <inheritdoc/>
    public AlgorithmFault? Check(AlgorithmChange change) => Check(source.Current, change, time.GetUtcNow());

    /// <inheritdoc/>
    public async Task<AlgorithmFault?> SetAsync(AlgorithmChange change, string reason, string actor, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(reason))
            return new(Incomplete, "Say why: the decision is kept with its reason.");
        var kept = reason.Length <= MaxReasonLength ? reason : reason[..MaxReasonLength];
        await _deciding.WaitAsync(cancellationToken);
        try
        {
            // Another process may have decided meanwhile; what is on record counts, not what was last read.
            var current = await queries.PolicyAsync(cancellationToken);
            var now = time.GetUtcNow();
            if (Check(current, change, now) is { } fault)
                return fault;
            var decisions = Decisions(change).ToList();
            var leaf = new LedgerLeaf
            {
                Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, At = now, Actor = actor, Subject = $"algorithm:{change.Algorithm}", Expires = change.NotAfter,
                Detail = Describe(change, kept),
            };
            await ledger.RecordAsync(leaf, (context, _) =>
            {
                foreach (var decision in decisions)
                {
                    AlgorithmChanges.Decide(context, new AlgorithmRule
                    {
                        Algorithm = decision.Algorithm, Use = AlgorithmUseNames.NameOf(decision.Use), Status = decision.Status.ToString(), NotAfter = decision.NotAfter,
                        ChangedAt = now, ChangedBy = actor, Reason = kept,
                    });
                }
            }, cancellationToken);
            source.Replace(decisions.Aggregate(current, (policy, decision) => policy.With(decision)));
            return null;
        }
        finally
        {
            _deciding.Release();
        }
    }

    /// <summary>Reads what is on record, and puts it into force where it differs: at start, and for what other processes decided.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _deciding.WaitAsync(cancellationToken);
        try
        {
            var recorded = await queries.PolicyAsync(cancellationToken);
            // Exchanged only when it says something else: what was validated under the old one would be validated again.
            if (!recorded.Decisions.ToHashSet().SetEquals(source.Current.Decisions))
                source.Replace(recorded);
        }
        finally
        {
            _deciding.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _deciding.Dispose();

    private static AlgorithmFault? Check(AlgorithmPolicy current, AlgorithmChange change, DateTimeOffset now)
    {
        if (AlgorithmRegistry.Find(change.Algorithm) is null)
            return new(AlgorithmRules.Unknown, $"\"{change.Algorithm}\" is not an algorithm of the registry.");
        if (!AlgorithmUseNames.Each(change.Uses).Any())
            return new(Incomplete, "Say for which use: " + string.Join(", ", AlgorithmUseNames.All.Select(u => u.Name)) + ".");
        foreach (var decision in Decisions(change))
        {
            if (AlgorithmRules.Check(current, decision, now) is { } fault)
                return fault;
            current = current.With(decision);
        }
        return null;
    }

    private static IEnumerable<AlgorithmDecision> Decisions(AlgorithmChange change)
        => AlgorithmUseNames.Each(change.Uses).Select(use => new AlgorithmDecision(change.Algorithm, use, change.Status, change.NotAfter is { } end ? ToMilliseconds(end) : null));

    // As the store keeps it, so that what is in force and what is on record are the same.
    private static DateTimeOffset ToMilliseconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    private static string Describe(AlgorithmChange change, string reason)
    {
        var uses = string.Join(", ", AlgorithmUseNames.Each(change.Uses).Select(AlgorithmUseNames.NameOf));
        var end = change.NotAfter is { } notAfter ? string.Create(CultureInfo.InvariantCulture, $", refused from {notAfter.UtcDateTime:u}") : "";
        return $"{change.Algorithm} is {change.Status.ToString().ToLowerInvariant()} for {uses}{end}: {reason}";
    }
}
