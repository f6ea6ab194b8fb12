using System.Security.Claims;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Trust;
using A2AConsole.Web.Live;
using A2AConsole.Web.Access;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using MudBlazor;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>
/// Invites an agent and shows its join token, which lives in this dialog only and is gone when it closes. While it is open it
/// watches the ledger and says when the agent has enrolled.
/// </summary>
public sealed partial class EnrolDialog : IDisposable
{
    private InvitationForm _form = new("");
    private ClaimsPrincipal _user = new();
    private IssuedJoinToken? _token;
    private AgentRow? _known;
    private string? _refused, _serial, _before;
    private bool _ownOnly, _busy, _enrolled, _expired;
    private IDisposable? _live;
    private ITimer? _end;

    [CascadingParameter] public required IMudDialogInstance Dialog { get; set; }
    /// <summary>What to suggest in the fields.</summary>
    [Parameter] public AgentFacets? Facets { get; set; }

    [Inject] public required AgentActions Actions { get; init; }
    [Inject] public required AgentDetailQueries Agents { get; init; }
    [Inject] public required ITrustDomain Domain { get; init; }
    [Inject] public required LiveFeed Live { get; init; }
    [Inject] public required CurrentUser Me { get; init; }
    [Inject] public required TimeProvider Clock { get; init; }

    protected override async Task OnInitializedAsync()
    {
        _form = new InvitationForm(Domain.Name);
        _user = await Me.PrincipalAsync();
        _ownOnly = AgentActions.OwnOnly(_user);
        if (_ownOnly)
            _form.Owner = _user.Identity?.Name ?? "";
    }

    private async Task InviteAsync()
    {
        _form.LeaveAll();
        if (!_form.IsRight || _busy)
            return;
        _busy = true;
        _refused = null;
        try
        {
            _before = (await Agents.FindAsync(_form.SpiffeId!))?.CertificateSerial;
            var owner = _form.Owner.Trim() is { Length: > 0 } name ? name : null;
            // Subscribed before the token exists: an agent that is quicker than this page is not missed.
            _live ??= Live.Subscribe(_ => InvokeAsync(WatchAsync));
            _token = await Actions.InviteAsync(await Me.ActingAsync(), new AgentInvitation(_form.SpiffeId!, _form.Organisation.Trim(), owner, _form.Tier));
            _end = Clock.CreateTimer(_ => _ = InvokeAsync(Expire), null, _token.ExpiresAt - Clock.GetUtcNow(), Timeout.InfiniteTimeSpan);
            // From here on Escape would throw the only copy of the token away.
            await Dialog.SetOptionsAsync(Dialog.Options with { CloseOnEscapeKey = false });
        }
        catch (Exception failure) when (failure is NotPermittedException or FormatException or InvitationRefusedException)
        {
            _refused = char.ToUpperInvariant(failure.Message[0]) + failure.Message[1..].TrimEnd('.') + ".";
        }
        catch (Exception)
        {
            _refused = "The token could not be made: the ledger did not take it. Nothing was changed; try again.";
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task WatchAsync()
    {
        if (_token is null || _enrolled)
            return;
        var agent = await Agents.FindAsync(_token.SpiffeId);
        if (agent?.CertificateSerial is { } serial && serial != _before)
        {
            (_enrolled, _serial) = (true, serial);
            StateHasChanged();
            // The title is drawn by the dialog around this component.
            Dialog.StateHasChanged();
        }
    }

    private void Expire()
    {
        _expired = !_enrolled;
        StateHasChanged();
    }

    private async Task LeftAsync(string field)
    {
        _form.Leave(field);
        _known = _form.SpiffeId is { } id ? await Agents.FindAsync(id) : null;
    }

    private static string Harm(RiskTier tier) => tier switch
    {
        RiskTier.Low => "its messages inform",
        RiskTier.Medium => "its messages propose",
        RiskTier.High => "its messages release or commit goods",
        RiskTier.Critical => "its messages move money",
        _ => throw new ArgumentOutOfRangeException(nameof(tier), tier, null),
    };

    private RenderFragment Field(string field, string label, string value, Action<string> set, IReadOnlyList<Facet>? suggestions = null, string? hint = null)
        => builder =>
        {
            var id = "enrol-" + field.ToLowerInvariant();
            var fault = _form.Fault(field);
            builder.OpenComponent<LabelledInput>(0);
            builder.SetKey(field);
            builder.AddComponentParameter(1, nameof(LabelledInput.Id), id);
            builder.AddComponentParameter(2, nameof(LabelledInput.Label), label);
            builder.AddComponentParameter(3, nameof(LabelledInput.Value), value);
            builder.AddComponentParameter(4, nameof(LabelledInput.Fault), fault);
            builder.AddComponentParameter(5, nameof(LabelledInput.Hint), hint);
            builder.AddComponentParameter(6, nameof(LabelledInput.Suggestions), suggestions?.Select(s => s.Value).ToList());
            builder.AddComponentParameter(7, nameof(LabelledInput.Typed), EventCallback.Factory.Create<string>(this, set));
            builder.AddComponentParameter(8, nameof(LabelledInput.Left), EventCallback.Factory.Create(this, () => LeftAsync(field)));
            builder.CloseComponent();
        };

    public void Dispose()
    {
        _live?.Dispose();
        _end?.Dispose();
    }
}
