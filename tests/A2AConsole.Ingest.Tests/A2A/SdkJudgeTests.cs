using System.Net;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.A2A;
using A2AConsole.Ingest.A2A;
using A2AConsole.Sdk;
using A2AConsole.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace A2AConsole.Ingest.Tests.A2A;

/// <summary>
/// The protocol's own SDK before and behind the gateway, over mutual TLS, unmodified but for the extension: both of them are what its
/// documentation says a client and a server are.
/// </summary>
public sealed class SdkJudgeTests
{
    private static readonly string[] Packages = ["@a2a-js/sdk@1.3.0", "express@5.3.0", "undici@6.29.1"];

    private const string Server = """
        import express from 'express';
        import https from 'node:https';
        import * as jose from 'jose';
        import { createInterface } from 'node:readline';
        import { AgentCard, TaskState, generateAgentCardSignature } from '@a2a-js/sdk';
        import { DefaultRequestHandler, InMemoryTaskStore, InMemoryPushNotificationStore, AgentEvent } from '@a2a-js/sdk/server';
        import { jsonRpcHandler, restHandler, agentCardHandler, UserBuilder } from '@a2a-js/sdk/server/express';
        import { Message } from '@a2a-js/sdk';
        const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
        const given = JSON.parse((await lines.next()).value);
        const app = express();
        const waiting = new Map();
        const status = state => ({ state, message: undefined, timestamp: new Date().toISOString() });
        const executor = {
          async execute({ taskId, contextId, userMessage }, bus) {
            console.log('MESSAGE ' + JSON.stringify(Message.toJSON(userMessage)));
            bus.publish(AgentEvent.task({ id: taskId, contextId, status: status(TaskState.TASK_STATE_WORKING), history: [userMessage], artifacts: [], metadata: undefined }));
            if (userMessage.parts[0].content.value.signalId === 'wait') {
              await new Promise(resolve => waiting.set(taskId, resolve));
              return;
            }
            bus.publish(AgentEvent.artifactUpdate({ taskId, contextId, artifact: { artifactId: 'a1', name: 'done', description: '', parts: [{ content: { $case: 'text', value: 'released' }, filename: '', mediaType: '', metadata: undefined }], extensions: [], metadata: undefined }, append: false, lastChunk: true, metadata: undefined }));
            bus.publish(AgentEvent.statusUpdate({ taskId, contextId, status: status(TaskState.TASK_STATE_COMPLETED), metadata: undefined }));
            bus.finished();
          },
          async cancelTask(taskId, bus) {
            bus.publish(AgentEvent.statusUpdate({ taskId, contextId: '', status: status(TaskState.TASK_STATE_CANCELED), metadata: undefined }));
            bus.finished();
            waiting.get(taskId)?.();
          },
        };
        const server = https.createServer({ key: given.key, cert: given.cert, ca: given.ca, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' }, app);
        server.listen(0, '127.0.0.1', () => console.log('PORT ' + server.address().port));
        const { url } = JSON.parse((await lines.next()).value);
        const card = AgentCard.fromJSON({
          name: 'Desk', description: 'Releases', version: '1', capabilities: { streaming: true, pushNotifications: true, extensions: [{ uri: given.extension, required: true }] },
          supportedInterfaces: [{ url, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }, { url, protocolBinding: 'HTTP+JSON', protocolVersion: '1.0' }],
          defaultInputModes: ['application/json'], defaultOutputModes: ['application/json'], skills: [{ id: 'r', name: 'R', description: 'd', tags: ['t'] }],
        });
        const sign = generateAgentCardSignature(await jose.importPKCS8(given.key, 'ES256'), { alg: 'ES256', kid: given.kid, typ: 'JOSE' });
        const handler = new DefaultRequestHandler(card, new InMemoryTaskStore(), executor, undefined, new InMemoryPushNotificationStore(), undefined, undefined, sign);
        app.use('/.well-known/agent-card.json', agentCardHandler({ agentCardProvider: handler }));
        app.use('/rpc', jsonRpcHandler({ requestHandler: handler, userBuilder: UserBuilder.noAuthentication }));
        app.use('/rest', restHandler({ requestHandler: handler, userBuilder: UserBuilder.noAuthentication }));
        console.log('READY');
        """;

