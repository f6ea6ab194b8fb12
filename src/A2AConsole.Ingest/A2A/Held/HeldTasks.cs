using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using A2AConsole.Core.A2A;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Ingest.Edge;
using A2AConsole.Policy.Deciding;
using Microsoft.AspNetCore.Http;

namespace A2AConsole.Ingest.A2A.Held;

/// <summary>
/// Answers for the tasks that senders were given while their messages wait: from the store, to the sender only. Once the agent has the message, the task is the agent's
/// own under the id that the sender knows: its state is asked for when it goes on, and a cancellation is passed on to it.
/// </summary>
internal sealed class HeldTasks(HeldQueries queries, IHeldMessages held, AgentCalls calls, ILedger ledger)
{
    /// <summary>How the ids of our tasks begin.</summary>
    public const string Prefix = "held-";

    private const int MostListed = 50;

    /// <summary>A new task's id.</summary>
    public static string NewId() => Prefix + Guid.NewGuid().ToString("N");

    /// <summary>Whether a request to list tasks asks for a page after the first.</summary>
    public static bool IsFurther(ReadOnlyMemory<byte> body, string? query)
    {
        if (!string.IsNullOrEmpty(query))
            return true;
        if (body.IsEmpty)
            return false;
        // Read before: it parses.
        using var document = JsonDocument.Parse(body);
        return document.RootElement.TryGetProperty("params", out var parameters) && parameters.ValueKind == JsonValueKind.Object
            && parameters.TryGetProperty("pageToken", out var token) && token.ValueKind == JsonValueKind.String && token.GetString()!.Length > 0;
    }

    /// <summary>Whether a task is one of ours; what we don't know of under that name is the agent's.</summary>
    public async Task<HeldMessage?> FindAsync(string? taskId, EdgePeer peer, A2AAgent agent, CancellationToken cancellationToken)
        => taskId is not null && taskId.StartsWith(Prefix, StringComparison.Ordinal) && await queries.OfTaskAsync(taskId, cancellationToken) is { } found
            && found.Agent.SpiffeId == peer.AgentId && found.Receiver == agent.SpiffeId ? found : null;

    /// <summary>Answers an operation on such a task; a fault when it is not one that can be done.</summary>
    public async Task<A2AFault?> AnswerAsync(HttpContext context, A2ABinding binding, A2ARequest request, HeldMessage message, A2AAgent agent)
    {
        switch (request.Method.Operation)
        {
            case A2AOperation.GetTask:
                await A2AReply.WriteResultAsync(context, binding, await CurrentAsync(message, agent, context.RequestAborted));
                return null;
            case A2AOperation.CancelTask:
                return await CancelAsync(context, binding, message, agent);
            case A2AOperation.SubscribeToTask:
                await SubscribeAsync(context, binding, message, agent);
                return null;
            case A2AOperation.SendMessage or A2AOperation.SendStreamingMessage:
                return new(A2AError.UnsupportedOperation, "task-held", HeldTaskJson.AgentTaskOf(message) is { } own
                    ? $"This task is the agent's {own} by now: go on with that." : "The message of this task was not delivered, so nothing can be added to it.");
            default:
                return new(A2AError.PushNotificationNotSupported, "task-held", "Nobody is notified about a message that waits: get the task, or subscribe to it.");
        }
    }

    /// <summary>Puts a sender's tasks that the agent knows nothing of before those that it lists.</summary>
    public async Task<JsonNode?> ListedAsync(JsonElement answer, EdgePeer peer, A2AAgent agent, CancellationToken cancellationToken)
    {
        var own = await queries.WithoutAnswerAsync(peer.AgentId, agent.SpiffeId, MostListed, cancellationToken);
        if (JsonNode.Parse(answer.GetRawText()) is not JsonObject list)
            return null;
        if (own.Count == 0)
            return list;
        var tasks = list["tasks"] as JsonArray ?? [];
        list["tasks"] = tasks;
        for (var i = 0; i < own.Count; i++)
            tasks.Insert(i, HeldTaskJson.Of(own[i]));
        if (list["totalSize"]?.GetValueKind() == JsonValueKind.Number)
            list["totalSize"] = list["totalSize"]!.GetValue<long>() + own.Count;
        return list;
    }

