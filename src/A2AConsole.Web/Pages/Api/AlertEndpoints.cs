using System.Globalization;
using System.Security.Claims;
using System.Text.Json.Nodes;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Web.Access;
using A2AConsole.Web.Live;

namespace A2AConsole.Web.Pages.Api;

/// <summary>Alerts for programs. An owner's token reads what is about her own agents.</summary>
internal static class AlertEndpoints
{
    public const int DefaultTake = 100, MostTake = 500;

    public static void MapAlerts(this WebApplication app)
    {
        var group = app.MapGroup("/v1/alerts").RequireAuthorization(TokenSignIn.Policy);
        group.MapGet("", PageAsync);
        group.MapGet("/{id}", OneAsync);
        app.MapHub<AlertHub>(AlertHub.Path, o => o.CloseOnAuthenticationExpiration = true).RequireAuthorization(TokenSignIn.Policy);
    }

    public static void AddAlertApi(this IServiceCollection services)
    {
        services.AddSingleton<AlertFeed>();
        services.AddSingleton<ApiTokens>();
        services.AddSingleton<TokenDesk>();
        services.AddSingleton<AlertJson>();
        services.AddSignalR();
        services.AddSingleton<AlertBroadcast>();
        services.AddHostedService(s => s.GetRequiredService<AlertBroadcast>());
    }

    /// <summary>Whose agents somebody may read about; null: everybody's.</summary>
    public static string? OwnOnly(ClaimsPrincipal user) => user.IsInRole(Roles.Owner) ? user.Identity!.Name : null;

    private static async Task<IResult> PageAsync(HttpContext http, AlertFeed feed, AlertJson json, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        if (query.Keys.FirstOrDefault(k => k is not ("after" or "take" or "state" or "severity" or "kind" or "agent" or "since" or "incident")) is { } unknown)
            return ApiProblem.Of(StatusCodes.Status400BadRequest, "query-unknown", $"'{Short(unknown)}' is no parameter; there are after, take, state, severity, kind, agent, since and incident.");
        string? fault = null;
        var take = Number("take", 1, MostTake) ?? DefaultTake;
        var filter = new AlertFeedFilter
        {
            After = Number("after", 0, long.MaxValue), State = Word<AlertState>("state"), Severity = Word<AlertSeverity>("severity"), Kind = Word<AlertKind>("kind"), Incident = Number("incident", 0, long.MaxValue),
            Agent = Value("agent"), Since = Time("since"), Owner = OwnOnly(http.User),
        };
        if (fault is not null)
            return ApiProblem.Of(StatusCodes.Status400BadRequest, "query-malformed", fault);
        // One more than asked for says whether there are more.
        var rows = await feed.PageAsync(filter, (int)take + 1, cancellationToken);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new JsonObject
        {
            ["items"] = new JsonArray([.. rows.Take((int)take).Select(a => (JsonNode)json.Of(a, whole: false))]),
            // Where to read on; the same one again when nothing was new.
            ["next"] = rows.Count > 0 ? rows[Math.Min(rows.Count, (int)take) - 1].Id : filter.After,
            ["more"] = rows.Count > take,
        });

        string? Value(string name) => query[name].ToString() is { Length: > 0 } value ? value : null;

        long? Number(string name, long least, long most)
        {
            if (Value(name) is not { } text)
                return null;
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
                return number;
            fault ??= most == long.MaxValue ? $"'{name}' is '{Short(text)}'; right is an alert's or incident's number." : $"'{name}' is '{Short(text)}'; right is {least} to {most}.";
            return null;
        }

        T? Word<T>(string name) where T : struct, Enum
        {
            if (Value(name) is not { } text)
                return null;
            if (AlertJson.TryWord<T>(text, out var value))
                return value;
            fault ??= $"'{name}' is '{Short(text)}'; right is one of {string.Join(", ", Enum.GetValues<T>().Select(AlertJson.Word))}.";
            return null;
        }

        DateTimeOffset? Time(string name)
        {
            if (Value(name) is not { } text)
                return null;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
                return at;
            fault ??= $"'{name}' is '{Short(text)}'; right is a time as 2026-11-25T10:00:00Z.";
            return null;
        }
    }

    private static async Task<IResult> OneAsync(HttpContext http, string id, AlertFeed feed, AlertJson json, CancellationToken cancellationToken)
    {
        if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return ApiProblem.Of(StatusCodes.Status400BadRequest, "query-malformed", $"'{Short(id)}' is no alert's number.");
        var alert = await feed.FindAsync(number, cancellationToken);
        // What is somebody else's is not told from what is not there.
        if (alert is null || (OwnOnly(http.User) is { } owner && alert.Agent?.Owner != owner))
            return ApiProblem.Of(StatusCodes.Status404NotFound, "alert-unknown", $"There is no alert {number}, or this token's role may not read it.");
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(json.Of(alert, whole: true));
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
