using System.Security.Claims;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Trust;
using A2AConsole.Web.Live;
using A2AConsole.Web.Shared;
using A2AConsole.Web.Access;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>One agent. What it says about itself keeps up with the ledger; its latest events wait until they are asked for.</summary>
public sealed partial class AgentPage : IDisposable
{
    private const int EventsShown = 10;
    private const int CertificatesShown = 25;
    private const int PeersShown = 100;
    private const int StepsShown = 12;
    private const int AttestationsShown = 5;
    private const int FlowsShown = 8;

    private AgentRow? _agent;
    private AgentEnrolment? _enrolment;
    private AgentActivity? _activity;
    private IReadOnlyList<CertificateRow> _certificates = [];
    private IReadOnlyList<CounterpartyRow> _outgoing = [], _incoming = [];
    private IReadOnlyList<EventRow> _events = [];
    private AgentLifeRow? _life;
    private IReadOnlyDictionary<Duty, string> _duties = new Dictionary<Duty, string>();
    private IReadOnlyList<TransitionRow> _steps = [];
    private IReadOnlyList<AttestationRow> _attestations = [];
    private IReadOnlyList<FindingRow> _findings = [];
    private IReadOnlyList<(CampaignRow Campaign, ReviewRow Review)> _reviews = [];
    private EntryRow? _entry;
    private FlowSummary? _flows;
    private int _peers;
    private long _newer, _countedAtEvents;
    private bool _missing, _gone;
    private string? _loaded;
    private Exception? _failure;
    private ClaimsPrincipal _user = new();
    private IDisposable? _live;

    /// <summary>What follows <c>/agents/</c>; see <see cref="AgentAddress"/>.</summary>
    [Parameter] public string? Address { get; set; }

