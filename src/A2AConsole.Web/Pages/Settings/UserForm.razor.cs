using A2AConsole.Data.Ledger;
using A2AConsole.Data.Users;
using A2AConsole.Web.Access;
using Microsoft.AspNetCore.Components;

namespace A2AConsole.Web.Pages.Settings;

/// <summary>Says what a change to an account will do, asks for its reason, and does it.</summary>
public sealed partial class UserForm
{
    private string _userName = "", _displayName = "", _reason = "";
    private string _role = Roles.Analyst;
    private string? _fault;
    private bool _busy;

    [Parameter, EditorRequired] public UserAct Act { get; set; }
    /// <summary>Whom it is about; null when one is added.</summary>
    [Parameter] public UserRow? User { get; set; }
    [Parameter] public EventCallback<UserFormResult> Done { get; set; }
    [Parameter] public EventCallback Cancelled { get; set; }

    [Inject] public required IServiceScopeFactory Scopes { get; init; }
    [Inject] public required CurrentUser Me { get; init; }

    protected override void OnInitialized() => _role = User?.Role ?? Roles.Analyst;

    private string Title => Act switch
    {
        UserAct.Add => "Add a user",
        UserAct.Role => $"Change the role of {User!.UserName}",
        UserAct.Reset => $"Reset the password of {User!.UserName}",
        UserAct.Disable => $"Disable {User!.UserName}",
        UserAct.Enable => $"Enable {User!.UserName}",
        UserAct.Unlock => $"Unlock {User!.UserName}",
        _ => throw new InvalidOperationException(),
    };

    private string Consequence => Act switch
    {
        UserAct.Add => "You get a link to hand over, with which this person chooses a password. It is good once, for one hour.",
        UserAct.Role => $"{User!.UserName} is {User.Role ?? "without a role"} now. Open sessions end within a minute; after signing in again the new role counts.",
        UserAct.Reset => "The present password stops working at once and open sessions end within a minute. You get a link to hand over, good once, for one hour.",
        UserAct.Disable => "Nobody can sign in with this account until it is enabled again, and its open sessions end within a minute. Nothing it did is removed.",
        UserAct.Enable => "This person can sign in again with the password from before.",
        UserAct.Unlock => "Wrong passwords so far are forgotten, from wherever they came, and the password from before counts again. If somebody else was guessing, reset the password instead.",
        _ => throw new InvalidOperationException(),
    };

    private string Verb => Act switch
    {
        UserAct.Add => "Add the user",
        UserAct.Role => $"Make {User!.UserName} {_role}",
        UserAct.Reset => $"Reset the password of {User!.UserName}",
        UserAct.Disable => $"Disable {User!.UserName}",
        UserAct.Enable => $"Enable {User!.UserName}",
        UserAct.Unlock => $"Unlock {User!.UserName}",
        _ => throw new InvalidOperationException(),
    };

    private async Task SubmitAsync()
    {
        if (Act != UserAct.Add && string.IsNullOrWhiteSpace(_reason))
        {
            _fault = "Say why: whoever audits this will ask.";
            return;
        }
        // The page's own right may be older than the click.
        if (!Permission.ManageUsers.Allows(await Me.PrincipalAsync()))
        {
            _fault = Permission.ManageUsers.Refusal(await Me.PrincipalAsync());
            return;
        }
        (_busy, _fault) = (true, null);
        try
        {
            await Done.InvokeAsync(await ApplyAsync());
        }
        catch (UserChangeRefusedException refused)
        {
            _fault = refused.Message;
        }
        catch (LedgerUnavailableException)
        {
            _fault = "The ledger takes no records at the moment, so nothing was changed. Try again in a minute.";
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task<UserFormResult> ApplyAsync()
    {
        await using var scope = Scopes.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserAdministration>();
        var actor = await Me.ActorAsync();
        var reason = _reason.Trim();
        switch (Act)
        {
            case UserAct.Add:
                var user = await accounts.PrepareAsync(_userName, _displayName, null);
                await accounts.AddAsync(user, _role, actor, "A user was added");
                return new(user.UserName!, await accounts.LinkAsync(user.Id));
            case UserAct.Reset:
                return new(User!.UserName, await accounts.ResetAsync(User, actor, reason));
            case UserAct.Unlock:
                await accounts.UnlockAsync(User!, actor, reason);
                break;
            case UserAct.Role:
                await accounts.ChangeRoleAsync(User!, _role, actor, reason);
                break;
            case UserAct.Disable or UserAct.Enable:
                await accounts.SetDisabledAsync(User!, Act == UserAct.Disable, actor, reason);
                break;
        }
        return new(User!.UserName, null);
    }
}
