using System.Text.Json;
using A2AConsole.Core.A2A;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Ingest.Tests.A2A;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Deciding;
using A2AConsole.Testing;
using A2AConsole.Trust.Findings;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Ingest.Tests.Deciding;

/// <summary>A message that waits at the gateway: its sender's task, through restarts, until it is delivered once or ends.</summary>
public sealed class HeldGatewayTests
{
    private readonly PlayedDesk _desk = new();

    private async Task<GatewaySite> StartAsync(Action<A2AOptions>? more = null)
    {
        var gateway = await GatewaySite.StartAsync(more, s => DecidingSite.Services(s, _desk));
        await ReadyAsync(gateway);
        await gateway.Site.GrantAsync(gateway.Buyer, "procurement");
        return gateway;
    }

    private static Task ReadyAsync(GatewaySite gateway) => gateway.Site.Get<IActivePolicy>().Ready.WaitAsync(Eventually.Patience);

    private static string Large(GatewaySite gateway, string method = "SendMessage", string proposal = "p1") => gateway.Send(e: gateway.Buyer.Purchase(70_000, gateway.Desk.SpiffeId, proposal), method: method);

    private static string Call(string method, string task) => "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"" + method + "\",\"params\":{\"id\":\"" + task + "\"}}";

    private static (string Id, string State) TaskOf(JsonElement task) => (task.GetProperty("id").GetString()!, task.GetProperty("status").GetProperty("state").GetString()!);

    private static async Task<(string Id, string State)> GetAsync(GatewaySite gateway, string task)
        => TaskOf((await gateway.PostAsync(Call("GetTask", task))).Json.GetProperty("result"));

    private Task<ReleaseOutcome> ApproveAsync(GatewaySite gateway, int number = 0, int approval = 1)
        => gateway.Site.Get<IHeldMessages>().ReleaseAsync(_desk.Asked[number].Held.Id, DecidingSite.Approval(_desk.Asked[number].Held, 9_000_000, approval));

    private static Task<HeldMessage> StateAsync(GatewaySite gateway, HeldState state)
        => gateway.Site.Ledger.FindAsync(() => gateway.Site.QueryAsync(db => db.HeldMessages.AsNoTracking().FirstOrDefaultAsync(h => h.State == state)), state.ToString());

