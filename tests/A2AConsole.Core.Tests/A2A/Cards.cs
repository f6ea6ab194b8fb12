using System.Text;
using System.Text.Json.Nodes;
using A2AConsole.Core.A2A.Cards;

namespace A2AConsole.Core.Tests.A2A;

/// <summary>A good card with everything in it that an attacker would like to change.</summary>
internal static class Cards
{
    public const string Good = """
        {
          "name": "Release desk", "description": "Releases shipments", "version": "1.2.0",
          "supportedInterfaces": [ { "url": "https://edge.example/a2a/release", "protocolBinding": "JSONRPC", "protocolVersion": "1.0" } ],
          "provider": { "organization": "Acme", "url": "https://acme.example" },
          "capabilities": { "streaming": true, "pushNotifications": false,
            "extensions": [ { "uri": "urn:a2aconsole:extension:envelope:v1", "required": true, "params": { "limit": 12.5, "empty": "", "none": null, "list": [] } } ] },
          "securitySchemes": { "corp": { "oauth2SecurityScheme": { "flows": { "clientCredentials": { "tokenUrl": "https://login.acme.example/token", "scopes": { "release": "" } } } } },
                               "wire": { "mtlsSecurityScheme": {} } },
          "securityRequirements": [ { "schemes": { "corp": { "list": [ "release" ] }, "wire": { "list": [] } } } ],
          "defaultInputModes": [ "application/json" ], "defaultOutputModes": [ "application/json" ],
          "skills": [ { "id": "release", "name": "Release", "description": "Releases a shipment", "tags": [ "logistics" ], "examples": [ "Release 1" ] } ],
          "futureMember": { "weight": 3 }
        }
        """;

    public static AgentCard Read(string json)
    {
        Assert.True(AgentCard.TryRead(Encoding.UTF8.GetBytes(json), out var card, out var fault), fault?.Detail);
        return card;
    }

    public static string With(string json, Action<JsonObject> change)
    {
        var card = JsonNode.Parse(json)!.AsObject();
        change(card);
        return card.ToJsonString();
    }

    public static string With(string what, string with)
    {
        Assert.Contains(what, Good, StringComparison.Ordinal);
        return Good.Replace(what, with, StringComparison.Ordinal);
    }
}
