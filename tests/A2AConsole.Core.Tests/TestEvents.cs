using System.Text;
using System.Text.Json.Nodes;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.Tests;

/// <summary>Good events, to be made bad one thing at a time.</summary>
internal static class TestEvents
{
    public static readonly string Data = Example("purchase.approved");

    /// <summary>The valid example of a type's data, without white space.</summary>
    public static string Example(string type)
        => JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Schemas", "Examples", $"{type}.example.json")))!.ToJsonString();

    public static AgentEvent Event(string? source = null) => new()
    {
        Id = "m-1",
        Source = source ?? TestPki.Id(),
        Type = "purchase.approved",
        Subject = "po/4500012345",
        Time = TestPki.Now,
        Expires = TestPki.Now.AddMinutes(5),
        Audience = TestPki.Id("erp-connector"),
        Action = "approve",
        Nonce = "AAAAAAAAAAAAAAAAAAAAAA",
        IdempotencyKey = "key-1",
        DataSchema = "urn:a2aconsole:schema:purchase.approved:v1",
        Data = Encoding.UTF8.GetBytes(Data),
    };

    /// <summary>The JSON text of a good event, with a piece replaced.</summary>
    public static string Text(string? replace = null, string? with = null)
    {
        var text = Encoding.UTF8.GetString(AgentEventWriter.Write(Event()));
        if (replace is null)
            return text;
        Assert.Contains(replace, text, StringComparison.Ordinal);
        return text.Replace(replace, with, StringComparison.Ordinal);
    }

    public static byte[] Envelope(SigningKey key, string? text = null) => DsseEnvelopeWriter.SignEvent(Encoding.UTF8.GetBytes(text ?? Text()), key);
}
