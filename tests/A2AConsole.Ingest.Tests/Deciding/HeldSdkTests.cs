using System.Text.Json;
using A2AConsole.Core.A2A;
using A2AConsole.Ingest.Tests.A2A;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Deciding;
using A2AConsole.Testing;
using Microsoft.AspNetCore.Http;

namespace A2AConsole.Ingest.Tests.Deciding;

/// <summary>The protocol's own SDK as the sender of a message that waits: it sees the task wait, and completed once somebody approved.</summary>
public sealed class HeldSdkTests
{
    private static readonly string[] Packages = ["@a2a-js/sdk@1.3.0", "express@5.3.0", "undici@6.29.1"];

    private const string Client = """
        import { createInterface } from 'node:readline';
        import { fetch, Agent } from 'undici';
        import { Message, TaskState } from '@a2a-js/sdk';
        import { ClientFactory, JsonRpcTransportFactory, DefaultAgentCardResolver, ServiceParameters, withA2AExtensions } from '@a2a-js/sdk/client';
        console.debug = () => {};
        const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
        const given = JSON.parse((await lines.next()).value);
        const dispatcher = new Agent({ connect: { key: given.key, cert: given.cert, ca: given.ca, minVersion: 'TLSv1.3' } });
        const fetchImpl = (url, init) => fetch(url, { ...init, dispatcher });
        const resolver = new DefaultAgentCardResolver({ fetchImpl });
        const factory = new ClientFactory({ transports: [new JsonRpcTransportFactory({ fetchImpl })], cardResolver: resolver, preferredTransports: ['JSONRPC'] });
        const client = await factory.createFromAgentCard(await resolver.resolve(given.base, '.well-known/agent-card.json'));
        const options = { serviceParameters: ServiceParameters.create(withA2AExtensions(given.extension)) };
        const say = (word, task) => console.log(word + ' ' + JSON.stringify({ id: task.id, state: TaskState[task.status.state] }));
        const task = await client.sendMessage({ tenant: '', message: Message.fromJSON(JSON.parse(given.message)), configuration: undefined, metadata: undefined }, options);
        say('SENT', task);
        say('WAITS', await client.getTask({ tenant: '', id: task.id }, options));
        const events = client.resubscribeTask({ tenant: '', id: task.id }, options);
        say('FIRST', (await events.next()).value.payload.value);
        let last;
        for await (const event of events) last = event.payload.value;
        say('LAST', last);
        say('DONE', await client.getTask({ tenant: '', id: task.id }, options));
        """;

    [Fact]
    public async Task It_sees_its_task_wait_for_a_person_and_completed_after_the_approval()
    {
        var directory = await NodePackages.RequireAsync(Packages);
        var desk = new PlayedDesk();
        await using var gateway = await GatewaySite.StartAsync(services: s => DecidingSite.Services(s, desk), realTime: true);
        await gateway.Site.Get<IActivePolicy>().Ready.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        await gateway.Site.GrantAsync(gateway.Buyer, "procurement");
        gateway.Upstream.Card = gateway.Card();
        gateway.Upstream.Answer = static context => context.Response.WriteAsync("""{"jsonrpc":"2.0","id":1,"result":{"task":{"id":"t-1","contextId":"c-1","status":{"state":"TASK_STATE_COMPLETED"}}}}""");
        var message = EnvelopeExtension.WriteMessage(gateway.Buyer.Sign(gateway.Buyer.Purchase(70_000, gateway.Desk.SpiffeId)));
        await using var client = await NodePeer.StartAsync(directory, Client);
        await client.SayAsync(JsonSerializer.Serialize(new
        {
            key = gateway.Buyer.Key.ExportPkcs8PrivateKeyPem(), cert = string.Join('\n', new[] { gateway.Buyer.Certificate }.Concat(gateway.Buyer.Chain).Select(c => c.ExportCertificatePem())),
            ca = gateway.Site.Domain.BundlePem, @base = gateway.Gateway + "/", extension = EnvelopeExtension.Uri, message = System.Text.Encoding.UTF8.GetString(message),
        }));
        var sent = await HearAsync("SENT ");
        Assert.Equal("TASK_STATE_AUTH_REQUIRED", sent.State);
        Assert.Equal(sent, await HearAsync("WAITS "));
        Assert.Equal(sent, await HearAsync("FIRST "));
        Assert.Empty(gateway.Upstream.Requests);
        Assert.True((await gateway.Site.Get<IHeldMessages>().ReleaseAsync(desk.Asked[0].Held.Id, DecidingSite.Approval(desk.Asked[0].Held, 9_000_000), TestContext.Current.CancellationToken)).Released);
        Assert.Equal((sent.Id, "TASK_STATE_COMPLETED"), await HearAsync("LAST "));
        Assert.Equal((sent.Id, "TASK_STATE_COMPLETED"), await HearAsync("DONE "));
        Assert.Single(gateway.Upstream.Requests);

        async Task<(string Id, string State)> HearAsync(string word)
        {
            using var said = JsonDocument.Parse(await client.HearAsync(word));
            return (said.RootElement.GetProperty("id").GetString()!, said.RootElement.GetProperty("state").GetString()!);
        }
    }
}
