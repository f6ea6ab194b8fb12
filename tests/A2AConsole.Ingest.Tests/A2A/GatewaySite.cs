using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.A2A;
using A2AConsole.Core.A2A.Cards;
using A2AConsole.Core.Crypto;
using A2AConsole.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Ingest.Tests.A2A;

/// <summary>A site with one agent ("desk") behind the gateway and one ("buyer") before it.</summary>
internal sealed class GatewaySite : IAsyncDisposable
{
    private GatewaySite(TestSite site, TestAgent buyer, TestAgent desk, UpstreamAgent upstream) => (Site, Buyer, Desk, Upstream) = (site, buyer, desk, upstream);

    public TestSite Site { get; }
    public TestAgent Buyer { get; }
    public TestAgent Desk { get; }
    public UpstreamAgent Upstream { get; }
    public Uri Gateway => new(Site.Edge, "/a2a/desk");

    public static async Task<GatewaySite> StartAsync(Action<A2AOptions>? more = null, Action<IServiceCollection>? services = null, bool asImpostor = false, bool realTime = false)
    {
        Uri? upstream = null;
        var deskId = "";
        var site = await TestSite.StartAsync(new TestSiteOptions
        {
            Ingest = o =>
            {
                if (upstream is null)
                    return;
                o.A2A.Agents.Add(new A2AAgentOptions
                {
                    Name = "desk", SpiffeId = deskId, JsonRpc = new Uri(upstream, "/rpc"), Rest = new Uri(upstream, "/rest"),
                });
                more?.Invoke(o.A2A);
            },
            Services = services,
            RealTime = realTime,
        });
        var desk = await site.EnrollAsync("desk");
        deskId = desk.SpiffeId;
        var buyer = await site.EnrollAsync("buyer");
        var agent = await UpstreamAgent.StartAsync(asImpostor ? buyer : desk);
        upstream = agent.Address;
        // The agent's address is known now: the edge comes up again with it.
        await site.RestartAsync();
        return new GatewaySite(site, buyer, desk, agent);
    }

    /// <summary>A message of the buyer's to the desk, in a request.</summary>
    public string Send(Func<string, string>? change = null, EventBuilder? e = null, string method = "SendMessage")
    {
        var envelope = Buyer.Sign((e ?? Event()));
        var message = Encoding.UTF8.GetString(EnvelopeExtension.WriteMessage(envelope));
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{\"message\":" + (change?.Invoke(message) ?? message) + "}}";
    }

    public EventBuilder Event() => Buyer.Event() with { Audience = Desk.SpiffeId };

    /// <summary>Posts to the gateway as the buyer.</summary>
    public async Task<(int Status, JsonElement Json, HttpResponseMessage Response)> PostAsync(string body, string path = "", Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Gateway + path) { Content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json")) };
        request.Headers.Add("A2A-Version", "1.0");
        request.Headers.Add("A2A-Extensions", EnvelopeExtension.Uri);
        change?.Invoke(request);
        var response = await Buyer.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        using var json = JsonDocument.Parse(text.Length == 0 ? "null" : text.StartsWith("data: ", StringComparison.Ordinal) ? text[6..] : text);
        return ((int)response.StatusCode, json.RootElement.Clone(), response);
    }

    /// <summary>The code that a JSON-RPC error says, and the ledger leaf that it names.</summary>
    public static (int Error, string Code, long? Leaf) ErrorOf(JsonElement json)
    {
        var error = json.GetProperty("error");
        var own = error.GetProperty("data")[1];
        var leaf = own.GetProperty("metadata").TryGetProperty("leafIndex", out var index) ? long.Parse(index.GetString()!, System.Globalization.CultureInfo.InvariantCulture) : (long?)null;
        return (error.GetProperty("code").GetInt32(), own.GetProperty("reason").GetString()!, leaf);
    }

    /// <summary>A card of the desk's that leads to the gateway, signed with its certificate's key.</summary>
    public byte[] Card(string description = "Releases shipments", string? url = null, bool signed = true)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new
        {
            name = "Desk", description, version = "1", supportedInterfaces = new[] { new { url = url ?? Gateway.ToString(), protocolBinding = "JSONRPC", protocolVersion = "1.0" } },
            capabilities = new { streaming = true, extensions = new[] { new { uri = EnvelopeExtension.Uri, required = true } } }, defaultInputModes = new[] { "application/json" },
            defaultOutputModes = new[] { "application/json" }, skills = new[] { new { id = "r", name = "Release", description = "d", tags = new[] { "logistics" } } },
        });
        Assert.True(AgentCard.TryRead(json, out var card, out var fault), fault?.Detail);
        return signed ? CardSigner.Sign(card, AlgorithmRegistry.Default, Envelopes.KeyId(Desk.Key), d => Desk.Key.SignData(d, System.Security.Cryptography.HashAlgorithmName.SHA256)) : json;
    }

    public async ValueTask DisposeAsync()
    {
        await Upstream.DisposeAsync();
        await Site.DisposeAsync();
    }
}
