using A2AConsole.Policy.AuthZen;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace A2AConsole.Ingest.Edge;

/// <summary>Lets only the configured callers ask for decisions: what policy says of an agent tells a stranger what would pass.</summary>
internal sealed class AuthZenDoor(IEnumerable<string> callers)
{
    private const string Discovery = "/.well-known/authzen-configuration";
    private readonly HashSet<string> _callers = new(callers, StringComparer.Ordinal);

    public Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path;
        if (!path.StartsWithSegments("/access", StringComparison.OrdinalIgnoreCase) && !path.Equals(Discovery, StringComparison.OrdinalIgnoreCase))
            return next(context);
        return _callers.Contains(context.Features.GetRequiredFeature<EdgePeer>().AgentId) ? next(context)
            : Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "authzen-caller", "This agent may not ask for decisions", "Ask an administrator to name its SPIFFE ID in A2AConsole:Ingest:AuthZenCallers.", w => w.WriteString("code"u8, "authzen-caller"));
    }
}
