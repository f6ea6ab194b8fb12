using System.Security.Claims;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Trust;
using A2AConsole.Trust.Domain;
using A2AConsole.Web.Live;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Shared;
using A2AConsole.Web.Access;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace A2AConsole.Web.Pages.Authority;

/// <summary>The trust domain's own keys: their states, the steps of a rotation, and who does which. Live.</summary>
public sealed partial class AuthorityPage
{
    private const int StuckShown = 20;

    private AuthorityStatus? _status;
    private RekeyProgress? _progress;
    private IReadOnlyList<RekeyAgentRow> _stuck = [];
    private ClaimsPrincipal _user = new();
    private Exception? _failure;
    private string? _why, _whyNotRevoke;
    private int _findings;
    private IDisposable? _live;
    private bool _gone;

    [Inject] public required IAuthorityKeys Keys { get; init; }
    [Inject] public required RekeyQueries Runs { get; init; }
    [Inject] public required ITrustDomain Domain { get; init; }
    [Inject] public required AuthorityActions Actions { get; init; }
    [Inject] public required FindingQueries Findings { get; init; }
    [Inject] public required CurrentUser Me { get; init; }
    [Inject] public required IDialogService Dialogs { get; init; }
    [Inject] public required LiveFeed Live { get; init; }
    [Inject] public required TimeProvider Clock { get; init; }

    private string Says
    {
        get
        {
            if (_status is null)
                return "The keys that this trust domain is trusted by.";
            var old = _status.Authorities.Where(a => a.Member.Purpose == AuthorityCertificate.Issuing && a.State is AnchorState.Retired or AnchorState.Tainted).Sum(a => a.LiveAgents);
            var issuing = _status.Authorities.First(a => a.Member.Purpose == AuthorityCertificate.Issuing && a.State == AnchorState.Active);
            return $"{issuing.Member.Name} signs, and {Numbers.Of(issuing.LiveAgents, "agent lives", "agents live")} by it"
                + (old > 0 ? $"; {Numbers.Of(old, "agent lives", "agents live")} by an older key." : ".");
        }
    }

    private int Living => _status?.Authorities.Where(a => a.Member.Purpose == AuthorityCertificate.Issuing && a.State != AnchorState.Revoked).Sum(a => a.LiveAgents) ?? 0;

    private string? WhyNotPrepare => _status?.Authorities.FirstOrDefault(a => a.State == AnchorState.Prepared) is { } waiting
        ? $"{waiting.Member.Name} is prepared and waits: activate it, or revoke it to give it up." : null;

    // Some authority is always in use: that is where the domain stands only when no other is on its way.
    private bool Here(AnchorState state) => state == AnchorState.Active
        ? _status?.Authorities.All(a => a.State is AnchorState.Active or AnchorState.Revoked) == true
        : _status?.Authorities.Any(a => a.State == state) == true;

    private string Names(AnchorState state) => string.Join(", ", (_status?.Authorities ?? []).Where(a => a.State == state).Select(a => a.Member.Name));

    protected override async Task OnInitializedAsync()
    {
        _user = await Me.PrincipalAsync();
        (_why, _whyNotRevoke) = (AuthorityActions.WhyNot(_user), AgentActions.WhyNotRevokeScope(_user));
        if (RendererInfo.IsInteractive)
            _live = Live.Subscribe(_ => InvokeAsync(RefreshAsync), AgentsPage.RefreshPause);
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        try
        {
            var newest = await Runs.NewestAsync(1) is [var run] ? run : null;
            var progress = newest is null ? null : await Runs.ProgressAsync(newest.Id);
            var stuck = progress is { Stuck: > 0 } ? await Runs.AgentsAsync(progress.Run.Id, RekeyState.Stuck, 0, StuckShown) : [];
            (_status, _findings, _failure) = (await Keys.StatusAsync(), (await Findings.CountsAsync(FindingFilter.Open)).Values.Sum(), null);
            (_progress, _stuck) = (progress, stuck);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            _failure = failure;
        }
    }

    private async Task RefreshAsync()
    {
        if (_gone || _status is null)
            return;
        await LoadAsync();
        if (!_gone)
            StateHasChanged();
    }