    private async Task<JsonObject> CurrentAsync(HeldMessage message, A2AAgent agent, CancellationToken cancellationToken)
    {
        var task = HeldTaskJson.Of(message);
        if (message.State != HeldState.Delivered || HeldTaskJson.IsFinal(task) || HeldTaskJson.AgentTaskOf(message) is not { } own)
            return task;
        var answer = await AskAsync(message, agent, own, A2AOperation.GetTask, cancellationToken);
        return answer.End == CallEnd.Answered && JsonNode.Parse(answer.Result.GetRawText()) is JsonObject current ? HeldTaskJson.Mapped(message, current) : task;
    }

    private async Task<A2AFault?> CancelAsync(HttpContext context, A2ABinding binding, HeldMessage message, A2AAgent agent)
    {
        if (message.State == HeldState.Waiting && await held.CancelAsync(message.Id, message.Agent.SpiffeId, CancellationToken.None))
        {
            await A2AReply.WriteResultAsync(context, binding, HeldTaskJson.Of((await queries.FindAsync(message.Id, CancellationToken.None))!));
            return null;
        }
        if (message.State == HeldState.Delivered && HeldTaskJson.AgentTaskOf(message) is { } own)
        {
            var answer = await AskAsync(message, agent, own, A2AOperation.CancelTask, context.RequestAborted);
            if (answer.End == CallEnd.Answered && JsonNode.Parse(answer.Result.GetRawText()) is JsonObject cancelled)
            {
                await A2AReply.WriteResultAsync(context, binding, HeldTaskJson.Mapped(message, cancelled));
                return null;
            }
        }
        return new(A2AError.TaskNotCancelable, "task-not-cancelable", "The message does not wait any more, so it cannot be taken back.");
    }

    private Task<CallAnswer> AskAsync(HeldMessage message, A2AAgent agent, string task, A2AOperation operation, CancellationToken cancellationToken)
    {
        var route = HeldRoute.Parse(message.Route)!;
        if (route.Rest is null)
        {
            var call = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = A2AMethod.Of(operation).Method, ["params"] = new JsonObject { ["id"] = task } };
            return calls.SendAsync(agent, route, HttpMethod.Post, agent.Options.JsonRpc!, Encoding.UTF8.GetBytes(call.ToJsonString()), message.Agent.SpiffeId, cancellationToken);
        }
        var isCancel = operation == A2AOperation.CancelTask;
        var address = new Uri($"{agent.Options.Rest!.AbsoluteUri.TrimEnd('/')}/tasks/{Uri.EscapeDataString(task)}{(isCancel ? ":cancel" : "")}");
        return calls.SendAsync(agent, route, isCancel ? HttpMethod.Post : HttpMethod.Get, address, isCancel ? "{}"u8.ToArray() : default, message.Agent.SpiffeId, cancellationToken);
    }

    /// <summary>A stream of what becomes of the message, until it has ended or the agent has it.</summary>
    private async Task SubscribeAsync(HttpContext context, A2ABinding binding, HeldMessage message, A2AAgent agent)
    {
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void Heard(LedgerHead head) => changes.Writer.TryWrite(true);
        ledger.Committed += Heard;
        try
        {
            HeldState? told = null;
            while (true)
            {
                // Looked at after listening began: no change is missed.
                var current = (await queries.FindAsync(message.Id, context.RequestAborted))!;
                if (current.State != told)
                    await A2AReply.WriteEventAsync(context, binding, await CurrentAsync(current, agent, context.RequestAborted));
                told = current.State;
                if (current.State is not (HeldState.Waiting or HeldState.Released or HeldState.Delivering))
                    return;
                await changes.Reader.ReadAsync(context.RequestAborted);
            }
        }
        finally
        {
            ledger.Committed -= Heard;
        }
    }
}
