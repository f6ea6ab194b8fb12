using A2AConsole.Core.Policies;
using A2AConsole.Data.Queries;

namespace A2AConsole.Policy.Limits;

/// <summary>
/// Reads what is committed from the store. It writes nothing itself: an entry is durable with the decision that it belongs to, in one transaction, before anybody
/// hears of that decision; what was only reserved when the process stopped was never decided.
/// </summary>
public sealed class CommitmentStore(DecisionFactsQueries queries) : ISpendStore
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<SpendEntry>> ReadAsync(SpendKey key, DateTimeOffset since, CancellationToken cancellationToken)
        => await queries.CommitmentsAsync(key, since, cancellationToken);

    /// <inheritdoc/>
    public ValueTask WriteAsync(SpendKey key, SpendEntry entry, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DeleteAsync(SpendKey key, string id, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
