using System.Security.Claims;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Users;
using Microsoft.AspNetCore.Components.Authorization;

namespace A2AConsole.Web.Access;

/// <summary>The person in front of this page, and what the console remembers for her.</summary>
public sealed class CurrentUser(AuthenticationStateProvider state, ConsoleUsers users)
{
    /// <summary>Her claims.</summary>
    public async Task<ClaimsPrincipal> PrincipalAsync() => (await state.GetAuthenticationStateAsync()).User;

    /// <summary>
    /// Her claims at the moment of an act, judged anew by her account: what a page or a dialog was opened with may be long out of
    /// date. Nobody's when her session has ended meanwhile, and then the page goes as well.
    /// </summary>
    public async Task<ClaimsPrincipal> ActingAsync() => state is CircuitUser circuit ? await circuit.JudgeAsync() : await PrincipalAsync();

    /// <summary>Her name as ledger leaves say it: <c>user:&lt;name&gt;</c>.</summary>
    public async Task<string> ActorAsync() => "user:" + (await PrincipalAsync()).Identity?.Name;

    /// <summary>What is remembered of her, or null when nobody is signed in.</summary>
    public async Task<ConsoleUser?> RecordAsync()
        => await IdAsync() is { } id ? await users.FindAsync(id) : null;

    public async Task RememberThemeAsync(string? theme)
    {
        if (await IdAsync() is { } id)
            await users.SetThemeAsync(id, theme);
    }

    public async Task RememberTablesAsync(string? tables)
    {
        if (await IdAsync() is { } id)
            await users.SetTablesAsync(id, tables);
    }

    public async Task RememberLookedAsync(DateTimeOffset at)
    {
        if (await IdAsync() is { } id)
            await users.SetLookedAsync(id, at);
    }

    public async Task RememberVerifiedAsync(long size, string root, DateTimeOffset at)
    {
        if (await IdAsync() is { } id)
            await users.SetVerifiedAsync(id, size, root, at);
    }

    private async Task<string?> IdAsync() => (await PrincipalAsync()).FindFirstValue(ClaimTypes.NameIdentifier);
}