    private const string Client = """
        import { readFileSync } from 'node:fs';
        import { fetch, Agent } from 'undici';
        import { AgentCard, Message, TaskState, verifyAgentCardSignature } from '@a2a-js/sdk';
        import { ClientFactory, JsonRpcTransportFactory, RestTransportFactory, DefaultAgentCardResolver, ServiceParameters, withA2AExtensions } from '@a2a-js/sdk/client';
        console.debug = () => {};
        const given = JSON.parse(readFileSync(0, 'utf8'));
        const dispatcher = new Agent({ connect: { key: given.key, cert: given.cert, ca: given.ca, minVersion: 'TLSv1.3' } });
        const fetchImpl = (url, init) => fetch(url, { ...init, dispatcher });
        const out = {};
        const resolver = new DefaultAgentCardResolver({ fetchImpl });
        const factory = new ClientFactory({ transports: [new JsonRpcTransportFactory({ fetchImpl }), new RestTransportFactory({ fetchImpl })], cardResolver: resolver, preferredTransports: [given.binding] });
        const card = await resolver.resolve(given.base, given.cardPath);
        out.signatures = card.signatures.length;
        const client = await factory.createFromAgentCard(card);
        const options = { serviceParameters: ServiceParameters.create(withA2AExtensions(given.extension)) };
        const request = text => ({ tenant: '', message: Message.fromJSON(JSON.parse(text)), configuration: undefined, metadata: undefined });
        const failure = async action => { try { await action(); return 'none'; } catch (e) { return e.name; } };
        const task = await client.sendMessage(request(given.messages[0]), options);
        out.sent = task.status.state === TaskState.TASK_STATE_COMPLETED;
        out.twice = await failure(() => client.sendMessage(request(given.messages[0]), options));
        out.unsigned = await failure(() => client.sendMessage({ tenant: '', message: Message.fromJSON({ messageId: 'x', role: 'ROLE_USER', parts: [{ text: 'pay' }] }), configuration: undefined, metadata: undefined }, options));
        const events = [];
        for await (const event of client.sendMessageStream(request(given.messages[1]), options)) events.push(event.payload.$case);
        out.events = events;
        out.got = (await client.getTask({ tenant: '', id: task.id }, options)).id === task.id;
        out.listed = (await client.listTasks({ tenant: '', contextId: '', status: TaskState.TASK_STATE_UNSPECIFIED, pageToken: '' }, options)).tasks.length;
        const stream = client.sendMessageStream(request(given.messages[2]), options);
        // The agent waits before its second event: the first must not.
        const first = (await stream.next()).value.payload;
        const id = first.value.id;
        const subscription = client.resubscribeTask({ tenant: '', id }, options);
        out.subscribed = (await subscription.next()).value.payload.value.id === id;
        const config = url => ({ tenant: '', id: 'p1', taskId: id, url, token: '', authentication: undefined });
        out.pushInwards = await failure(() => client.createTaskPushNotificationConfig(config('https://inner.example/x'), options));
        out.pushElsewhere = await failure(() => client.createTaskPushNotificationConfig(config('https://evil.example/x'), options));
        out.push = (await client.createTaskPushNotificationConfig(config('https://hooks.example/x'), options)).url;
        out.pushGot = (await client.getTaskPushNotificationConfig({ tenant: '', taskId: id, id: 'p1' }, options)).url;
        out.pushListed = (await client.listTaskPushNotificationConfig({ tenant: '', taskId: id, pageSize: 0, pageToken: '' }, options)).configs.length;
        await client.deleteTaskPushNotificationConfig({ tenant: '', taskId: id, id: 'p1' }, options);
        out.canceled = (await client.cancelTask({ tenant: '', id, metadata: undefined }, options)).status.state === TaskState.TASK_STATE_CANCELED;
        const rest = [];
        for await (const event of stream) rest.push(event.payload.$case);
        out.rest = rest;
        await dispatcher.destroy();
        console.log(JSON.stringify(out));
        process.exit(0);
        """;

