using A2AConsole.Data.Entities;

namespace A2AConsole.Data.Stores;

/// <summary>Pins agents' cards, as a part of the leaf that says so.</summary>
public static class CardPinChanges
{
    /// <summary>Pins a card in place of <paramref name="before"/> (null: none). False when another is pinned meanwhile: nothing is changed.</summary>
    public static bool Pin(ConsoleDbContext context, AgentCardPin pin, string? before)
    {
        var existing = context.AgentCardPins.Find(pin.SpiffeId);
        if (existing?.Digest != before)
            return false;
        if (existing is null)
            context.AgentCardPins.Add(pin);
        else
            (existing.Digest, existing.Card, existing.PinnedAt, existing.Leaf) = (pin.Digest, pin.Card, pin.PinnedAt, pin.Leaf);
        return true;
    }
}
