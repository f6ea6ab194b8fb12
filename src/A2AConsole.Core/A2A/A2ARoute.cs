using System.Diagnostics.CodeAnalysis;

namespace A2AConsole.Core.A2A;

/// <summary>What a REST request asks for (A2A 1.0 §11.3), read from its method and path.</summary>
/// <param name="Operation">Which operation.</param>
/// <param name="Tenant">The optional first segment, as it stands in the path.</param>
/// <param name="TaskId">The task's id as it stands in the path (still percent-encoded), or null.</param>
/// <param name="ConfigId">The push configuration's id as it stands in the path, or null.</param>
public sealed record A2ARoute(A2AOperation Operation, string? Tenant, string? TaskId, string? ConfigId)
{
    private const int MaxSegments = 6;

    /// <summary>
    /// Reads a route. <paramref name="path"/> is the part below the agent's address, beginning with '/', as it came (percent-encoded).
    /// Empty segments, dots and encoded slashes are no route: two readers could disagree about them.
    /// </summary>
    public static bool TryRead(string method, string path, [NotNullWhen(true)] out A2ARoute? route)
    {
        route = null;
        if (path.Length < 2 || path[0] != '/')
            return false;
        var segments = path[1..].Split('/');
        if (segments.Length > MaxSegments || segments.Any(s => !IsPlain(s)))
            return false;
        route = Read(method, segments, null) ?? (segments.Length > 1 ? Read(method, segments[1..], segments[0]) : null);
        return route is not null;
    }

    private static A2ARoute? Read(string method, string[] path, string? tenant) => (method, path) switch
    {
        ("POST", ["message:send"]) => new(A2AOperation.SendMessage, tenant, null, null),
        ("POST", ["message:stream"]) => new(A2AOperation.SendStreamingMessage, tenant, null, null),
        ("GET", ["extendedAgentCard"]) => new(A2AOperation.GetExtendedCard, tenant, null, null),
        ("GET", ["tasks"]) => new(A2AOperation.ListTasks, tenant, null, null),
        ("GET", ["tasks", var id]) => id.EndsWith(":subscribe", StringComparison.Ordinal) ? Verb(A2AOperation.SubscribeToTask, tenant, id, ":subscribe")
            : id.Contains(':', StringComparison.Ordinal) ? null
            : new(A2AOperation.GetTask, tenant, id, null),
        ("POST", ["tasks", var id]) => id.EndsWith(":cancel", StringComparison.Ordinal) ? Verb(A2AOperation.CancelTask, tenant, id, ":cancel")
            : id.EndsWith(":subscribe", StringComparison.Ordinal) ? Verb(A2AOperation.SubscribeToTask, tenant, id, ":subscribe")
            : null,
        ("POST", ["tasks", var id, "pushNotificationConfigs"]) => new(A2AOperation.CreatePushConfig, tenant, id, null),
        ("GET", ["tasks", var id, "pushNotificationConfigs"]) => new(A2AOperation.ListPushConfigs, tenant, id, null),
        ("GET", ["tasks", var id, "pushNotificationConfigs", var config]) => new(A2AOperation.GetPushConfig, tenant, id, config),
        ("DELETE", ["tasks", var id, "pushNotificationConfigs", var config]) => new(A2AOperation.DeletePushConfig, tenant, id, config),
        _ => null,
    };

    private static A2ARoute? Verb(A2AOperation operation, string? tenant, string segment, string verb)
        => segment.Length > verb.Length && segment.IndexOf(':', StringComparison.Ordinal) == segment.Length - verb.Length
            ? new(operation, tenant, segment[..^verb.Length], null)
            : null;

    private static bool IsPlain(string segment)
        => segment.Length is > 0 and <= 256 && segment is not ("." or "..") && !segment.Contains('\\', StringComparison.Ordinal)
            && !segment.Contains("%2f", StringComparison.OrdinalIgnoreCase) && !segment.Contains("%5c", StringComparison.OrdinalIgnoreCase)
            && !segment.Contains("%2e", StringComparison.OrdinalIgnoreCase) && !segment.Contains("%3a", StringComparison.OrdinalIgnoreCase)
            && !segment.Contains("%25", StringComparison.OrdinalIgnoreCase);
}
