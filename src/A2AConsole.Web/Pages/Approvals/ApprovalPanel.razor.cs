using System.Security.Claims;
using A2AConsole.Core.Approvals;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Policies;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Policy.Approvals;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace A2AConsole.Web.Pages.Approvals;

/// <summary>One request: what is asked and what backs it, before what can be said to it. What was typed stays until it is sent.</summary>
public sealed partial class ApprovalPanel
{
    private IReadOnlyList<EvidenceItem>? _evidence;
    private LikeCases? _like;
    private ApprovalChoice _choice = ApprovalChoice.Approve;
    private string _reason = "", _limit = "";
    private string? _fault, _done, _why, _behalf;
    private bool _busy;
    private PasskeyModule? _module;

    [Parameter, EditorRequired] public Approval Approval { get; set; } = null!;
    /// <summary>The decision that held its message.</summary>
    [Parameter] public Decision? Decision { get; set; }
    [Parameter, EditorRequired] public ApprovalActor Actor { get; set; } = null!;
    [Parameter, EditorRequired] public ClaimsPrincipal User { get; set; } = new();
    [Parameter, EditorRequired] public string CloseHref { get; set; } = "";
    /// <summary>Something was decided.</summary>
    [Parameter] public EventCallback Changed { get; set; }

    [Inject] public required ApprovalQueries Approvals { get; init; }
    [Inject] public required ApprovalActions Actions { get; init; }
    [Inject] public required ApprovalEvidenceReader Evidence { get; init; }
    [Inject] public required CurrentUser Me { get; init; }
    [Inject] public required IJSRuntime Js { get; init; }
    [Inject] public required TimeProvider Clock { get; init; }

    private bool IsOpen => Approval.State is ApprovalState.Pending or ApprovalState.AskedBack;

    private bool Signs => _choice is ApprovalChoice.Approve or ApprovalChoice.ApproveLimited;

    private string Who => string.Join(" and ", Approval.ApproverRole.Split(' ').Select(r => r.ToLowerInvariant() + "s"));

    private List<string> RiskReasons => [.. (Decision?.RiskReasons ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    protected override async Task OnInitializedAsync()
    {
        _like = await Approvals.LikeAsync(Approval.GroupKey, Approval.Id);
        _evidence = await Evidence.ReadAsync(Approval);
    }

    protected override void OnParametersSet()
    {
        var request = ApprovalChanges.CaseOf(Approval);
        _why = ApprovalRules.WhyNot(request, Actor, Clock.GetUtcNow())?.Detail;
        _behalf = ApprovalRules.OnBehalfOf(request, Actor);
    }

    private void Choose(ApprovalChoice choice) => (_choice, _fault) = (choice, null);

    private async Task SayAsync()
    {
        if (_busy)
            return;
        long? limit = null;
        _fault = ApprovalRules.CheckReason(_reason)?.Detail;
        if (_fault is null && _choice == ApprovalChoice.ApproveLimited)
        {
            limit = MinorUnits.TryParse(_limit.Trim(), Approval.CostCurrency, out var minor, out var wrong) ? minor : null;
            _fault = limit is null ? $"The limit is no amount: {wrong}." : ApprovalRules.CheckLimit(ApprovalChanges.CaseOf(Approval), limit)?.Detail;
        }
        if (_fault is not null)
            return;
        _busy = true;
        try
        {
            if (Signs)
            {
                var answer = await (_module ??= new PasskeyModule(Js, "/" + Assets["js/passkeys.js"])).DecideAsync(Approval.Id, _choice.ToString(), _reason.Trim(), limit);
                (_fault, _done) = (answer.Fault, answer.Said);
            }
            else
                _done = ApprovalWords.Said(await Actions.SayAsync(await Me.ActingAsync(), Approval.Id, new ApprovalSay(_choice, _reason)));
        }
        catch (Exception refusal) when (refusal is NotPermittedException or ApprovalRefusedException)
        {
            _fault = refusal.Message;
        }
        catch (LedgerUnavailableException)
        {
            _fault = "The ledger did not take it: nothing was decided. Try again.";
        }
        _busy = false;
        if (_fault is not null)
            return;
        _reason = "";
        await Changed.InvokeAsync();
    }

    private static string Short(string peer) => SpiffeId.TryParse(peer, out var id, out _) ? id.Name : peer;

    public async ValueTask DisposeAsync()
    {
        if (_module is not null)
            await _module.DisposeAsync();
    }
}
