using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;

namespace A2AConsole.Trust.Registration;

/// <inheritdoc cref="IRegistrations"/>
public sealed class Registrations(EntryBook book, EntryQueries queries, ILedger ledger, IEnumerable<IEvidenceVerifier> verifiers, AlgorithmPolicySource algorithms, TimeProvider time) : IRegistrations
{
    private const int MaxDetail = 500;
    private const int MaxReason = 200;

    private readonly Dictionary<string, IEvidenceVerifier> _verifiers = verifiers.ToDictionary(v => v.Kind, StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyList<EntryFault> Check(EntryTerms terms) => EntryCheck.Check(terms, algorithms.Current, time.GetUtcNow(), ReferenceFault);

    /// <inheritdoc/>
    public async Task<RegisteredEntry> CreateAsync(EntryTerms terms, string actor, bool isDemo = false, CancellationToken cancellationToken = default)
    {
        RefuseFaulty(terms);
        var now = time.GetUtcNow();
        var leaf = Leaf(terms, $"Entry created: {Describe(terms)}.", actor, now, isDemo);
        return await RecordAsync(leaf, context => EntryChanges.Create(context, terms, actor, now, isDemo), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task EnsureAsync(IEnumerable<EntryTerms> entries, string actor, bool isDemo = false, CancellationToken cancellationToken = default)
    {
        var known = (await queries.AllAsync(cancellationToken)).Select(e => e.Terms.ToString()).ToHashSet(StringComparer.Ordinal);
        foreach (var terms in entries.Where(t => known.Add(t.ToString())))
            await CreateAsync(terms, actor, isDemo, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ChangeAsync(int id, EntryTerms terms, string actor, ReadOnlyMemory<byte>? seen = null, CancellationToken cancellationToken = default)
    {
        RefuseFaulty(terms);
        var before = await FindAsync(id, cancellationToken);
        if (before.Terms.ToString() != terms.ToString())
            throw new EntryRefusedException([new(nameof(EntryTerms.Name), $"Environment, role and name of an entry never change ({before.Terms}): make another entry and disable this one.")]);
        var differences = EntryDifference.Between(before.Terms, EntryChanges.Normalised(terms));
        if (differences.Count == 0)
            return differences;
        var now = time.GetUtcNow();
        var leaf = Leaf(terms, $"Entry changed: {string.Join("; ", differences)}.", actor, now, before.IsDemo);
        // What the leaf says must be what is changed: against the entry as it was read above.
        await RecordAsync(leaf, context => EntryChanges.Change(context, id, terms, seen ?? before.Digest, actor, now), cancellationToken);
        return differences;
    }

    /// <inheritdoc/>
    public async Task SetEnabledAsync(int id, bool isEnabled, string reason, string actor, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReason)
            throw new EntryRefusedException([new("reason", $"Say why, in 1 to {MaxReason} characters.")]);
        var before = await FindAsync(id, cancellationToken);
        if (before.IsEnabled == isEnabled)
            return;
        var now = time.GetUtcNow();
        var leaf = Leaf(before.Terms, $"Entry {(isEnabled ? "enabled" : "disabled")}: {reason.Trim()}", actor, now, before.IsDemo);
        await RecordAsync(leaf, context => EntryChanges.SetEnabled(context, id, isEnabled, actor, now), cancellationToken);
    }

    private async Task<RegisteredEntry> FindAsync(int id, CancellationToken cancellationToken)
        => (await queries.FindAsync(id, cancellationToken))?.Entry ?? throw Refusal(EntryConflict.Unknown);

    private async Task<RegisteredEntry> RecordAsync(LedgerLeaf leaf, Func<Data.ConsoleDbContext, RegistrationEntry> change, CancellationToken cancellationToken)
    {
        try
        {
            return await book.ChangeAsync(async () =>
            {
                RegistrationEntry? row = null;
                await ledger.RecordAsync(leaf, (context, _) =>
                {
                    row = change(context);
                    book.Expire();
                }, cancellationToken);
                return EntryChanges.Read(row!);
            }, cancellationToken);
        }
        catch (EntryConflictException e)
        {
            throw Refusal(e.Conflict);
        }
    }

    private void RefuseFaulty(EntryTerms terms)
    {
        if (Check(terms) is { Count: > 0 } faults)
            throw new EntryRefusedException(faults);
    }

    private string? ReferenceFault(string kind, JsonElement reference) => _verifiers.GetValueOrDefault(kind)?.ReferenceFault(reference);

    private static EntryRefusedException Refusal(EntryConflict conflict) => new([conflict switch
    {
        EntryConflict.Unknown => new EntryFault("", "There is no such entry."),
        EntryConflict.Exists => new(nameof(EntryTerms.Name), "There is an entry for this environment, role and name already: change that one."),
        EntryConflict.ChangedMeanwhile => new("", "Somebody changed the entry meanwhile: look at it again before you change it."),
        _ => throw new ArgumentOutOfRangeException(nameof(conflict)),
    }]);

    internal static LedgerLeaf Leaf(EntryTerms terms, string detail, string actor, DateTimeOffset now, bool isDemo) => new()
    {
        Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, At = now, Actor = actor, Subject = $"entry:{terms}",
        Detail = detail.Length <= MaxDetail ? detail : detail[..(MaxDetail - 1)] + "…", Demo = isDemo ? "live" : null,
    };

    internal static string Describe(EntryTerms terms)
        => $"{terms.Tier.ToString().ToLowerInvariant()} tier, {string.Join(" and ", terms.Kinds)}, certificates of at most {(long)terms.Lifetime.TotalSeconds} s";
}
