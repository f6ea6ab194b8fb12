using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Envelopes;
using A2AConsole.Data.Entities;

namespace A2AConsole.Ingest.A2A.Held;

/// <summary>
/// The task that a sender is given for a message that waits, as it stands: <c>TASK_STATE_AUTH_REQUIRED</c> while it waits, then what became of it. Once the
/// agent has it, the agent's own task under the id that the sender knows. Pure.
/// </summary>
internal static class HeldTaskJson
{
    /// <summary>The member of a task's metadata in which we say more.</summary>
    public const string Member = "a2aconsole";

    private static readonly string[] Final = ["TASK_STATE_COMPLETED", "TASK_STATE_FAILED", "TASK_STATE_CANCELED", "TASK_STATE_REJECTED"];

    /// <summary>A held message as its sender's task.</summary>
    public static JsonObject Of(HeldMessage held, string? reason = null)
    {
        if (held.State == HeldState.Delivered && held.Answer is { } answer && Answered(held, answer) is { } mapped)
            return mapped;
        return new JsonObject
        {
            ["id"] = held.TaskId,
            ["contextId"] = ContextOf(held),
            ["status"] = new JsonObject
            {
                ["state"] = StateOf(held.State),
                ["timestamp"] = UtcTime.Format(held.EndedAt ?? held.HeldAt),
                ["message"] = Message(held, reason ?? held.Outcome ?? Words(held)),
            },
            ["metadata"] = new JsonObject { [Member] = Facts(held) },
        };
    }

    /// <summary>The agent's own task's id, when it answered with one.</summary>
    public static string? AgentTaskOf(HeldMessage held) => held.Answer is { } answer ? AnswerOf(answer)?["task"]?["id"]?.GetValue<string>() : null;

    /// <summary>An agent's task under the id that the sender knows; its own id stays in the metadata.</summary>
    public static JsonObject Mapped(HeldMessage held, JsonObject task)
    {
        var own = task["id"]?.GetValue<string>();
        task["id"] = held.TaskId;
        var metadata = task["metadata"] as JsonObject ?? [];
        var facts = Facts(held);
        facts["agentTask"] = own;
        metadata[Member] = facts;
        task["metadata"] = metadata;
        return task;
    }

    /// <summary>Whether a task goes on no more.</summary>
    public static bool IsFinal(JsonObject task) => task["status"]?["state"]?.GetValue<string>() is { } state && Final.Contains(state, StringComparer.Ordinal);

    /// <summary>
    /// What an agent's answer brings, to be kept: <c>{"task": …}</c> or <c>{"message": …}</c>. Null when it brings neither. An update of a status stands for its task.
    /// </summary>
    public static byte[]? Kept(JsonElement result)
    {
        if (result.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var member in (string[])["task", "message"])
        {
            if (result.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Object)
                return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, JsonElement> { [member] = value });
        }
        if (!result.TryGetProperty("statusUpdate", out var update) || !update.TryGetProperty("taskId", out var id) || !update.TryGetProperty("status", out var status))
            return null;
        update.TryGetProperty("contextId", out var context);
        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["task"] = new Dictionary<string, JsonElement> { ["id"] = id, ["contextId"] = context, ["status"] = status } });
    }

    private static JsonObject? Answered(HeldMessage held, byte[] answer)
    {
        var said = AnswerOf(answer);
        if (said?["task"] is JsonObject task)
            return Mapped(held, (JsonObject)task.DeepClone());
        if (said?["message"] is not JsonObject message)
            return null;
        return new JsonObject
        {
            ["id"] = held.TaskId, ["contextId"] = ContextOf(held),
            ["status"] = new JsonObject { ["state"] = "TASK_STATE_COMPLETED", ["timestamp"] = UtcTime.Format(held.EndedAt ?? held.HeldAt), ["message"] = message.DeepClone() },
            ["metadata"] = new JsonObject { [Member] = Facts(held) },
        };
    }

    private static JsonObject? AnswerOf(byte[] answer) => JsonNode.Parse(answer) as JsonObject;

    private static string ContextOf(HeldMessage held) => held.ContextId ?? held.TaskId!;

    private static JsonObject Message(HeldMessage held, string text) => new()
    {
        ["messageId"] = $"{held.TaskId}-{held.State.ToString().ToLowerInvariant()}", ["role"] = "ROLE_AGENT", ["taskId"] = held.TaskId, ["contextId"] = ContextOf(held),
        ["parts"] = new JsonArray(new JsonObject { ["text"] = text }),
    };

    private static JsonObject Facts(HeldMessage held) => new()
    {
        ["messageId"] = held.MessageId, ["messageLeaf"] = held.Id, ["decisionLeaf"] = held.DecisionId, ["needs"] = held.Needs, ["expiresAt"] = UtcTime.Format(held.ExpiresAt),
    };

    private static string StateOf(HeldState state) => state switch
    {
        HeldState.Waiting => "TASK_STATE_AUTH_REQUIRED",
        HeldState.Released or HeldState.Delivering => "TASK_STATE_WORKING",
        HeldState.Delivered => "TASK_STATE_COMPLETED",
        HeldState.Rejected => "TASK_STATE_REJECTED",
        HeldState.Cancelled => "TASK_STATE_CANCELED",
        HeldState.Expired or HeldState.Undeliverable or HeldState.Unknown => "TASK_STATE_FAILED",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    private static string Words(HeldMessage held) => held.State switch
    {
        HeldState.Waiting => "The message waits for a decision.",
        HeldState.Released or HeldState.Delivering => "The message was released and is being delivered.",
        HeldState.Delivered => "The message was delivered.",
        _ => "The message is not delivered.",
    };
}
