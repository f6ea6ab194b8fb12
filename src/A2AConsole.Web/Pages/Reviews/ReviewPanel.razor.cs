using System.Security.Claims;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Reviews;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Data.Users;
using A2AConsole.Web.Access;
using Microsoft.AspNetCore.Components;

namespace A2AConsole.Web.Pages.Reviews;

/// <summary>One agent under review: what the reviewer has to know, and her decision. What was typed stays until it is sent.</summary>
public sealed partial class ReviewPanel
{
    private readonly Dictionary<Duty, string> _duties = [];
    private AgentRow? _agent;
    private IReadOnlyList<CounterpartyRow> _peers = [];
    private IReadOnlyList<string> _people = [];
    private ReviewDecision _decision = ReviewDecision.Confirmed;
    private string _reason = "", _owner = "", _note = "", _delegate = "", _delegateReason = "";
    private string? _fault, _delegateFault, _why, _done;
    private bool _busy, _reassigns;

    [Parameter, EditorRequired] public ReviewRow Review { get; set; } = null!;
    [Parameter, EditorRequired] public CampaignRow Campaign { get; set; } = null!;
    [Parameter, EditorRequired] public string CloseHref { get; set; } = "";
    /// <summary>The next agent that waits, or null.</summary>
    [Parameter] public string? NextHref { get; set; }
    [Parameter, EditorRequired] public ClaimsPrincipal User { get; set; } = new();
    /// <summary>Something was decided or handed over.</summary>
    [Parameter] public EventCallback Changed { get; set; }

    [Inject] public required ReviewActions Actions { get; init; }
    [Inject] public required CurrentUser Me { get; init; }
    [Inject] public required AgentDetailQueries Agents { get; init; }
    [Inject] public required AgentLifeReader Life { get; init; }
    [Inject] public required ConsoleUsers Users { get; init; }

    private string Verb => _decision switch
    {
        ReviewDecision.Changed => "Change",
        ReviewDecision.Retired => "Retire",
        _ => "Confirm",
    };

    protected override async Task OnInitializedAsync()
    {
        _agent = await Agents.FindAsync(Review.AgentNumber);
        if (_agent is not null)
            _peers = await Agents.CounterpartiesAsync(_agent, incoming: false, 50);
        foreach (var (duty, holder) in await Life.DutiesAsync(Review.AgentNumber))
            _duties[duty] = holder;
        // An auditor changes nothing, so she owns nothing and reviews nothing.
        _people = [.. (await Users.ListAsync()).Where(u => !u.IsDisabled && u.Role is not (null or Roles.Auditor)).Select(u => u.UserName)];
    }

    protected override void OnParametersSet()
    {
        _reassigns = Permission.AssignAgent.Allows(User) && ReviewRules.CheckReassignment(Review.Case, ReviewActions.ActorOf(User)) is null;
        _why = Permission.ReviewAgents.Allows(User) ? ReviewRules.CheckDecision(Review.Case, ReviewActions.ActorOf(User))?.Detail : Permission.ReviewAgents.Refusal(User);
    }

    private async Task DecideAsync()
    {
        _fault = ReviewRules.CheckReason(_reason)?.Detail;
        if (_fault is not null || _busy)
            return;
        _busy = true;
        var verdict = _decision == ReviewDecision.Changed
            ? new ReviewVerdict(_decision, _reason, _reassigns && _owner.Length > 0 ? _owner : null, _reassigns ? _duties.ToDictionary(d => d.Key, d => d.Value.Trim()) : null, _note.Trim())
            : new ReviewVerdict(_decision, _reason);
        _fault = await CampaignPage.TriedAsync(async () => await Actions.DecideAsync(await Me.ActingAsync(), Review.Campaign, Review.AgentNumber, verdict));
        _busy = false;
        if (_fault is not null)
            return;
        (_done, _reason, _owner, _note) = ($"{ReviewWords.Of(verdict.Decision)}.", "", "", "");
        await Changed.InvokeAsync();
    }

    private async Task DelegateAsync()
    {
        _delegateFault = ReviewRules.CheckReason(_delegateReason)?.Detail;
        if (_delegateFault is not null || _busy)
            return;
        _busy = true;
        _delegateFault = await CampaignPage.TriedAsync(async () => await Actions.DelegateAsync(await Me.ActingAsync(), Review.Campaign, Review.AgentNumber, _delegate.Length == 0 ? null : _delegate, _delegateReason));
        _busy = false;
        if (_delegateFault is not null)
            return;
        (_done, _delegateReason) = (_delegate.Length == 0 ? "Given back to the owner." : $"Handed over to {_delegate}.", "");
        await Changed.InvokeAsync();
    }

    private static string Short(string peer) => peer.Length == 0 ? "nobody by name" : SpiffeId.TryParse(peer, out var id, out _) ? id.Name : peer;
}
