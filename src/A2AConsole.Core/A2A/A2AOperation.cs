namespace A2AConsole.Core.A2A;

/// <summary>What a request of the A2A protocol asks for (A2A 1.0 §5.3).</summary>
public enum A2AOperation
{
    SendMessage,
    SendStreamingMessage,
    GetTask,
    ListTasks,
    CancelTask,
    SubscribeToTask,
    CreatePushConfig,
    GetPushConfig,
    ListPushConfigs,
    DeletePushConfig,
    GetExtendedCard,
}

/// <summary>One operation's names on the wire.</summary>
/// <param name="Operation">Which it is.</param>
/// <param name="Method">Its JSON-RPC and gRPC name in 1.0; also what telemetry calls it (<c>a2a.method.name</c>).</param>
/// <param name="OldMethod">Its JSON-RPC name in 0.3, or null where 0.3 has none.</param>
public sealed record A2AMethod(A2AOperation Operation, string Method, string? OldMethod)
{
    /// <summary>Every operation.</summary>
    public static IReadOnlyList<A2AMethod> All { get; } =
    [
        new(A2AOperation.SendMessage, "SendMessage", "message/send"),
        new(A2AOperation.SendStreamingMessage, "SendStreamingMessage", "message/stream"),
        new(A2AOperation.GetTask, "GetTask", "tasks/get"),
        new(A2AOperation.ListTasks, "ListTasks", null),
        new(A2AOperation.CancelTask, "CancelTask", "tasks/cancel"),
        new(A2AOperation.SubscribeToTask, "SubscribeToTask", "tasks/resubscribe"),
        new(A2AOperation.CreatePushConfig, "CreateTaskPushNotificationConfig", "tasks/pushNotificationConfig/set"),
        new(A2AOperation.GetPushConfig, "GetTaskPushNotificationConfig", "tasks/pushNotificationConfig/get"),
        new(A2AOperation.ListPushConfigs, "ListTaskPushNotificationConfigs", "tasks/pushNotificationConfig/list"),
        new(A2AOperation.DeletePushConfig, "DeleteTaskPushNotificationConfig", "tasks/pushNotificationConfig/delete"),
        new(A2AOperation.GetExtendedCard, "GetExtendedAgentCard", "agent/getAuthenticatedExtendedCard"),
    ];

    /// <summary>Whether a message goes to the agent with it: what must be signed, admitted and decided.</summary>
    public bool CarriesMessage => Operation is A2AOperation.SendMessage or A2AOperation.SendStreamingMessage;

    /// <summary>Whether it is answered by a stream of events.</summary>
    public bool Streams => Operation is A2AOperation.SendStreamingMessage or A2AOperation.SubscribeToTask;

    /// <summary>The method of an operation.</summary>
    public static A2AMethod Of(A2AOperation operation) => All[(int)operation];

    /// <summary>The method that a JSON-RPC request names in this version, or null. Names are exact.</summary>
    public static A2AMethod? Find(string name, A2AVersion version)
        => All.FirstOrDefault(m => string.Equals(version == A2AVersion.V1 ? m.Method : m.OldMethod, name, StringComparison.Ordinal));
}
