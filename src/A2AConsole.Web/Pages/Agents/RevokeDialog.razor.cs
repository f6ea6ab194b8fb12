using System.Security.Claims;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Trust.Revoking;
using A2AConsole.Web.Shared;
using A2AConsole.Web.Access;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>Says in numbers what revoking does, for a certificate and for the scopes around it, asks for the reason, and does it.</summary>
public sealed partial class RevokeDialog
{
    private const int ShortestNote = 5;

    private ClaimsPrincipal _user = new();
    private RevocationImpact? _impact;
    private IReadOnlyList<RevocationTarget> _scopes = [];
    private RevocationTarget _choice = new(RevocationScope.Certificate, "", "This certificate", "only", "");
    private ScopeReach? _reach;
    private RevocationProgress? _progress;
    private string _reason = "", _note = "", _typed = "";
    private string? _why, _failed;
    private bool _ready, _asked, _busy;

    [CascadingParameter] public required IMudDialogInstance Dialog { get; set; }
    /// <summary>The certificate that it is opened from; with none, <see cref="Only"/> says what is revoked.</summary>
    [Parameter] public string? Serial { get; set; }
    /// <summary>The one scope that is asked for, where nobody's certificate is looked at.</summary>
    [Parameter] public RevocationTarget? Only { get; set; }

    [Inject] public required AgentActions Actions { get; init; }
    [Inject] public required CertificateQueries Certificates { get; init; }
    [Inject] public required CertificateDetailQueries Details { get; init; }
    [Inject] public required AgentDetailQueries Agents { get; init; }
    [Inject] public required ScopeQueries Scopes { get; init; }
    [Inject] public required CurrentUser Me { get; init; }
    [Inject] public required TimeProvider Clock { get; init; }

    private string Title => _choice.Scope == RevocationScope.Certificate ? "Revoke certificate" + (_impact is null ? null : $" of {_impact.Name}") : $"Revoke: {_choice.Name.ToLowerInvariant()}" + (Only is null ? null : $" {Only.Label}");

    private string Verb => _choice.Scope == RevocationScope.Certificate ? $"Revoke certificate of {_impact!.Name}" : $"Revoke {Numbers.Of(_reach?.Certificates ?? 0, "certificate")}";

    // With another certificate the agent goes on; nothing false is to be said of what stops.
    private string DependsOn => _choice.Scope == RevocationScope.Certificate && _impact?.OtherLive > 0 ? "On this agent depend" : "With it stop";

    private string? NoteFault => _asked && _note.Trim().Length < ShortestNote ? "Say in a few words what happened: it is what an auditor will read." : null;

    private string? TypedFault => _asked && _typed != _choice.Confirm ? $"Type {_choice.Confirm} exactly." : null;

    protected override async Task OnInitializedAsync()
    {
        _user = await Me.PrincipalAsync();
        if (Only is not null)
        {
            (_choice, _why, _ready) = (Only, AgentActions.WhyNotRevokeScope(_user), true);
            _reach = await Scopes.ReadAsync(Only.Scope, Only.Target);
            return;
        }
        _impact = await Certificates.ImpactAsync(Serial ?? "");
        _ready = _impact is not null;
        _failed = _impact is null ? "There is no certificate with this serial." : null;
        _why = AgentActions.WhyNotRevoke(_user, _impact?.Owner);
        if (_impact is not null && await Details.FindAsync(_impact.Serial) is { } detail && await Agents.FindAsync(_impact.AgentNumber) is { } agent)
        {
            // Who may not reach beyond her own agents is not offered to.
            var wide = AgentActions.WhyNotRevokeScope(_user) is null;
            _scopes = [.. RevocationTarget.Around(_impact.Serial, agent.SpiffeId, agent.Organisation, detail.IssuerKeyId).Where(s => wide || !s.IsWide)];
            _choice = _scopes[0];
            _reach = await Scopes.ReadAsync(_choice.Scope, _choice.Target);
        }
    }

    private async Task ChooseAsync(RevocationTarget choice)
    {
        (_choice, _reach, _asked, _typed) = (choice, null, false, "");
        var reach = await Scopes.ReadAsync(choice.Scope, choice.Target);
        if (_choice == choice)
            _reach = reach;
    }

    private async Task RevokeAsync()
    {
        _asked = true;
        if (RevocationChoice.Find(_reason) is not { } reason)
            return;
        if (_choice.Scope != RevocationScope.Certificate && (NoteFault is not null || _reach is null))
            return;
        if (_choice.IsWide && TypedFault is not null)
            return;
        _busy = true;
        try
        {
            _failed = _choice.Scope == RevocationScope.Certificate
                ? await Actions.RevokeAsync(await Me.ActingAsync(), _choice.Target, reason) ? null : "Somebody else has revoked it already. Close this to see how it stands."
                : await Actions.RevokeScopeAsync(await Me.ActingAsync(), _choice, _impact?.AgentNumber ?? 0, reason, _note.Trim(), new Progress<RevocationProgress>(Note));
            if (_failed is null)
                Dialog.Close(DialogResult.Ok(_choice.Target));
        }
        catch (NotPermittedException refusal)
        {
            _why = refusal.Message;
        }
        catch (Exception)
        {
            _failed = "The ledger did not take the revocation: what it does not list is still valid. Try again.";
        }
        finally
        {
            _busy = false;
        }
    }

    private void Note(RevocationProgress progress) => _ = InvokeAsync(() =>
    {
        _progress = progress;
        StateHasChanged();
    });
}