    private IEnumerable<(string Verb, string Icon, Func<Task> Act)> NextSteps(AuthorityFacts authority)
    {
        // An issuing CA that came with a root goes with it.
        var ownRoot = authority.Member.Purpose == AuthorityCertificate.Root
            || _status!.Authorities.First(a => a.Member.Name == authority.Member.Root).State == AnchorState.Active;
        if (authority.State == AnchorState.Prepared && ownRoot)
            yield return ("Activate", "play", () => ActivateAsync(authority));
        if (authority.State == AnchorState.Retired && ownRoot)
            yield return ("Taint", "warning", () => TaintAsync(authority));
        if (authority.State is AnchorState.Prepared or AnchorState.Retired or AnchorState.Tainted && ownRoot)
            yield return ("Revoke", "revoke", () => RevokeAsync(authority));
    }

    private Task PrepareAsync(string purpose)
        => AskAsync(purpose == AuthorityCertificate.Root ? "Prepare a root" : "Prepare an issuing CA", purpose == AuthorityCertificate.Root ? "Prepare a root and its issuing CA" : "Prepare an issuing CA", "plus", false,
            [AuthorityWords.Steps[0].Does, purpose == AuthorityCertificate.Root ? "A root can sign only after every agent had time to fetch the bundle that has it." : "It stands under the root in use, which everybody trusts already: it can be activated at once."],
            async reason => await Actions.PrepareAsync(await Me.ActingAsync(), purpose, reason));

    private Task ActivateAsync(AuthorityFacts a)
    {
        var early = a.ActivatableFrom is { } from && from > Clock.GetUtcNow();
        return AskAsync($"Activate {a.Member.Name}", early ? $"Activate {a.Member.Name} before its time" : $"Activate {a.Member.Name}", "play", early,
            [AuthorityWords.Steps[1].Does, early ? $"Agents that did not fetch the bundle since it was prepared would take the edge for a stranger: wait until {Durations.Utc(a.ActivatableFrom!.Value)}, or force it now and enrol again whoever is cut off." : "No connection is closed and no message refused."],
            async reason => await Actions.ActivateAsync(await Me.ActingAsync(), a.Member.Name, reason, force: early), early ? a.Member.Name : null);
    }

    private Task TaintAsync(AuthorityFacts a)
        => AskAsync($"Give {a.Member.Name} up", $"Taint {a.Member.Name}", "warning", true,
            [AuthorityWords.Steps[2].Does, $"{Numbers.Of(a.LiveAgents, "agent still lives", "agents still live")} by it."], async reason => await Actions.TaintAsync(await Me.ActingAsync(), a.Member.Name, reason));

    private Task RevokeAsync(AuthorityFacts a)
        => AskAsync($"Revoke {a.Member.Name}", $"Revoke {a.Member.Name}", "revoke", true,
            [AuthorityWords.Steps[3].Does, a.LiveAgents == 0 ? "No agent lives by it: nobody is cut off." : $"{Numbers.Of(a.LiveAgents, "agent lives", "agents live")} by it and will be refused at once: the console forces this. The emergency playbook brings them over first.", "This cannot be undone."],
            async reason => await Actions.RevokeAsync(await Me.ActingAsync(), a.Member.Name, reason, force: a.LiveAgents > 0), a.Member.Name);

    // The key stays in use: its certificates go, agents are enrolled again by it or by the next one.
    private async Task RevokeSignedAsync(AuthorityFacts a)
    {
        var dialog = await Dialogs.ShowAsync<RevokeDialog>("Revoke", new DialogParameters<RevokeDialog> { { d => d.Only, RevocationTarget.OfKey(a.KeyId) } }, new DialogOptions { BackdropClick = false, CloseOnEscapeKey = true });
        await dialog.Result;
        await LoadAsync();
    }

    private async Task AskAsync(string title, string verb, string icon, bool grave, IReadOnlyList<string> consequences, Func<string, Task> act, string? type = null)
    {
        var done = await Dialogs.ConfirmAsync(new Confirmation(title, verb, icon, Impact.List(consequences), reason => TriedAsync(() => act(reason))) { Grave = grave, TypeToConfirm = type });
        if (done)
            await LoadAsync();
    }

    internal static async Task<string?> TriedAsync(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (Exception refusal) when (refusal is NotPermittedException or AuthorityStepException or RekeyConflictException)
        {
            return refusal.Message;
        }
        catch (Data.Ledger.LedgerUnavailableException)
        {
            return "The ledger did not take it: nothing is in force. Try again.";
        }
    }

    public void Dispose()
    {
        _gone = true;
        _live?.Dispose();
    }
}
