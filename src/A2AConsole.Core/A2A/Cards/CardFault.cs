namespace A2AConsole.Core.A2A.Cards;

/// <summary>Why a card is refused.</summary>
/// <param name="Code">A stable code, one of <see cref="CardCodes"/>.</param>
/// <param name="Detail">One sentence for people: what is wrong and what would be right.</param>
/// <param name="Members">The members that it is about, as JSON pointers (RFC 6901); at most <see cref="MaxMembers"/>.</param>
public sealed record CardFault(string Code, string Detail, IReadOnlyList<string> Members)
{
    /// <summary>How many members are named.</summary>
    public const int MaxMembers = 20;

    internal static CardFault Of(string code, string detail, params string[] members) => new(code, detail, members);
}

/// <summary>The codes of <see cref="CardFault"/>.</summary>
public static class CardCodes
{
    /// <summary>It is no card, or larger or deeper than is taken.</summary>
    public const string Malformed = "card-malformed";
    /// <summary>A member that the protocol requires is missing.</summary>
    public const string Incomplete = "card-incomplete";
    /// <summary>A number in it has no canonical text.</summary>
    public const string InexactNumber = "card-number-inexact";
    /// <summary>It carries no signature.</summary>
    public const string Unsigned = "card-unsigned";
    /// <summary>A signature's header or encoding is wrong.</summary>
    public const string SignatureMalformed = "card-signature-malformed";
    /// <summary>Its algorithm is not accepted, or is not its key's.</summary>
    public const string AlgorithmRefused = "card-algorithm-refused";
    /// <summary>No signature is by a key that is known for this agent.</summary>
    public const string SignerUnknown = "card-signer-unknown";
    /// <summary>A signature by a known key is not over this card.</summary>
    public const string SignatureInvalid = "card-signature-invalid";
    /// <summary>A signature by a known key is over a part of this card only.</summary>
    public const string NotCovered = "card-members-not-covered";
    /// <summary>It is not the card that was pinned.</summary>
    public const string Changed = "card-changed";
}
