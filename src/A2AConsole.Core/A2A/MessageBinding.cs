using System.Text.Json;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.A2A;

/// <summary>
/// Whether a message says what the event that it carries says. The event is what was signed and what is executed; the message around it
/// is what an agent, or the model in it, reads. So everything that it could read as content must be in the event:
/// <list type="bullet">
/// <item>the message's id is the event's, so that admission, which takes an id once, refuses a message that comes twice;</item>
/// <item>the event's audience is the agent that the message goes to;</item>
/// <item>every part is a data part, without file name or metadata, equal to the event's data as <see cref="JsonEquality"/> has it. A text, a file
/// or an address beside it would be content that nobody signed.</item>
/// </list>
/// Context, task and other extensions' metadata are routing, and never content.
/// </summary>
public static class MessageBinding
{
    /// <summary>The codes of what this refuses, for alerts.</summary>
    public static IReadOnlyList<string> Codes { get; } = ["message-id-differs", "audience-missing", "audience-differs", "parts-not-signed", "parts-differ"];

    /// <summary>Checks a message against the event that it carries.</summary>
    /// <param name="message">The message.</param>
    /// <param name="facts">The event's attributes, its signature verified.</param>
    /// <param name="data">The event's data.</param>
    /// <param name="receiver">The SPIFFE ID of the agent that the message goes to.</param>
    public static A2AFault? Check(A2AMessage message, EventFacts facts, ReadOnlyMemory<byte> data, string receiver)
    {
        if (!string.Equals(message.MessageId, facts.MessageId, StringComparison.Ordinal))
            return A2AFault.Invalid("message-id-differs", "The message's id is not that of the event that it carries; use the event's.");
        if (facts.Audience is null)
            return A2AFault.Invalid("audience-missing", $"The event has no audience: it must name the agent that it is for ({receiver}).");
        if (!string.Equals(facts.Audience, receiver, StringComparison.Ordinal))
            return A2AFault.Invalid("audience-differs", $"The event is for another agent than the one that it was sent to ({receiver}).");
        using var body = JsonDocument.Parse(data, new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth });
        for (var i = 0; i < message.Parts.Count; i++)
        {
            var part = message.Parts[i];
            if (part.Kind != A2APartKind.Data || part.HasMore)
                return A2AFault.Invalid("parts-not-signed", $"Part {i} holds what the signed event does not: beside an event a message has data parts only, without file name or metadata.");
            if (part.MediaType is not (null or "" or "application/json"))
                return A2AFault.Invalid("parts-not-signed", $"Part {i} has another media type than the event's data, which is application/json.");
            using var value = JsonDocument.Parse(part.Value, new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth });
            if (JsonEquality.FirstDifference(body.RootElement, value.RootElement) is { } pointer)
                return A2AFault.Invalid("parts-differ", $"Part {i} differs from the signed event's data at {Shown(pointer)}. Only what was signed counts; send the same.");
        }
        return null;
    }

    private static string Shown(string pointer) => JsonText.Printable(System.Text.Encoding.UTF8.GetBytes(pointer));
}
