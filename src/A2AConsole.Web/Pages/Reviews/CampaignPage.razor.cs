using System.Security.Claims;
using A2AConsole.Core.Reviews;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Web.Access;
using A2AConsole.Web.Live;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;

namespace A2AConsole.Web.Pages.Reviews;

/// <summary>One campaign: its progress, its agents, and the one that is being decided beside them. Live; no row moves.</summary>
public sealed partial class CampaignPage
{
    private ReviewView _view = new();
    private CampaignRow? _campaign;
    private Page<ReviewRow>? _page;
    private ReviewRow? _open;
    private ClaimsPrincipal _user = new();
    private Exception? _failure;
    private string? _whyNotManage;
    private bool _missing, _gone;
    private int _turn;
    private IDisposable? _live;

    [Parameter] public int Campaign { get; set; }
    /// <summary>The agent that is open beside the list.</summary>
    [Parameter] public int? Agent { get; set; }

    [Inject] public required ReviewQueries Reviews { get; init; }
    [Inject] public required ReviewActions Actions { get; init; }
    [Inject] public required CurrentUser Me { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required IDialogService Dialogs { get; init; }
    [Inject] public required LiveFeed Live { get; init; }
    [Inject] public required TimeProvider Clock { get; init; }

    private static readonly IReadOnlyList<(string, string)> StandingOptions =
    [
        ("open", "Waits for a decision"), ("lapsed", "Lapsed: renewals are held"), ("decided", "Decided"),
    ];

    private string Says => _campaign switch
    {
        null => "",
        { State: CampaignState.Finished } c => $"Finished {Durations.Ago(Clock.GetUtcNow() - c.FinishedAt!.Value)} by {c.FinishedBy}: {c.Confirmed} confirmed, {c.Changed} changed, {c.Retired} retired"
            + (c.Pending == 0 ? "." : $"; {Numbers.Of(c.Pending, "agent")} lapsed and can still be made up for."),
        { State: CampaignState.Cancelled } c => $"Given up {Durations.Ago(Clock.GetUtcNow() - c.FinishedAt!.Value)} by {c.FinishedBy}: nothing is held because of it.",
        { Pending: 0 } => "Everything is decided: finish the campaign to have its signed record.",
        var c => $"{Numbers.Of(c.Pending, "agent waits", "agents wait")} for a decision, {(c.Mine == 0 ? "none of them yours" : $"{Numbers.Text(c.Mine)} of them yours")}; {ReviewWords.Due(c, Clock.GetUtcNow())}."
            + (c.Lapsed == 0 ? "" : $" {Numbers.Of(c.Lapsed, "agent's renewals are", "agents' renewals are")} held."),
    };

    private string? WhyNotFinish => _campaign is null ? null
        : ReviewRules.CheckFinish(_campaign.Pending, _campaign.Schedule, new ReviewActor("", true), Clock.GetUtcNow())?.Detail;

    // The next agent that waits on this page of the list, so that deciding many needs no mouse.
    private string? NextHref
    {
        get
        {
            var rows = _page?.Rows ?? [];
            var at = rows.Index().FirstOrDefault(r => r.Item.AgentNumber == Agent, (-1, null!)).Item1;
            var next = rows.Skip(at + 1).Concat(rows.Take(Math.Max(0, at))).FirstOrDefault(r => r.Decision == ReviewDecision.Pending && r.AgentNumber != Agent);
            return next is null ? null : (_view with { Agent = next.AgentNumber }).Url;
        }
    }

    internal static string? Turn(ReviewRow row) => row.Delegate ?? row.Owner ?? row.Reviewer;

    protected override async Task OnInitializedAsync()
    {
        _user = await Me.PrincipalAsync();
        _whyNotManage = Permission.ManageReviews.Allows(_user) ? null : Permission.ManageReviews.Refusal(_user);
        Navigation.LocationChanged += Moved;
        if (RendererInfo.IsInteractive)
            _live = Live.Subscribe(_ => InvokeAsync(RefreshAsync), AgentsPage.RefreshPause);
    }

    protected override Task OnParametersSetAsync() => ReadAsync();

    private async void Moved(object? sender, LocationChangedEventArgs e)
    {
        // Another agent has another path and comes as a parameter; only what changed in the query is left to see here.
        if (new Uri(e.Location).AbsolutePath == new Uri(new Uri(Navigation.BaseUri), (_view with { Campaign = Campaign, Agent = Agent }).Url).AbsolutePath)
            await InvokeAsync(async () =>
            {
                await ReadAsync();
                StateHasChanged();
            });
    }

    private async Task ReadAsync()
    {
        var turn = ++_turn;
        _view = ReviewView.Parse(new Uri(Navigation.Uri).Query, Campaign, Agent);
        try
        {
            var campaign = await Reviews.CampaignAsync(Campaign, _user.Identity?.Name);
            var page = campaign is null ? null : await Reviews.ItemsAsync(_view.FilterFor(_user.Identity?.Name), _view.After);
            var open = campaign is not null && Agent is { } agent ? await Reviews.ItemAsync(Campaign, agent) : null;
            if (turn == _turn)
                (_campaign, _page, _open, _missing, _failure) = (campaign, page, open, campaign is null, null);
        }
        catch (Exception failure) when (turn == _turn && failure is not OperationCanceledException)
        {
            _failure = failure;
        }
    }

    private void Change(Func<ReviewView, ReviewView> change) => Navigation.NavigateTo(change(_view.Restarted with { Agent = null }).Url, replace: true);

    private async Task RefreshAsync()
    {
        if (_gone || _campaign is null)
            return;
        await ReadAsync();
        if (!_gone)
            StateHasChanged();
    }

    private async Task RemindAsync()
    {
        var people = await Dialogs.ConfirmAsync(new Confirmation("Remind reviewers", "Remind reviewers", "clock", Impact.Text(""), _ => TriedAsync(async () => await Actions.RemindAsync(await Me.ActingAsync(), Campaign)))
        {
            NeedsReason = false, Grave = false, Consequences = Impact.Text($"Everybody whose decision on one of the {Numbers.Of(_campaign!.Pending, "agent")} is missing sees the reminder on her pages. It is recorded."),
        });
        if (people)
            await ReadAsync();
    }

    private async Task CancelAsync()
    {
        var done = await Dialogs.ConfirmAsync(new Confirmation("Give this campaign up", $"Give up \"{_campaign!.Title}\"", "close",
            Impact.Text($"{Numbers.Of(_campaign.Pending, "agent is", "agents are")} not reviewed; what was decided stands. {(_campaign.Lapsed == 0 ? "No renewal is held." : $"The renewals of {Numbers.Of(_campaign.Lapsed, "agent")} go on.")} There will be no record."),
            reason => TriedAsync(async () => await Actions.CancelAsync(await Me.ActingAsync(), Campaign, reason))) { CancelWord = "Keep it" });
        if (done)
            await ReadAsync();
    }

    private async Task FinishAsync()
    {
        var done = await Dialogs.ConfirmAsync(new Confirmation("Finish this campaign", $"Finish \"{_campaign!.Title}\"", "check",
            Impact.Text($"{Numbers.Of(_campaign.Decided, "decision")} become a record that is signed and on the ledger; nobody changes them after that."
                + (_campaign.Pending == 0 ? "" : $" {Numbers.Of(_campaign.Pending, "agent is", "agents are")} recorded as lapsed; renewals stay held until somebody decides.")),
            _ => TriedAsync(async () => await Actions.FinishAsync(await Me.ActingAsync(), Campaign))) { NeedsReason = false, Grave = false });
        if (done)
            await ReadAsync();
    }

    /// <summary>Null when it was done, else why not.</summary>
    internal static async Task<string?> TriedAsync(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (Exception refusal) when (refusal is NotPermittedException or ReviewRefusedException)
        {
            return refusal.Message;
        }
        catch (Data.Ledger.LedgerUnavailableException)
        {
            return "The ledger did not take it: nothing was changed. Try again.";
        }
    }

    public void Dispose()
    {
        _gone = true;
        _live?.Dispose();
        Navigation.LocationChanged -= Moved;
    }
}
