using System.Security.Claims;
using A2AConsole.Core.Approvals;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Access;
using A2AConsole.Web.Live;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace A2AConsole.Web.Pages.Approvals;

/// <summary>What agents ask people for. New requests arrive live; the one that is open stays where it is.</summary>
public sealed partial class ApprovalsPage
{
    private const int Take = 50;

    private ApprovalsView _view = new();
    private IReadOnlyList<ApprovalRow>? _rows;
    private (Approval Approval, Decision? Decision)? _open;
    private ApprovalActor _actor = new("", null, []);
    private ClaimsPrincipal _user = new();
    private Exception? _failure;
    private bool _hasNext, _gone;
    private readonly HashSet<int> _chosen = [];
    private string? _together;
    private int _mine, _waiting, _turn;
    private IDisposable? _live;

    /// <summary>The request that is open beside the list.</summary>
    [Parameter] public int? Id { get; set; }

    [Inject] public required ApprovalQueries Approvals { get; init; }
    [Inject] public required ApprovalActions Actions { get; init; }
    [Inject] public required CurrentUser Me { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required LiveFeed Live { get; init; }
    [Inject] public required TimeProvider Clock { get; init; }

    private static readonly IReadOnlyList<(string, string)> Ends =
        [("used", "Approved and released"), ("refused", "Refused"), ("expired", "Expired"), ("withdrawn", "Withdrawn")];

    private string Says => _rows is null ? "What agents may only do when a person says so."
        : (_mine, _waiting) switch
        {
            (0, 0) => "Nothing waits for a person.",
            (0, _) => $"{Numbers.Of(_waiting, "request waits", "requests wait")} for others; nothing waits for you.",
            _ => $"{Numbers.Of(_mine, "request waits", "requests wait")} for you{(_waiting > _mine ? $", {Numbers.Text(_waiting)} in all" : null)}.",
        };

    private string EmptyTitle => _view.IsFiltered ? "No request passes the filter" : _view.Tab switch
    {
        ApprovalTab.Mine => "Nothing waits for you",
        ApprovalTab.Open => "Nothing waits for a person",
        _ => "No request has ended yet",
    };

    private string EmptyWords => _view.IsFiltered ? "Loosen the filter." : _view.Tab switch
    {
        ApprovalTab.Mine when !Permission.DecideApprovals.Allows(_user) && _actor.ActsFor.Count == 0 => "Managers and administrators decide what agents ask for. You see what waits under \"All that wait\", and what was decided under \"History\".",
        ApprovalTab.Mine => "A request comes here at once when an agent asks for something that policy leaves to a person. This page counts them in the tab's title.",
        ApprovalTab.Open => "What policy allows goes through by itself; what it leaves to a person waits here.",
        _ => "What was approved, refused or ran out of time stays here for good.",
    };

    /// <summary>Like requests that wait stand together, where the first of them stands.</summary>
    private IEnumerable<IReadOnlyList<ApprovalRow>> Grouped => _view.Tab == ApprovalTab.History
        ? _rows!.Select(r => (IReadOnlyList<ApprovalRow>)[r])
        : _rows!.GroupBy(r => r.GroupKey).Select(g => (IReadOnlyList<ApprovalRow>)[.. g]);

    // Only what waits for her is in this tab; the rules say which of it may be decided together.
    private bool Choosable => _view.Tab == ApprovalTab.Mine && _rows!.Any(MayBeTogether);

    private static bool MayBeTogether(ApprovalRow row) => row.EndedAt is null && ApprovalRules.InBulk(row.Tier);

    private IReadOnlyList<ApprovalRow> Chosen => [.. _rows!.Where(r => _chosen.Contains(r.Id))];

    private static (DateTimeOffset, int) EndOf(ApprovalRow row) => (row.EndedAt ?? row.ExpiresAt, row.Id);

    protected override async Task OnInitializedAsync()
    {
        _user = await Me.PrincipalAsync();
        Navigation.LocationChanged += Moved;
        if (RendererInfo.IsInteractive)
            _live = Live.Subscribe(_ => InvokeAsync(RefreshAsync), AgentsPage.RefreshPause);
    }

    protected override Task OnParametersSetAsync() => ReadAsync();

    private async void Moved(object? sender, LocationChangedEventArgs e)
    {
        // Another request has another path and comes as a parameter; only what changed in the query is left to see here.
        if (new Uri(e.Location).AbsolutePath == new Uri(new Uri(Navigation.BaseUri), (_view with { Open = Id }).Url).AbsolutePath)
            await InvokeAsync(async () =>
            {
                await ReadAsync();
                StateHasChanged();
            });
    }

    private async Task ReadAsync()
    {
        var turn = ++_turn;
        var view = ApprovalsView.Parse(new Uri(Navigation.Uri).Query, Id);
        try
        {
            var now = Clock.GetUtcNow();
            var actor = await Actions.ActorAsync(_user);
            var (rows, more) = await Approvals.PageAsync(view.Filter, actor, view.After, Take, now);
            var open = Id is { } id ? await Approvals.FindAsync(id) : null;
            var (mine, waiting) = (await Approvals.MineAsync(actor, now), await Approvals.OpenAsync());
            if (turn == _turn)
            {
                (_view, _rows, _hasNext, _open, _actor, _mine, _waiting, _failure) = (view, rows, more, open, actor, mine, waiting, null);
                // What was decided, or is on another page, is not chosen any more.
                _chosen.RemoveWhere(c => view.Tab != ApprovalTab.Mine || !rows.Any(r => r.Id == c && MayBeTogether(r)));
            }
        }
        catch (Exception failure) when (turn == _turn && failure is not OperationCanceledException)
        {
            (_view, _failure) = (view, failure);
        }
    }

    private void Choose(int id, bool chosen)
    {
        _together = null;
        if (chosen)
            _chosen.Add(id);
        else
            _chosen.Remove(id);
    }

    private async Task ApprovedAsync(string said)
    {
        _together = said;
        await ReadAsync();
    }

    private void Change(Func<ApprovalsView, ApprovalsView> change) => Navigation.NavigateTo(change(_view.Restarted).Url, replace: true);

    private async Task RefreshAsync()
    {
        if (_gone || _rows is null)
            return;
        await ReadAsync();
        if (!_gone)
            StateHasChanged();
    }

    public void Dispose()
    {
        _gone = true;
        _live?.Dispose();
        Navigation.LocationChanged -= Moved;
    }
}

/// <summary>Tiers of messages on the screen's four steps.</summary>
internal static class MessageTiers
{
    public static int Step(string tier) => Math.Max(0, Policy.Bundles.MessageAction.Tiers.ToList().IndexOf(tier));
}
