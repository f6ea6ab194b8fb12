namespace A2AConsole.Core.Provenance.Lineage;

/// <summary>How a message names what it derives from.</summary>
public enum LineageKind
{
    /// <summary>By its digest: nothing else can be meant.</summary>
    Digest,
    /// <summary>By a document's id: weaker, since whoever gives ids could give one twice.</summary>
    Reference,
}

/// <summary>One thing that a message says it derives from.</summary>
/// <param name="Kind">How it is named.</param>
/// <param name="Target">A SHA-256 in lower-case hex, or <c>document:id</c>.</param>
/// <param name="Name">What the message calls it.</param>
public sealed record LineageReference(LineageKind Kind, string Target, string Name);

/// <summary>What a message says of its descent, and how later messages may name it.</summary>
/// <param name="Body">SHA-256 of its <c>data</c>, byte for byte as it was signed; lower-case hex.</param>
/// <param name="Document">The document that it introduces, as <c>document:id</c>.</param>
/// <param name="References">What it derives from.</param>
public sealed record LineageFacts(string Body, string? Document, IReadOnlyList<LineageReference> References)
{
    /// <summary>Most references of one message that are followed; evidence alone may be 16.</summary>
    public const int MostReferences = 32;
}
