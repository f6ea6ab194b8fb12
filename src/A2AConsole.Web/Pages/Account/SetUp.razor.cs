using A2AConsole.Data.Ledger;
using A2AConsole.Data.Users;
using A2AConsole.Web.Access;
using Microsoft.AspNetCore.Components;

namespace A2AConsole.Web.Pages.Account;

/// <summary>The page behind the link that the first start prints.</summary>
public sealed partial class SetUp
{
    private bool _open, _expired;
    private bool _isFirst = true;
    private string? _fault;

    [CascadingParameter] private HttpContext Context { get; set; } = null!;
    [SupplyParameterFromQuery(Name = "token")] private string? Token { get; set; }
    [SupplyParameterFromForm(Name = "userName", FormName = "set-up")] private string? UserName { get; set; }
    [SupplyParameterFromForm(Name = "password", FormName = "set-up")] private string? Password { get; set; }
    [SupplyParameterFromForm(Name = "again", FormName = "set-up")] private string? Again { get; set; }

    [Inject] public required SetUpLink Link { get; init; }
    [Inject] public required IServiceProvider Services { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }

    [Inject] public required ConsoleUsers Users { get; init; }
    [Inject] public required ILogger<SetUp> Logger { get; init; }

    protected override async Task OnInitializedAsync()
    {
        (_open, _expired) = (Link.IsValid(Token), Link.HasExpired(Token));
        // Said only to who holds the link: whether there is an administrator is nobody else's business.
        _isFirst = !(_open || _expired) || !await Users.AnyInRoleAsync(Roles.Administrator);
        if (_expired)
            Logger.LogWarning("The link to make an administrator was opened after it had expired; start the console again{Option} for a new one", _isFirst ? "" : " with --new-admin-link");
    }

    private async Task SubmitAsync()
    {
        if (!_open)
            return;
        if (Password != Again)
        {
            _fault = "The two passwords differ.";
            return;
        }
        var accounts = Services.GetRequiredService<UserAdministration>();
        try
        {
            var user = await accounts.PrepareAsync(UserName ?? "", "", Password);
            if (!await OnceAsync(Link, Token, () => accounts.AddAsync(user, Roles.Administrator, "system", _isFirst ? "The first administrator was made over the set-up link" : "An administrator was made over a link that the start was asked for", Context.RequestAborted),
                async () => await Users.FindAsync(user.Id) is not null))
            {
                _open = false;
                return;
            }
        }
        catch (UserChangeRefusedException refused)
        {
            _fault = refused.Message;
            return;
        }
        catch (LedgerUnavailableException)
        {
            _fault = "The ledger takes no records at the moment, and no administrator is made unrecorded. The link stays good: try again in a minute.";
            return;
        }
        Navigation.NavigateTo(AccessRules.SignInWithNewPath);
    }

    /// <summary>Spends the link on <paramref name="make"/>; false when it is no good. When that failed and she was not made, the link is good again.</summary>
    internal static async Task<bool> OnceAsync(SetUpLink link, string? token, Func<Task> make, Func<Task<bool>> isThereOne)
    {
        if (!link.TrySpend(token))
            return false;
        try
        {
            await make();
            return true;
        }
        catch
        {
            if (!await isThereOne())
                link.GiveBack(token);
            throw;
        }
    }
}
