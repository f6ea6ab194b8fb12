using A2AConsole.Data.Entities;
using Microsoft.AspNetCore.Identity;

namespace A2AConsole.Web.Access;

/// <summary>The demo world's people: one for each role, with one printed password. They exist only with <c>--demo</c>.</summary>
public static class DemoUsers
{
    public const string Password = "Demo-acme-2026";

    /// <summary>User name, display name and role.</summary>
    public static IReadOnlyList<(string UserName, string DisplayName, string Role)> All { get; } =
    [
        ("analyst@acme.example", "Ana Lindqvist", Roles.Analyst),
        ("owner@acme.example", "Omar Haddad", Roles.Owner),
        ("manager@acme.example", "Mei Tanaka", Roles.Manager),
        ("auditor@acme.example", "Aurel Popescu", Roles.Auditor),
        ("admin@acme.example", "Ada Okafor", Roles.Administrator),
    ];

    internal static async Task EnsureAsync(IServiceProvider services)
    {
        using var scope = services.CreateScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<ConsoleUser>>();
        foreach (var (userName, displayName, role) in All)
        {
            if (await users.FindByNameAsync(userName) is not null)
                continue;
            var user = new ConsoleUser { UserName = userName, Email = userName, DisplayName = displayName, IsDemo = true, LockoutEnabled = true };
            Check(await users.CreateAsync(user, Password));
            Check(await users.AddToRoleAsync(user, role));
        }
    }

    private static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
            throw new InvalidOperationException("A demo user could not be made: " + string.Join("; ", result.Errors.Select(e => e.Description)));
    }
}
