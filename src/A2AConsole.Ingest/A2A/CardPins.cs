using A2AConsole.Core.A2A.Cards;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;

namespace A2AConsole.Ingest.A2A;

/// <summary>
/// Which card an agent is known by. The first one that stands is pinned; another is refused until the site says, by its digest in the
/// configuration, that it was meant. Each pin is a leaf.
/// </summary>
internal sealed class CardPins(CardPinQueries queries, ILedger ledger, TimeProvider time)
{
    private sealed class Overtaken() : Exception("Another card was pinned meanwhile.");

    /// <summary>Checks a card that stands against the pin; pins it when it is the first, or the one that is meant.</summary>
    /// <param name="spiffeId">The agent.</param>
    /// <param name="card">The card.</param>
    /// <param name="meant">The digest that the site says is meant, or null when it says none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CardFault?> CheckAsync(string spiffeId, AgentCard card, string? meant, CancellationToken cancellationToken)
    {
        var pin = await queries.FindAsync(spiffeId, cancellationToken);
        if (meant is not null && card.Digest != meant)
            return new CardFault(CardCodes.Changed, $"The card's digest is {card.Digest}; the site's configuration says {meant}.{Changes(pin, card)}", Members(pin, card));
        if (pin?.Digest == card.Digest)
            return null;
        if (pin is not null && meant is null)
            return card.CheckPin(Read(pin));
        try
        {
            var now = time.GetUtcNow();
            await ledger.RecordAsync(new LedgerLeaf
            {
                Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, Code = "card-pinned", At = now, Actor = "system", Subject = spiffeId, Digest = card.Digest,
                Detail = pin is null ? "The agent's first card was pinned." : "Another card of the agent was pinned, as the configuration says.",
            }, (context, leaf) =>
            {
                if (!CardPinChanges.Pin(context, new AgentCardPin { SpiffeId = spiffeId, Digest = card.Digest, Card = card.Json.ToArray(), PinnedAt = now, Leaf = leaf }, pin?.Digest))
                    throw new Overtaken();
            }, cancellationToken);
            return null;
        }
        catch (Overtaken)
        {
            return await CheckAsync(spiffeId, card, meant, cancellationToken);
        }
    }

    private static AgentCard Read(AgentCardPin pin) => AgentCard.TryRead(pin.Card, out var card, out var fault) ? card : throw new InvalidOperationException(fault.Detail);

    private static IReadOnlyList<string> Members(AgentCardPin? pin, AgentCard card) => pin is null ? [] : Read(pin).DifferencesTo(card);

    private static string Changes(AgentCardPin? pin, AgentCard card) => Members(pin, card) is { Count: > 0 } members ? $" Changed: {string.Join(", ", members)}." : "";
}
