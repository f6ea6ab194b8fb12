using A2AConsole.Data.Entities;
using A2AConsole.Web.Access;
using A2AConsole.Web.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace A2AConsole.Web.Pages.Account;

/// <summary>Signing in: a plain form that needs no script.</summary>
public sealed partial class SignIn
{
    private string? _fault;

    [CascadingParameter] private HttpContext Context { get; set; } = null!;
    [SupplyParameterFromForm(Name = "userName", FormName = "sign-in")] private string? UserName { get; set; }
    [SupplyParameterFromForm(Name = "password", FormName = "sign-in")] private string? Password { get; set; }
    [SupplyParameterFromQuery(Name = "ready")] private string? ReadyText { get; set; }
    [SupplyParameterFromQuery(Name = "returnUrl")] private string? ReturnUrl { get; set; }

    [Inject] public required IServiceProvider Services { get; init; }
    [Inject] public required UserManager<ConsoleUser> Users { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required ConsoleSettings Settings { get; init; }

    // Only sentences of ours are shown: an address can be written by anybody.
    private string? Ready => ReadyText switch
    {
        "account" => "The account is made. Sign in with it.",
        "password" => "The new password is set. Sign in with it.",
        _ => null,
    };

    private async Task SubmitAsync()
    {
        if (string.IsNullOrWhiteSpace(UserName) || string.IsNullOrEmpty(Password) || Password.Length > 256 || UserName.Length > 256)
        {
            _fault = "Type your user name and your password.";
            return;
        }
        var name = UserName.Trim();
        _fault = await Services.GetRequiredService<SignInService>()
            .SignInAsync(name, Password, Context.Connection.RemoteIpAddress?.ToString(), Context.RequestAborted);
        if (_fault is not null || await Users.FindByNameAsync(name) is not { } user)
            return;

        ThemeCookie.Write(Context, user.Theme);
        var role = (await Users.GetRolesAsync(user)).FirstOrDefault();
        Navigation.NavigateTo(Destination(ReturnUrl, role));
    }

    /// <summary>Where to go: what was asked for when that is a page here, else where the role lands.</summary>
    internal static string Destination(string? returnUrl, string? role)
        => returnUrl is ['/', not '/' and not '\\', ..] && !returnUrl.StartsWith("/account", StringComparison.OrdinalIgnoreCase) ? returnUrl : Roles.LandingPage(role);
}
