using System.Net.Http.Headers;
using System.Text.Json;
using A2AConsole.Demo.Live;
using A2AConsole.Demo.Story;
using A2AConsole.Demo.World;
using A2AConsole.Sdk;

namespace A2AConsole.Demo.Attacks;

/// <summary>What an attacker has got hold of: agents' keys, messages, and raw connections to the edge.</summary>
internal sealed class AttackStage(DemoSite site, SupplyStory story, Func<CastMember, AgentClient> clientOf)
{
    /// <summary>What an attempt brings that the edge refuses in the handshake.</summary>
    public const string NoConnection = "no-connection";

    private static readonly TimeSpan Validity = TimeSpan.FromMinutes(5);

    public TimeProvider Time => site.Time;

    public SupplyStory Story => story;

    public TrustBundle Bundle => clientOf(Cast.Forecast).Bundle;

    /// <summary>An agent's key and certificate, as if stolen from its machine.</summary>
    public AgentIdentity Steal(CastMember member) => AgentIdentity.Load(site.StateOf(member));

    /// <summary>Signs a story's message with an identity; its time may lie in the past.</summary>
    public SignedEvent Sign(StoryMessage message, AgentIdentity identity, string attack, TimeSpan age = default, TimeSpan? lifetime = null)
        => EventWriter.Sign(DemoSite.Message(message, "attack:" + attack), identity, Time.GetUtcNow() - age, lifetime ?? Validity);

    /// <summary>Posts a body over a new connection of its own, without the SDK's care.</summary>
    public async Task<EdgeVerdict> PostAsync(AgentIdentity identity, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var connection = Connect(identity);
        return await PostAsync(connection, body, cancellationToken);
    }

    /// <summary>A new connection under an identity.</summary>
    public HttpClient Connect(AgentIdentity identity) => new(identity.CreateHandler(Bundle, Time))
    {
        BaseAddress = site.EdgeAddress,
        Timeout = TimeSpan.FromSeconds(20),
        DefaultRequestVersion = System.Net.HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
    };

    /// <summary>Posts a body over an open connection.</summary>
    public static async Task<EdgeVerdict> PostAsync(HttpClient connection, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var response = await connection.PostAsync("/v1/events", content, cancellationToken);
            return EdgeVerdict.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken), (int)response.StatusCode);
        }
        catch (HttpRequestException)
        {
            // TLS 1.3: the client learns of its certificate's refusal only when it first reads.
            return new EdgeVerdict(NoConnection, []);
        }
    }
}

/// <summary>What the edge said: a code (or <c>admitted</c>) for one event, or one code each for several.</summary>
internal sealed record EdgeVerdict(string Code, IReadOnlyList<(string Code, long? LeafIndex)> Items)
{
    /// <summary>What policy said about an event that was admitted: a code, or <c>allow</c>; null when it was not asked.</summary>
    public string? Decision { get; init; }

    public static EdgeVerdict Read(byte[] body, int status)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            if (root.TryGetProperty("results", out var results))
                return new EdgeVerdict("several", [.. results.EnumerateArray().Select(r => (CodeOf(r), LeafOf(r)))]);
            return new EdgeVerdict(CodeOf(root), [(CodeOf(root), LeafOf(root))]) { Decision = root.TryGetProperty("decision", out var decision) ? CodeOf(decision) : null };
        }
        catch (JsonException)
        {
            return new EdgeVerdict("http-" + status, []);
        }
    }

    private static string CodeOf(JsonElement item)
        => item.TryGetProperty("code", out var code) ? code.GetString()! : item.TryGetProperty("verdict", out var verdict) ? verdict.GetString()! : "unreadable";

    private static long? LeafOf(JsonElement item)
        => item.TryGetProperty("leafIndex", out var leaf) && leaf.ValueKind == JsonValueKind.Number ? leaf.GetInt64() : null;
}
