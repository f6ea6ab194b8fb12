using A2AConsole.Data.Entities;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;

namespace A2AConsole.Web.Access;

/// <summary>What an account needs besides its pages.</summary>
internal static class AccountEndpoints
{
    public static void MapAccount(this WebApplication app)
        => app.MapPost("/account/sign-out", async (HttpContext context, SignInManager<ConsoleUser> signIn, IAntiforgery antiforgery) =>
        {
            if (!await antiforgery.IsRequestValidAsync(context))
                return Results.BadRequest();
            await signIn.SignOutAsync();
            return Results.LocalRedirect("~" + AccessRules.SignInPath);
        });
}
