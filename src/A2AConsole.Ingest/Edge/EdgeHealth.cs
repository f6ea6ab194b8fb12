using A2AConsole.Data.Ledger;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Ingest.Edge;

/// <summary>What agents are told of the edge: whether it would take an event now. Why not is for its operator's log, not for them.</summary>
internal static class EdgeHealth
{
    public static async Task HandleAsync(HttpContext context)
    {
        if (context.RequestServices.GetRequiredService<ILedgerHealth>().Ended is null)
            await context.Response.WriteAsync("ok\n", context.RequestAborted);
        else
            await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "ledger-unavailable", "The ledger takes nothing", "Nothing is admitted until the edge is started again. The same bytes may come again then.", w => w.WriteString("code"u8, "ledger-unavailable"u8));
    }
}