    [Fact]
    public async Task A_message_that_waits_survives_a_restart_and_is_delivered_once_when_it_is_approved()
    {
        await using var gateway = await StartAsync();
        var body = Large(gateway);
        var (status, json, _) = await gateway.PostAsync(body);
        var (id, state) = TaskOf(json.GetProperty("result").GetProperty("task"));
        Assert.Equal((200, "TASK_STATE_AUTH_REQUIRED"), (status, state));
        Assert.Contains("A person must approve", json.GetRawText(), StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Requests);

        await gateway.Site.RestartAsync();
        await ReadyAsync(gateway);
        Assert.Equal((id, "TASK_STATE_AUTH_REQUIRED"), await GetAsync(gateway, id));
        // It is its sender's: to anybody else the agent answers, who knows of no such task.
        using var stranger = gateway.Desk.Connect();
        using var asked = new HttpRequestMessage(HttpMethod.Post, gateway.Gateway) { Content = new StringContent(Call("GetTask", id), System.Text.Encoding.UTF8, "application/json") };
        asked.Headers.Add("A2A-Version", "1.0");
        var other = await (await stranger.SendAsync(asked, TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("AUTH_REQUIRED", other, StringComparison.Ordinal);
        gateway.Upstream.Requests.Clear();
        gateway.Upstream.Answer = static context => context.Response.WriteAsJsonAsync(new { jsonrpc = "2.0", id = 1, result = new { tasks = Array.Empty<object>(), totalSize = 0, nextPageToken = "" } });
        var listed = (await gateway.PostAsync("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ListTasks\",\"params\":{}}")).Json.GetProperty("result");
        Assert.Equal(((id, "TASK_STATE_AUTH_REQUIRED"), 1), (TaskOf(listed.GetProperty("tasks")[0]), listed.GetProperty("totalSize").GetInt32()));
        gateway.Upstream.Requests.Clear();

        gateway.Upstream.Answer = static context => context.Response.WriteAsJsonAsync(new { jsonrpc = "2.0", id = 1, result = new { task = new { id = "t-9", contextId = "c", status = new { state = "TASK_STATE_COMPLETED" } } } });
        Assert.True((await ApproveAsync(gateway)).Released);
        await StateAsync(gateway, HeldState.Delivered);
        var came = Assert.Single(gateway.Upstream.Requests);
        Assert.Equal(("/rpc", gateway.Buyer.SpiffeId, "1.0"), (came.Target, came.Headers["a2a-peer"].ToString(), came.Headers["A2A-Version"].ToString()));
        Assert.True(A2ARequestReader.TryReadJsonRpc(System.Text.Encoding.UTF8.GetBytes(came.Body), A2AVersion.V1, out var read, out _, out _));
        Assert.True(CarriedEnvelope.TryRead(read.Message!, out var carried, out _));
        var hop = Assert.Single(carried.Hops);
        // The sender's bytes, with one hop put in.
        Assert.Equal(body, came.Body.Replace(System.Text.Encoding.UTF8.GetString(hop.Span), "", StringComparison.Ordinal));

        var mapped = (await gateway.PostAsync(Call("GetTask", id))).Json.GetProperty("result");
        Assert.Equal((id, "TASK_STATE_COMPLETED"), TaskOf(mapped));
        Assert.Equal("t-9", mapped.GetProperty("metadata").GetProperty("a2aconsole").GetProperty("agentTask").GetString());
        Assert.Equal("task-held", GatewaySite.ErrorOf((await gateway.PostAsync(gateway.Send(m => m.Replace("\"role\"", "\"taskId\":\"" + id + "\",\"role\"", StringComparison.Ordinal)))).Json).Code);

        // Neither a second approval nor a restart sends it again.
        Assert.False((await ApproveAsync(gateway, approval: 2)).Released);
        await gateway.Site.RestartAsync();
        await ReadyAsync(gateway);
        gateway.Site.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("TASK_STATE_COMPLETED", (await GetAsync(gateway, id)).State);
        Assert.Single(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task Its_sender_takes_it_back_or_is_told_why_it_ended()
    {
        await using var gateway = await StartAsync();
        string[] tasks = new string[3];
        for (var i = 0; i < tasks.Length; i++)
            tasks[i] = TaskOf((await gateway.PostAsync(Large(gateway, proposal: "p" + i))).Json.GetProperty("result").GetProperty("task")).Id;
        Assert.Equal((tasks[0], "TASK_STATE_CANCELED"), TaskOf((await gateway.PostAsync(Call("CancelTask", tasks[0]))).Json.GetProperty("result")));
        Assert.Equal("task-not-cancelable", GatewaySite.ErrorOf((await gateway.PostAsync(Call("CancelTask", tasks[0]))).Json).Code);
        Assert.False((await ApproveAsync(gateway)).Released);

        Assert.True(await gateway.Site.Get<IHeldMessages>().RejectAsync(_desk.Asked[1].Held.Id, "user:olga", "The supplier is not the one we agreed on.", TestContext.Current.CancellationToken));
        var rejected = (await gateway.PostAsync(Call("GetTask", tasks[1]))).Json.GetProperty("result");
        Assert.Equal("TASK_STATE_REJECTED", TaskOf(rejected).State);
        Assert.Contains("not the one we agreed on", rejected.GetRawText(), StringComparison.Ordinal);

        var push = (await gateway.PostAsync(Call("GetTask", tasks[2]).Replace("GetTask", "ListTaskPushNotificationConfigs", StringComparison.Ordinal).Replace("\"id\":\"" + tasks[2], "\"taskId\":\"" + tasks[2], StringComparison.Ordinal))).Json;
        Assert.Equal("task-held", GatewaySite.ErrorOf(push).Code);
        gateway.Site.Clock.Advance(TimeSpan.FromMinutes(58));
        Assert.Equal("TASK_STATE_AUTH_REQUIRED", (await GetAsync(gateway, tasks[2])).State);
        gateway.Site.Clock.Advance(TimeSpan.FromMinutes(3));
        await StateAsync(gateway, HeldState.Expired);
        Assert.False((await ApproveAsync(gateway, 2)).Released);
        Assert.Empty(gateway.Upstream.Requests);
        Assert.Equal(0, await gateway.Site.QueryAsync(db => db.Commitments.CountAsync()));
    }

    [Fact]
    public async Task A_stream_tells_that_it_waits_and_a_subscription_what_becomes_of_it()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Answer = static async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"task\":{\"id\":\"t-2\",\"contextId\":\"c\",\"status\":{\"state\":\"TASK_STATE_COMPLETED\"}}}}\n\n");
        };
        var (_, json, response) = await gateway.PostAsync(Large(gateway, "SendStreamingMessage"));
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var (id, state) = TaskOf(json.GetProperty("result").GetProperty("task"));
        Assert.Equal("TASK_STATE_AUTH_REQUIRED", state);

        using var ask = new HttpRequestMessage(HttpMethod.Post, gateway.Gateway) { Content = new StringContent(Call("SubscribeToTask", id), System.Text.Encoding.UTF8, "application/json") };
        ask.Headers.Add("A2A-Version", "1.0");
        using var subscribed = await gateway.Buyer.Client.SendAsync(ask, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var lines = new StreamReader(await subscribed.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Contains("TASK_STATE_AUTH_REQUIRED", await lines.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True((await ApproveAsync(gateway)).Released);
        var rest = await lines.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.EndsWith("\n\n", rest, StringComparison.Ordinal);
        var last = rest.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)[^1].TrimStart('\n');
        Assert.Contains("TASK_STATE_COMPLETED", last, StringComparison.Ordinal);
        Assert.Contains(id, last, StringComparison.Ordinal);
        Assert.Single(gateway.Upstream.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_stop_in_the_middle_it_goes_again_only_to_an_agent_that_takes_it_once(bool once)
    {
        await using var gateway = await StartAsync(o => o.Agents[0].TakesMessagesOnce = once);
        var id = TaskOf((await gateway.PostAsync(Large(gateway))).Json.GetProperty("result").GetProperty("task")).Id;
        // What a stop between "about to send" and the answer leaves.
        await gateway.Site.QueryAsync(db => db.HeldMessages.ExecuteUpdateAsync(s => s.SetProperty(h => h.State, HeldState.Delivering)));
        await gateway.Site.RestartAsync();
        await ReadyAsync(gateway);
        if (once)
        {
            await Eventually.TrueAsync(async () =>
            {
                gateway.Site.Clock.Advance(TimeSpan.FromSeconds(2));
                return await gateway.Site.QueryAsync(db => db.HeldMessages.AnyAsync(h => h.State == HeldState.Delivered));
            });
            Assert.Single(gateway.Upstream.Requests);
            return;
        }
        await StateAsync(gateway, HeldState.Unknown);
        await gateway.Site.LeafAsync(l => l is { Kind: LeafKind.Decision, Code: "delivery-unknown" });
        Assert.Equal("TASK_STATE_FAILED", (await GetAsync(gateway, id)).State);
        await gateway.Site.LeafAsync(l => l is { Kind: LeafKind.Finding, Code: "delivery-unknown" });
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Theory]
    [InlineData(500, HeldState.Unknown)]
    [InlineData(403, HeldState.Undeliverable)]
    public async Task An_agent_that_fails_or_refuses_is_not_sent_it_again(int status, HeldState ends)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Answer = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        await gateway.PostAsync(Large(gateway));
        Assert.True((await ApproveAsync(gateway)).Released);
        await StateAsync(gateway, ends);
        gateway.Site.Clock.Advance(TimeSpan.FromMinutes(2));
        await gateway.Site.RestartAsync();
        Assert.Single(gateway.Upstream.Requests);
    }

    /// <summary>D11: middleware rewrites the amount in a message that needs a person; and D1: the message comes a second time.</summary>
    [Fact]
    public async Task What_was_rewritten_or_comes_again_asks_nobody()
    {
        await using var gateway = await StartAsync();
        var body = Large(gateway);
        var rewritten = await gateway.PostAsync(body.Replace("70000.00", "70.00", StringComparison.Ordinal));
        Assert.Equal("parts-differ", GatewaySite.ErrorOf(rewritten.Json).Code);
        await gateway.Site.LeafAsync(l => l is { Kind: LeafKind.Finding, Code: "message-differs" });
        Assert.Empty(_desk.Asked);

        await gateway.PostAsync(body);
        Assert.Equal("replayed", GatewaySite.ErrorOf((await gateway.PostAsync(body)).Json).Code);
        Assert.Single(_desk.Asked);
        Assert.Empty(gateway.Upstream.Requests);
    }
}
