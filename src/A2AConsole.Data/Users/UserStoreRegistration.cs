using A2AConsole.Data.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.AspNetCore.Identity;

namespace A2AConsole.Data;

/// <summary>Registers where people are kept.</summary>
public static class UserStoreRegistration
{
    /// <summary>Keeps Identity's users and roles in the console's store, and adds <see cref="ConsoleUsers"/>.</summary>
    public static IdentityBuilder AddConsoleUserStore(this IdentityBuilder builder)
    {
        builder.AddEntityFrameworkStores<ConsoleDbContext>();
        builder.Services.AddSingleton<ConsoleUsers>();
        return builder;
    }
}
