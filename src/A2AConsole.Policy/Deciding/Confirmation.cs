using System.Text.Json;

namespace A2AConsole.Policy.Deciding;

/// <summary>What an agent says about another one's message that waits: <c>message.confirmed</c>.</summary>
/// <param name="Digest">The digest (lower-case hex) of the signed payload that it is about.</param>
/// <param name="IsConfirmed">Whether it bears it out; else it speaks against it.</param>
public sealed record Confirmation(string Digest, bool IsConfirmed)
{
    /// <summary>The message's type.</summary>
    public const string Type = "message.confirmed";

    private const string DigestPrefix = "sha256:";

    /// <summary>Reads the data of a message that its schema admitted.</summary>
    public static Confirmation Read(ReadOnlyMemory<byte> data)
    {
        using var document = JsonDocument.Parse(data);
        return new(document.RootElement.GetProperty("digest").GetString()![DigestPrefix.Length..], document.RootElement.GetProperty("outcome").GetString() == "confirmed");
    }
}