    [Inject] public required AgentDetailQueries Agents { get; init; }
    [Inject] public required AgentLifeReader Life { get; init; }
    [Inject] public required EntryQueries Entries { get; init; }
    [Inject] public required FlowQueries Flows { get; init; }
    [Inject] public required FindingQueries Findings { get; init; }
    [Inject] public required ReviewQueries Reviews { get; init; }
    [Inject] public required ILedgerReader Ledger { get; init; }
    [Inject] public required ITrustDomain Domain { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required CurrentUser Me { get; init; }
    [Inject] public required LiveFeed Live { get; init; }
    [Inject] public required IDialogService Dialogs { get; init; }
    [Inject] public required TimeProvider Clock { get; init; }

    private CertificateRow? Revocable
        => _certificates.FirstOrDefault(c => c.Serial == _agent?.CertificateSerial && c.RevokedAt is null && c.NotAfter > Clock.GetUtcNow());

    private string Says => _agent is null ? "" : _agent.State switch
    {
        AgentState.Invited => $"Invited {Durations.Ago(Clock.GetUtcNow() - _agent.CreatedAt)}, has no certificate yet and cannot send.",
        AgentState.Suspended => "Held back: the edge refuses it and its certificates are on hold until somebody resumes it.",
        AgentState.Retired => "Out of service for good: the edge refuses it, and nothing is ever issued to it again.",
        AgentState.Revoked => "Its certificate was revoked: the edge refuses its connections.",
        AgentState.Active when _agent.CertificateNotAfter <= Clock.GetUtcNow() => "Its certificate has expired without a successor: the edge refuses its connections.",
        AgentState.Active => $"{Numbers.Of(_agent.Admitted, "message")} admitted and {Numbers.Text(_agent.Refused)} refused since it enrolled; "
            + (_peers == 0 ? "it addressed nobody yet." : $"it addressed {Numbers.Of(_peers, "counterparty", "counterparties")}."),
        _ => throw new InvalidOperationException($"no words for {_agent.State}"),
    };

    private string PeersTitle => _peers == 0 ? "It addressed nobody yet" : $"It addressed {Numbers.Of(_peers, "counterparty", "counterparties")}";

    private string RefusalsTitle => _activity is { Refused: > 0 and var n } ? $"{Numbers.Of(n, "event was", "events were")} refused in 7 days" : "No refusals";

    protected override async Task OnInitializedAsync()
    {
        _user = await Me.PrincipalAsync();
        if (RendererInfo.IsInteractive)
            _live = Live.Subscribe(_ => InvokeAsync(RefreshAsync));
    }

    protected override async Task OnParametersSetAsync()
    {
        if (Address == _loaded)
            return;
        _loaded = Address;
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        try
        {
            (_failure, _missing) = (null, false);
            var agent = await AgentAddress.FindAsync(Address, Domain.Name, Agents);
            if (agent is null)
            {
                (_agent, _missing) = (null, true);
                return;
            }
            var canonical = Links.Agent(agent.SpiffeId);
            if (new Uri(Navigation.Uri).AbsolutePath != canonical)
            {
                Navigation.NavigateTo(canonical, replace: true);
                return;
            }
            await ReadAsync(agent);
            _outgoing = await Agents.CounterpartiesAsync(agent, incoming: false, PeersShown);
            _incoming = await Agents.CounterpartiesAsync(agent, incoming: true, PeersShown);
            await ShowNewerAsync();
        }
        catch (Exception failure) when (failure is not NavigationException)
        {
            _failure = failure;
        }
    }

    private async Task ReadAsync(AgentRow agent)
    {
        _enrolment = await Agents.EnrolmentAsync(agent.Number);
        _certificates = await Agents.CertificatesAsync(agent.Number, CertificatesShown);
        _activity = await Agents.ActivityAsync(agent.Number);
        _peers = await Agents.CounterpartyCountAsync(agent.Number);
        _life = await Life.FindAsync(agent.Number);
        _duties = await Life.DutiesAsync(agent.Number);
        _steps = await Life.TransitionsAsync(agent.Number, StepsShown);
        _attestations = await Life.AttestationsAsync(agent.Number, AttestationsShown);
        _entry = _life?.EntryId is { } entry ? await Entries.FindAsync(entry) : null;
        _flows = await Flows.OfAgentAsync(agent.Number, ScopeQueries.Span, FlowsShown);
        _findings = (await Findings.PageAsync(FindingFilter.Open with { AgentNumber = agent.Number }, null, null, 10)).Rows;
        _reviews = await Reviews.OfAgentAsync(agent.Number, 5);
        _agent = agent;
    }

    /// <summary>Ends only after a pause, so that the feed coalesces what comes meanwhile.</summary>
    private async Task RefreshAsync()
    {
        if (_gone || _agent is not { } shown)
            return;
        if (await Agents.FindAsync(shown.Number) is { } agent && (agent != shown || await Life.FindAsync(shown.Number) != _life) && !_gone && _agent == shown)
        {
            await ReadAsync(agent);
            _newer = agent.Admitted + agent.Refused - _countedAtEvents;
            StateHasChanged();
        }
        await Task.Delay(AgentsPage.RefreshPause, Clock);
    }

    /// <summary>After something was done here.</summary>
    private async Task ReadAgainAsync()
    {
        if (_agent is not null && await Agents.FindAsync(_agent.Number) is { } agent)
            await ReadAsync(agent);
    }

    private async Task ShowNewerAsync()
    {
        if (_agent is null)
            return;
        _countedAtEvents = _agent.Admitted + _agent.Refused;
        _newer = 0;
        _events = (await Ledger.EventsAsync(new EventFilter { Agent = _agent.SpiffeId }, null, EventsShown)).Rows;
    }

    private async Task RevokeAsync(CertificateRow certificate)
    {
        var parameters = new DialogParameters<RevokeDialog> { { d => d.Serial, certificate.Serial } };
        var dialog = await Dialogs.ShowAsync<RevokeDialog>("Revoke certificate", parameters, new DialogOptions { BackdropClick = false, CloseOnEscapeKey = true });
        if (await dialog.Result is { Canceled: false } && _agent is not null && await Agents.FindAsync(_agent.Number) is { } agent)
            await ReadAsync(agent);
    }

    public void Dispose()
    {
        _gone = true;
        _live?.Dispose();
    }
}
