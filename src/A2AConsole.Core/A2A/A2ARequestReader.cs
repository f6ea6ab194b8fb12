using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.A2A;

/// <summary>
/// Reads requests of the protocol, strictly where two readers could otherwise see two things: a member twice, a member that another
/// reader takes for one of ours, a part with two contents, several requests in one array. Pure; nothing is re-encoded.
/// </summary>
public static class A2ARequestReader
{
    private const string What = "The request";
    private const int MaxRpcId = 256;

    private static readonly string[] RpcNames = ["jsonrpc", "id", "method", "params"];
    private static readonly string[] SendNames = ["tenant", "message", "configuration", "metadata"];
    private static readonly string[] ConfigurationNames = ["taskPushNotificationConfig", "pushNotificationConfig", "acceptedOutputModes", "historyLength", "returnImmediately", "blocking"];
    private static readonly string[] PushNames = ["tenant", "id", "taskId", "url", "token", "authentication", "pushNotificationConfig"];
    private static readonly string[] TaskNames = ["tenant", "id", "taskId", "name"];

    /// <summary>
    /// Reads a JSON-RPC request (§9). <paramref name="id"/> is its id as far as it could be read, also when it is refused, so that the
    /// refusal can be answered under it.
    /// </summary>
    public static bool TryReadJsonRpc(
        ReadOnlyMemory<byte> body, A2AVersion version, [NotNullWhen(true)] out A2ARequest? request, [NotNullWhen(false)] out A2AFault? fault, out ReadOnlyMemory<byte> id)
    {
        request = null;
        id = default;
        if (!A2AJson.TryParse(body, What, out var document, out var broken))
        {
            fault = FaultOf(broken);
            return false;
        }
        using (document)
        {
            var root = document.RootElement;
            fault = CheckRpc(root, version, out var method);
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("id", out var said) && IsId(said))
                id = body[A2AJson.RangeOf(body, said)];
            if (fault is null && id.IsEmpty)
                fault = new(A2AError.InvalidRequest, "id-invalid", $"The request needs an id: a string of at most {MaxRpcId} bytes or a whole number.");
            if (fault is not null)
                return false;
            if (!root.TryGetProperty("params", out var parameters))
            {
                fault = method!.Operation is A2AOperation.ListTasks or A2AOperation.GetExtendedCard ? null : A2AFault.Invalid("params-missing", $"{method.Method} needs params.");
                request = fault is null ? new A2ARequest { Method = method!, Version = version, Id = id } : null;
                return fault is null;
            }
            request = ReadParameters(body, parameters, method!, version, out fault);
            request = request is null ? null : request with { Id = id };
            return request is not null;
        }
    }

    /// <summary>Reads a REST request's body (§11) under what its path says. Operations that have no body take none, or an empty object.</summary>
    public static bool TryReadRest(A2ARoute route, ReadOnlyMemory<byte> body, [NotNullWhen(true)] out A2ARequest? request, [NotNullWhen(false)] out A2AFault? fault)
    {
        request = null;
        var method = A2AMethod.Of(route.Operation);
        var taskId = route.TaskId is null ? null : Uri.UnescapeDataString(route.TaskId);
        if (body.IsEmpty && !method.CarriesMessage && route.Operation != A2AOperation.CreatePushConfig)
        {
            fault = null;
            request = new A2ARequest { Method = method, Version = A2AVersion.V1, TaskId = taskId };
            return true;
        }
        if (!A2AJson.TryParse(body, What, out var document, out var broken))
        {
            fault = FaultOf(broken);
            return false;
        }
        using (document)
        {
            request = ReadParameters(body, document.RootElement, method, A2AVersion.V1, out fault);
            if (request is not null && taskId is not null && request.TaskId is not null && request.TaskId != taskId)
            {
                request = null;
                fault = A2AFault.Invalid("task-ambiguous", "The path and the body name two different tasks.");
            }
            request = request is null ? null : request with { TaskId = request.TaskId ?? taskId };
            return request is not null;
        }
    }

    internal static A2AFault FaultOf(Fault broken)
        => broken.Code == RefusalCode.DuplicateMember
            ? new(A2AError.InvalidRequest, "duplicate-member", broken.Detail)
            : new(A2AError.Parse, "malformed", broken.Detail);

    private static A2AFault? CheckRpc(JsonElement root, A2AVersion version, out A2AMethod? method)
    {
        method = null;
        if (root.ValueKind == JsonValueKind.Array)
            return new(A2AError.InvalidRequest, "batch-refused", "Several requests in one array are not taken: send each by itself.");
        if (root.ValueKind != JsonValueKind.Object)
            return new(A2AError.InvalidRequest, "malformed", "The request must be a JSON-RPC 2.0 object.");
        if (A2AJson.Lookalike(root, RpcNames) is { } name)
            return new(A2AError.InvalidRequest, "lookalike-member", $"The request has a member that some readers would take for \"{name}\"; write {name} exactly so, once.");
        if (!root.TryGetProperty("jsonrpc", out var rpc) || rpc.ValueKind != JsonValueKind.String || !rpc.ValueEquals("2.0"))
            return new(A2AError.InvalidRequest, "jsonrpc-invalid", "The request's jsonrpc must be \"2.0\".");
        if (!root.TryGetProperty("method", out var said) || said.ValueKind != JsonValueKind.String)
            return new(A2AError.InvalidRequest, "method-missing", "The request's method must be a string.");
        method = A2AMethod.Find(said.GetString()!, version);
        return method is not null ? null : new(A2AError.MethodNotFound, "method-unknown",
            version == A2AVersion.V1 ? "The method is none of A2A 1.0's, such as SendMessage; names are exact." : "The method is none of A2A 0.3's, such as message/send; names are exact.");
    }

    private static bool IsId(JsonElement id) => id.ValueKind switch
    {
        JsonValueKind.String => System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(id).Length <= MaxRpcId,
        JsonValueKind.Number => id.TryGetInt64(out _),
        _ => false,
    };

    private static A2ARequest? ReadParameters(ReadOnlyMemory<byte> body, JsonElement parameters, A2AMethod method, A2AVersion version, out A2AFault? fault)
    {
        if (method.CarriesMessage)
            return ReadSend(body, parameters, method, version, out fault);
        if (method.Operation == A2AOperation.CreatePushConfig)
            return ReadPush(parameters, method, version, out fault);
        fault = A2AMessageReader.CheckObject(parameters, "params", TaskNames);
        var byTask = method.Operation is A2AOperation.GetPushConfig or A2AOperation.ListPushConfigs or A2AOperation.DeletePushConfig && version == A2AVersion.V1;
        var task = fault is null && method.Operation != A2AOperation.ListTasks ? A2AMessageReader.Text(parameters, byTask ? "taskId" : "id", ref fault) : null;
        return fault is null ? new A2ARequest { Method = method, Version = version, TaskId = task } : null;
    }

    private static A2ARequest? ReadSend(ReadOnlyMemory<byte> body, JsonElement parameters, A2AMethod method, A2AVersion version, out A2AFault? fault)
    {
        fault = A2AMessageReader.CheckObject(parameters, "params", SendNames);
        if (fault is not null)
            return null;
        if (!parameters.TryGetProperty("message", out var value))
        {
            fault = A2AFault.Invalid("message-missing", $"{method.Method} needs a message.");
            return null;
        }
        var message = A2AMessageReader.Read(body, value, version, EnvelopeExtension.Uri, out fault);
        var push = message is null ? null : PushOf(parameters, version, ref fault);
        return fault is not null ? null : new A2ARequest { Method = method, Version = version, Message = message, TaskId = message!.TaskId, PushUrl = push };
    }

    private static string? PushOf(JsonElement parameters, A2AVersion version, ref A2AFault? fault)
    {
        if (!parameters.TryGetProperty("configuration", out var configuration) || configuration.ValueKind == JsonValueKind.Null)
            return null;
        fault = A2AMessageReader.CheckObject(configuration, "configuration", ConfigurationNames);
        if (fault is not null || !configuration.TryGetProperty(version == A2AVersion.V1 ? "taskPushNotificationConfig" : "pushNotificationConfig", out var push) || push.ValueKind == JsonValueKind.Null)
            return null;
        return UrlOf(push, ref fault);
    }

    private static A2ARequest? ReadPush(JsonElement parameters, A2AMethod method, A2AVersion version, out A2AFault? fault)
    {
        fault = A2AMessageReader.CheckObject(parameters, "push notification configuration", PushNames);
        var task = fault is null ? A2AMessageReader.Text(parameters, "taskId", ref fault) : null;
        JsonElement push = default;
        if (fault is null && version == A2AVersion.V1)
            push = parameters;
        else if (fault is null && !parameters.TryGetProperty("pushNotificationConfig", out push))
            fault = A2AFault.Invalid("push-url-missing", "The params need a pushNotificationConfig.");
        var url = fault is null ? UrlOf(push, ref fault) : null;
        return fault is null ? new A2ARequest { Method = method, Version = version, TaskId = task, PushUrl = url } : null;
    }

    private static string? UrlOf(JsonElement push, ref A2AFault? fault)
    {
        fault = A2AMessageReader.CheckObject(push, "push notification configuration", PushNames);
        if (fault is not null)
            return null;
        if (push.TryGetProperty("url", out var url) && url.ValueKind == JsonValueKind.String && url.GetString() is { Length: > 0 and <= 2048 } text)
            return text;
        fault = A2AFault.Invalid("push-url-missing", "A push notification configuration needs a url of at most 2048 characters.");
        return null;
    }
}
