using System.Text.Json;
using A2AConsole.Data.Ledger;
using A2AConsole.Ingest;
using A2AConsole.Trust.Outage;

namespace A2AConsole.Web.Hosting;

/// <summary>
/// <c>/healthz</c> (the process is worth keeping: its writer has not ended) and <c>/readyz</c> (it can do its work now: the store takes a
/// write, the authority can sign, the edge listens), for whoever watches the process. Anonymous, and therefore without reasons: those are
/// in the log.
/// </summary>
internal sealed class Health(ConsoleSettings settings, ILedgerHealth ledger, IServiceProvider services, ILogger<Health> logger)
{
    // Anybody may ask: however many do, the store is asked once in so long.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<IReadOnlyList<Part>>? _look;
    private long _lookedAt;
    private string _said = "";

    private sealed record Part(string Name, string? Fault);

    /// <summary>Answers before anything else does: a probe has no name, no proxy and no https.</summary>
    public static void Use(WebApplication app)
    {
        var health = ActivatorUtilities.CreateInstance<Health>(app.Services);
        app.Use((context, next) => context.Request.Path.Value switch
        {
            "/healthz" when IsRead(context) => AnswerAsync(context, health.Alive()),
            "/readyz" when IsRead(context) => health.ReadyAsync(context),
            _ => next(context),
        });
    }

    private static bool IsRead(HttpContext context) => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);

    private IReadOnlyList<Part> Alive() => [new("ledger", ledger.Ended)];

    private async Task ReadyAsync(HttpContext context) => await AnswerAsync(context, await FreshAsync().WaitAsync(context.RequestAborted));

    // One look for all who ask meanwhile, and not ended by any of them.
    private Task<IReadOnlyList<Part>> FreshAsync()
    {
        lock (_gate)
        {
            if (_look is null || _look.IsFaulted || _look.IsCompleted && TimeProvider.System.GetElapsedTime(_lookedAt) >= Fresh)
                (_look, _lookedAt) = (Task.Run(LookAsync), TimeProvider.System.GetTimestamp());
            return _look;
        }
    }

    private async Task<IReadOnlyList<Part>> LookAsync()
    {
        var parts = new List<Part> { new("ledger", await ledger.LookAsync(CancellationToken.None)) };
        if (settings.Has(HostRole.Authority))
            parts.Add(new("authority", await services.GetRequiredService<IAuthorityProbe>().LookAsync(CancellationToken.None)));
        if (settings.Has(HostRole.Ingest))
            parts.Add(new("edge", services.GetRequiredService<EdgeAddresses>().WhenListening.IsCompletedSuccessfully ? null : "it does not listen yet"));
        var said = string.Join("; ", parts.Where(p => p.Fault is not null).Select(p => $"{p.Name}: {p.Fault}"));
        if (said != _said)
        {
            if (said.Length > 0)
                logger.LogWarning("Not ready: {Reasons}", said);
            else
                logger.LogInformation("Ready again");
            _said = said;
        }
        return parts;
    }

    private static async Task AnswerAsync(HttpContext context, IReadOnlyList<Part> parts)
    {
        var holds = parts.All(p => p.Fault is null);
        context.Response.StatusCode = holds ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("status", holds ? "ok" : "unavailable");
            foreach (var part in parts)
                json.WriteString(part.Name, part.Fault is null ? "ok" : "unavailable");
            json.WriteEndObject();
        }
        body.WriteByte((byte)'\n');
        await context.Response.Body.WriteAsync(body.ToArray(), context.RequestAborted);
    }
}
