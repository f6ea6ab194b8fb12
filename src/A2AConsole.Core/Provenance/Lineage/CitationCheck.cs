namespace A2AConsole.Core.Provenance.Lineage;

/// <summary>
/// Checks a link of the lineage by the bytes on both sides: the deriving message must really name the other, and what it names by digest must be
/// that message's bytes, or its data's. Pure.
/// </summary>
public static class CitationCheck
{
    /// <summary>Checks one link.</summary>
    /// <param name="edge">The link as it is drawn.</param>
    /// <param name="from">The deriving message, checked anew.</param>
    /// <param name="to">What it derives from, checked anew; null when that is no message that is known here.</param>
    public static LinkVerdict Check(GraphEdge edge, CheckedMessage from, CheckedMessage? to)
    {
        var target = edge.Target;
        if (from.Facts is not { } facts)
            return from.Verdict.State == LinkState.Refused
                ? LinkVerdict.Broken(LinkCodes.NotCited, "The message that is said to derive from it cannot be read.")
                : new(LinkState.Expired, LinkCodes.PayloadExpired, "The message that names it is gone by retention, so what it named cannot be read again.");
        if (!facts.References.Any(r => r.Kind == edge.Kind && r.Target == target))
            return LinkVerdict.Broken(LinkCodes.NotCited, "The signed message does not name it.");
        if (edge.Kind == LineageKind.Reference)
        {
            return to?.Facts is { } document && document.Document != target
                ? LinkVerdict.Broken(LinkCodes.CitesOther, "The message it leads to introduces another document.")
                : new(LinkState.Unknown, LinkCodes.ByReference, to is null ? "Named by its id only, and no one message introduced that id." : "Named by its id only: nothing binds the two messages' bytes to each other.");
        }
        if (to is null)
            return new(LinkState.Unknown, LinkCodes.NotHeld, "Named by digest; what has that digest was not sent through here, so it is not held here.");
        if (to.Facts is not { } source)
            return to.Verdict.State == LinkState.Refused
                ? LinkVerdict.Broken(LinkCodes.CitesOther, "What it names by digest can no longer be read.")
                : new(LinkState.Expired, LinkCodes.PayloadExpired, "What it names by digest is gone by retention.");
        return target == to.Digest || target == source.Body
            ? LinkVerdict.Holds(target == to.Digest ? "Names the digest of that very message." : "Names the digest of that message's data.")
            : LinkVerdict.Broken(LinkCodes.CitesOther, "The digest that it names is not that message's.");
    }
}
