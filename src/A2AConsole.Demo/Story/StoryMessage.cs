using A2AConsole.Demo.World;

namespace A2AConsole.Demo.Story;

/// <summary>One message of the story, before anybody signs it.</summary>
/// <param name="Sender">Who sends it.</param>
/// <param name="Type">Its type.</param>
/// <param name="Audience">To whom: a SPIFFE ID.</param>
/// <param name="Subject">The business object's id.</param>
/// <param name="Data">The body, UTF-8 JSON that matches the type's schema.</param>
public sealed record StoryMessage(CastMember Sender, string Type, string Audience, string Subject, ReadOnlyMemory<byte> Data)
{
    /// <summary>What it plays, when that is something of its own.</summary>
    public string? Label { get; init; }
}
