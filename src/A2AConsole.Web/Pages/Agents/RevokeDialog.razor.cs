using System.Security.Claims;
using A2AConsole.Data.Queries;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MudBlazor;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>Says in numbers what revoking a certificate does, asks for the reason, and does it.</summary>
public sealed partial class RevokeDialog
{
    private ClaimsPrincipal _user = new();
    private RevocationImpact? _impact;
    private string _reason = "";
    private string? _why, _failed;
    private bool _asked, _busy;

    [CascadingParameter] public required IMudDialogInstance Dialog { get; set; }
    /// <summary>The certificate.</summary>
    [Parameter, EditorRequired] public string Serial { get; set; } = "";

    [Inject] public required AgentActions Actions { get; init; }
    [Inject] public required CertificateQueries Certificates { get; init; }
    [Inject] public required AuthenticationStateProvider Authentication { get; init; }
    [Inject] public required TimeProvider Clock { get; init; }

    protected override async Task OnInitializedAsync()
    {
        _user = (await Authentication.GetAuthenticationStateAsync()).User;
        _impact = await Certificates.ImpactAsync(Serial);
        _failed = _impact is null ? "There is no certificate with this serial. Nothing was changed." : null;
        _why = AgentActions.WhyNotRevoke(_user, _impact?.Owner);
    }

    private async Task RevokeAsync()
    {
        if (RevocationChoice.Find(_reason) is not { } reason)
        {
            _asked = true;
            return;
        }
        _busy = true;
        try
        {
            if (await Actions.RevokeAsync(_user, Serial, reason))
                Dialog.Close(DialogResult.Ok(Serial));
            else
                _failed = "Somebody else has revoked it already. Close this to see how it stands.";
        }
        catch (NotPermittedException refusal)
        {
            _why = refusal.Message;
        }
        catch (Exception)
        {
            _failed = "The ledger did not take the revocation: the certificate is still valid. Try again.";
        }
        finally
        {
            _busy = false;
        }
    }
}
