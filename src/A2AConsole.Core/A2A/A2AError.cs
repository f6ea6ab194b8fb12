namespace A2AConsole.Core.A2A;

/// <summary>One kind of error as the protocol has them (A2A 1.0 §5.4, §9.5, §11.6).</summary>
/// <param name="Code">JSON-RPC's <c>error.code</c>.</param>
/// <param name="Reason">ErrorInfo's <c>reason</c>.</param>
/// <param name="HttpStatus">The status of a REST answer. A JSON-RPC answer is 200 whatever went wrong.</param>
/// <param name="Status">google.rpc.Status' name of it.</param>
/// <param name="Message">The protocol's own short sentence.</param>
public sealed record A2AError(int Code, string Reason, int HttpStatus, string Status, string Message)
{
    public static A2AError Parse { get; } = new(-32700, "INVALID_JSON", 400, "INVALID_ARGUMENT", "Invalid JSON payload");
    public static A2AError InvalidRequest { get; } = new(-32600, "INVALID_REQUEST", 400, "INVALID_ARGUMENT", "Request payload validation error");
    public static A2AError MethodNotFound { get; } = new(-32601, "METHOD_NOT_FOUND", 404, "NOT_FOUND", "Method not found");
    public static A2AError InvalidParams { get; } = new(-32602, "INVALID_PARAMS", 400, "INVALID_ARGUMENT", "Invalid parameters");
    public static A2AError Internal { get; } = new(-32603, "INTERNAL_ERROR", 500, "INTERNAL", "Internal error");
    public static A2AError TaskNotFound { get; } = new(-32001, "TASK_NOT_FOUND", 404, "NOT_FOUND", "Task not found");
    public static A2AError TaskNotCancelable { get; } = new(-32002, "TASK_NOT_CANCELABLE", 400, "FAILED_PRECONDITION", "Task cannot be canceled");
    public static A2AError PushNotificationNotSupported { get; } = new(-32003, "PUSH_NOTIFICATION_NOT_SUPPORTED", 400, "FAILED_PRECONDITION", "Push notifications are not supported");
    public static A2AError UnsupportedOperation { get; } = new(-32004, "UNSUPPORTED_OPERATION", 400, "FAILED_PRECONDITION", "This operation is not supported");
    public static A2AError ContentTypeNotSupported { get; } = new(-32005, "CONTENT_TYPE_NOT_SUPPORTED", 400, "INVALID_ARGUMENT", "Incompatible content types");
    public static A2AError InvalidAgentResponse { get; } = new(-32006, "INVALID_AGENT_RESPONSE", 500, "INTERNAL", "Invalid agent response");
    public static A2AError ExtendedCardNotConfigured { get; } = new(-32007, "EXTENDED_AGENT_CARD_NOT_CONFIGURED", 400, "FAILED_PRECONDITION", "The extended agent card is not configured");
    public static A2AError ExtensionSupportRequired { get; } = new(-32008, "EXTENSION_SUPPORT_REQUIRED", 400, "FAILED_PRECONDITION", "A required extension is missing");
    public static A2AError VersionNotSupported { get; } = new(-32009, "VERSION_NOT_SUPPORTED", 400, "FAILED_PRECONDITION", "The protocol version is not supported");

    /// <summary>The errors that are A2A's own, −32001 to −32009 in that order.</summary>
    public static IReadOnlyList<A2AError> Own { get; } =
    [
        TaskNotFound, TaskNotCancelable, PushNotificationNotSupported, UnsupportedOperation, ContentTypeNotSupported, InvalidAgentResponse,
        ExtendedCardNotConfigured, ExtensionSupportRequired, VersionNotSupported,
    ];
}

/// <summary>Why a request is refused.</summary>
/// <param name="Error">The protocol's kind of error.</param>
/// <param name="Code">Our stable code: what went wrong in particular.</param>
/// <param name="Detail">One sentence for people: what was wrong and what would be right; no payload content.</param>
public sealed record A2AFault(A2AError Error, string Code, string Detail)
{
    /// <summary>A fault of what the request says.</summary>
    public static A2AFault Of(string code, string detail) => Invalid(code, detail);

    internal static A2AFault Invalid(string code, string detail) => new(A2AError.InvalidParams, code, detail);
}
