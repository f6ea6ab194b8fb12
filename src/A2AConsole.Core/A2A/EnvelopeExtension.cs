namespace A2AConsole.Core.A2A;

/// <summary>Our extension of the protocol: a message carries the signed event that it stands for, and the statements of those it passed through.</summary>
public static class EnvelopeExtension
{
    /// <summary>The extension's URI: in the card, in <see cref="A2AExtensions.Header"/>, in the message's <c>extensions</c>, and as the member of its <c>metadata</c>.</summary>
    public const string Uri = "urn:a2aconsole:extension:envelope:v1";
}
