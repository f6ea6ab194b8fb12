using A2AConsole.Data.Entities;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;

namespace A2AConsole.Web.Access;

/// <summary>What an account needs besides its pages.</summary>
internal static class AccountEndpoints
{
    public static void MapAccount(this WebApplication app)
        => app.MapPost("/account/sign-out", async (HttpContext context, SignInManager<ConsoleUser> signIn, IAntiforgery antiforgery, EndedSessions ended) =>
        {
            if (!await antiforgery.IsRequestValidAsync(context))
                return Results.BadRequest();
            ended.End(context.User);
            await signIn.SignOutAsync();
            return Results.LocalRedirect("~" + AccessRules.SignInPath);
        });
}