    [Theory]
    [InlineData("JSONRPC")]
    [InlineData("HTTP+JSON")]
    public async Task Everything_of_the_protocol_works_through_the_gateway(string binding)
    {
        var directory = await NodePackages.RequireAsync(Packages);
        await using var server = await NodePeer.StartAsync(directory, Server);
        var (port, deskId) = (0, "");
        await using var site = await TestSite.StartAsync(new TestSiteOptions
        {
            RealTime = true,
            Ingest = o =>
            {
                if (port == 0)
                    return;
                var upstream = new Uri($"https://127.0.0.1:{port}");
                o.A2A.Agents.Add(new A2AAgentOptions { Name = "desk", SpiffeId = deskId, JsonRpc = new Uri(upstream, "/rpc"), Rest = new Uri(upstream, "/rest") });
                o.A2A.PushHosts.Add("hooks.example");
                o.A2A.PushHosts.Add("inner.example");
            },
            Services = s => s.Replace(ServiceDescriptor.Singleton(p => new PushAddresses(p.GetRequiredService<IngestOptions>(),
                (host, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(host == "hooks.example" ? "93.184.215.14" : "10.0.0.1")])))),
        });
        var desk = await site.EnrollAsync("desk");
        var buyer = await site.EnrollAsync("buyer");
        deskId = desk.SpiffeId;
        await server.SayAsync(JsonSerializer.Serialize(new { key = Key(desk), cert = ChainOf(desk), ca = site.Domain.BundlePem, kid = Envelopes.KeyId(desk.Key), extension = EnvelopeExtension.Uri }));
        port = int.Parse(await server.HearAsync("PORT "), System.Globalization.CultureInfo.InvariantCulture);
        await site.RestartAsync();
        var gateway = new Uri(site.Edge, "/a2a/desk").ToString();
        await server.SayAsync(JsonSerializer.Serialize(new { url = gateway }));
        await server.HearAsync("READY");

        string Message(string signal) => Encoding.UTF8.GetString(EnvelopeExtension.WriteMessage(buyer.Sign(buyer.Event() with { Audience = desk.SpiffeId, Data = EventBuilder.DemandSignal.Replace("\"s1\"", $"\"{signal}\"", StringComparison.Ordinal) })));
        using var answer = JsonDocument.Parse(await NodePackages.RunAsync(directory, Client, JsonSerializer.Serialize(new
        {
            binding, @base = site.Edge, cardPath = "/a2a/desk/.well-known/agent-card.json", key = Key(buyer), cert = ChainOf(buyer), ca = site.Domain.BundlePem, extension = EnvelopeExtension.Uri,
            messages = new[] { Message("s1"), Message("s2"), Message("wait") },
        })));
        var seen = answer.RootElement;
        Assert.Equal(2, seen.GetProperty("signatures").GetInt32());
        foreach (var name in new[] { "sent", "got", "subscribed", "canceled" })
            Assert.True(seen.GetProperty(name).GetBoolean(), name);
        Assert.Equal("RequestMalformedError", seen.GetProperty("twice").GetString());
        Assert.Equal("ExtensionSupportRequiredError", seen.GetProperty("unsigned").GetString());
        Assert.Equal(["task", "artifactUpdate", "statusUpdate"], seen.GetProperty("events").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal(2, seen.GetProperty("listed").GetInt32());
        Assert.Equal("PushNotificationNotSupportedError", seen.GetProperty("pushInwards").GetString());
        Assert.Equal("PushNotificationNotSupportedError", seen.GetProperty("pushElsewhere").GetString());
        Assert.Equal(("https://hooks.example/x", "https://hooks.example/x", 1), (seen.GetProperty("push").GetString(), seen.GetProperty("pushGot").GetString(), seen.GetProperty("pushListed").GetInt32()));

        // What the agent's framework hands over is checked by our SDK, although that framework wrote it anew and put context and task in.
        var received = Encoding.UTF8.GetBytes(await server.HearAsync("MESSAGE "));
        var bundle = TrustBundle.FromPem(site.Domain.BundlePem);
        var verified = A2AMessages.Verify(received, ChainOf(buyer), bundle, site.Domain.Name, desk.SpiffeId, DateTimeOffset.UtcNow);
        Assert.True(verified.IsValid, verified.Detail);
        Assert.Contains("\"s1\"", Encoding.UTF8.GetString(verified.Event.Data.Span), StringComparison.Ordinal);
        Assert.Contains("contextId", Encoding.UTF8.GetString(received), StringComparison.Ordinal);
        var identity = site.Get<Trust.Gateway.IGatewayIdentity>();
        var way = A2AMessages.VerifyHops(received, desk.SpiffeId, (by, _, _) => Core.Crypto.VerificationKey.TryCreate(by == identity.Name ? identity.Current.Certificate.PublicKey : buyer.Certificate.PublicKey), DateTimeOffset.UtcNow);
        Assert.True(way.FirstBroken is null, way.FirstBroken?.Detail);
        Assert.Equal(2, way.Links.Count);
    }

    private static string Key(TestAgent agent) => agent.Key.ExportPkcs8PrivateKeyPem();

    private static string ChainOf(TestAgent agent) => string.Join('\n', new[] { agent.Certificate }.Concat(agent.Chain).Select(c => c.ExportCertificatePem()));
}
