using System.Text.Json.Nodes;
using A2AConsole.Core.Approvals;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Stores;
using A2AConsole.Data.Users;
using A2AConsole.Policy.Approvals;
using A2AConsole.Web.Pages.Approvals;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;

namespace A2AConsole.Web.Access;

/// <summary>What an account needs besides its pages: signing out, and the ceremonies of passkeys, which a page's circuit cannot hold.</summary>
internal static class AccountEndpoints
{
    public static void MapAccount(this WebApplication app)
    {
        app.MapPost("/account/sign-out", async (HttpContext context, SignInManager<ConsoleUser> signIn, IAntiforgery antiforgery, EndedSessions ended) =>
        {
            if (!await antiforgery.IsRequestValidAsync(context))
                return Results.BadRequest();
            ended.End(context.User);
            await signIn.SignOutAsync();
            return Results.LocalRedirect("~" + AccessRules.SignInPath);
        });
        app.MapPost("/account/passkeys/options", (HttpContext context, Passkeys passkeys, IAntiforgery antiforgery) => AnsweredAsync(context, antiforgery, async _ =>
            await passkeys.CreationOptionsAsync(context.User) is { } options ? (new JsonObject { ["options"] = JsonNode.Parse(options) }, null) : (null, "You are not signed in any more.")));
        app.MapPost("/account/passkeys/enrol", (HttpContext context, Passkeys passkeys, IAntiforgery antiforgery) => AnsweredAsync(context, antiforgery, async body =>
            (new JsonObject(), await passkeys.EnrolAsync(context.User, Text(body, "credential"), (string?)body["name"]))));
        app.MapPost("/account/approvals/options", (HttpContext context, Passkeys passkeys, ApprovalActions approvals, IAntiforgery antiforgery) => AnsweredAsync(context, antiforgery, async body =>
        {
            var say = new ApprovalSay(Enum.Parse<ApprovalChoice>(Text(body, "choice")), Text(body, "reason"), (long?)body["limit"], (bool?)body["inBulk"] ?? false);
            var asked = await passkeys.AskAsync(context, await approvals.PrepareAsync(context.User, (int)body["approval"]!, say));
            return (asked.Result, asked.Fault);
        }));
        app.MapPost("/account/approvals", (HttpContext context, Passkeys passkeys, ApprovalActions approvals, IAntiforgery antiforgery) => AnsweredAsync(context, antiforgery, async body =>
        {
            var signed = await passkeys.AnswerAsync(context, Text(body, "ceremony"), Text(body, "credential"));
            if (signed.Result is not { } decision)
                return (null, signed.Fault);
            var outcome = await approvals.DecideAsync(context.User, decision.Record, decision.Assertion);
            return (new JsonObject { ["said"] = ApprovalWords.Said(outcome) }, null);
        }));
    }

    /// <summary>Reads a JSON body, and answers with an object or with <c>{fault}</c>: a sentence for the page.</summary>
    private static async Task<IResult> AnsweredAsync(HttpContext context, IAntiforgery antiforgery, Func<JsonObject, Task<(JsonObject? Answer, string? Fault)>> act)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
            return Fault("The page is an old one: load it again.");
        try
        {
            var body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted) as JsonObject ?? [];
            var (answer, fault) = await act(body);
            return fault is null ? Results.Content((answer ?? []).ToJsonString(), "application/json") : Fault(fault);
        }
        catch (Exception e) when (e is ApprovalRefusedException or UserChangeRefusedException or Pages.Agents.NotPermittedException)
        {
            return Fault(e.Message);
        }
        catch (LedgerUnavailableException)
        {
            return Fault("The ledger did not take it: nothing was decided. Try again.");
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or FormatException or ArgumentException or KeyNotFoundException or InvalidOperationException { TargetSite.DeclaringType.Namespace: "System.Text.Json.Nodes" })
        {
            return Fault("The browser sent something that is not understood here. Load the page again.");
        }
    }

    private static string Text(JsonObject body, string name) => (string?)body[name] ?? throw new FormatException($"'{name}' is missing");

    private static IResult Fault(string why) => Results.Content(new JsonObject { ["fault"] = why }.ToJsonString(), "application/json", statusCode: StatusCodes.Status400BadRequest);
}
