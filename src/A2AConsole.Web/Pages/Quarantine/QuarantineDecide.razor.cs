using System.Security.Claims;
using A2AConsole.Core.Quarantine;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Data.Users;
using A2AConsole.Policy.Quarantine;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace A2AConsole.Web.Pages.Quarantine;

/// <summary>What can be done about items in quarantine, by who may; or why she may not.</summary>
public sealed partial class QuarantineDecide
{
    private IReadOnlyList<string> _people = [];
    private string _to = "";
    private string? _why, _said;
    private bool _fault;
    private int _sentSince;

    [Parameter, EditorRequired] public IReadOnlyList<QuarantineRow> Rows { get; set; } = [];
    /// <summary>The item with its work, when it is one.</summary>
    [Parameter] public QuarantineDetail? Detail { get; set; }
    /// <summary>The item as the rules see it, when it is one.</summary>
    [Parameter] public QuarantineCaseFacts? Facts { get; set; }
    [Parameter, EditorRequired] public ClaimsPrincipal User { get; set; } = new();
    /// <summary>Something was decided.</summary>
    [Parameter] public EventCallback<IReadOnlyList<QuarantineResult>> Changed { get; set; }

    [Inject] public required QuarantineActions Actions { get; init; }
    [Inject] public required QuarantineQueries Queries { get; init; }
    [Inject] public required ConsoleUsers Users { get; init; }
    [Inject] public required CurrentUser Me { get; init; }
    [Inject] public required IDialogService Dialogs { get; init; }
    [Inject] public required TimeProvider Clock { get; init; }

    private bool One => Rows.Count == 1;

    private string SelectId => One && Detail is not null ? "assign-item" : "assign-chosen";

    private string? Many => One ? null : $" {Numbers.Of(Rows.Count, "item")}";

    private string? ReleaseWords => Facts is null ? null
        : QuarantineRules.CheckReleasable(Facts, Clock.GetUtcNow()) is { } fault ? "It cannot be released: " + fault.Detail : "It can be released. " + ReleaseRule.Of(Facts.Code).Why;

    private string? WhyNotRelease
        => Facts is not null ? QuarantineRules.Check(QuarantineMove.Released, Facts, QuarantineActions.ActorOf(User), Clock.GetUtcNow())?.Detail
            : Rows.All(r => ReleaseRule.Of(r.Code).Way == ReleaseWay.Never) ? $"None of them can be released: {ReleaseRule.Of(Rows[0].Code).Why}" : null;

    private string? WhyNotEscalate => Rows.All(r => r.State == QuarantineState.Escalated) ? "It is before the managers already." : null;

    protected override async Task OnInitializedAsync()
    {
        // Who cannot work in here is nobody to give it to.
        _people = [.. (await Users.ListAsync()).Where(u => !u.IsDisabled && Permission.HandleQuarantine.AllowedRoles.Contains(u.Role)).Select(u => u.UserName)];
        if (One && Rows[0] is { AgentNumber: { } agent, Type: { } type } row && ReleaseRule.Of(row.Code).Way == ReleaseWay.Policy)
            _sentSince = await Queries.AllowedSinceAsync(agent, type, row.RecordedAt);
    }

    protected override void OnParametersSet()
        => _why = !Permission.HandleQuarantine.Allows(User) ? Permission.HandleQuarantine.Refusal(User)
            : Rows.All(r => r.State == QuarantineState.Escalated) && !QuarantineActions.ActorOf(User).Oversees ? "It was escalated: a manager or administrator decides."
            : null;

    private Task ReleaseAsync()
    {
        var ways = Rows.GroupBy(r => ReleaseRule.Of(r.Code)).OrderBy(g => g.Key.Way == ReleaseWay.Never).Select(g => g.Key.Way == ReleaseWay.Never
            ? $"{Numbers.Of(g.Count(), "item stays", "items stay")}: {g.Key.Why}" : $"{Numbers.Of(g.Count(), "item tries", "items try")} again. {g.Key.Why}");
        var twice = Rows.Any(r => ReleaseRule.Of(r.Code).Way == ReleaseWay.Policy)
            ? (_sentSince > 0 ? $"Since then its agent had {Numbers.Of(_sentSince, "message")} of this type allowed: look whether one of them does the same." : "Its sender was told that it was refused and may send it anew: it must not be done twice.") : null;
        return AskAsync(QuarantineMove.Released, "Release", "check", Impact.List([.. ways, .. twice is null ? Array.Empty<string>() : [twice], "What is let through cannot be taken back."]), grave: true);
    }

    private Task RejectAsync() => AskAsync(QuarantineMove.Rejected, "Reject", "close",
        Impact.List([$"{Numbers.Of(Rows.Count, "item ends", "items end")} here: nothing of {(One ? "it" : "them")} takes effect, and that stays so. Bytes, leaf and history stay where they are."]), grave: true);

    private Task EscalateAsync() => AskAsync(QuarantineMove.Escalated, "Escalate", "up",
        Impact.List([$"{Numbers.Of(Rows.Count, "item is", "items are")} put before the managers: from then on a manager or administrator decides."]), grave: false);

    private Task AssignAsync() => AskAsync(_to.Length == 0 ? QuarantineMove.Unassigned : QuarantineMove.Assigned, _to.Length == 0 ? "Give back" : "Assign", "check",
        Impact.List([_to.Length == 0 ? $"{Numbers.Of(Rows.Count, "item is", "items are")} nobody's again." : $"{_to} finds {Numbers.Of(Rows.Count, "item")} under Mine."]), grave: false);

    private Task NoteAsync() => AskAsync(QuarantineMove.Noted, "Note on", "check", Impact.Text("The note stands in the history, with your name."), grave: false);

    private async Task AskAsync(QuarantineMove move, string verb, string icon, RenderFragment consequences, bool grave)
    {
        var what = One ? $"item {Numbers.Text(Rows[0].Id)}" : Numbers.Of(Rows.Count, "item");
        IReadOnlyList<QuarantineResult> results = [];
        var done = await Dialogs.ConfirmAsync(new Confirmation($"{verb} {what}", $"{verb} {what}", icon, consequences, async note =>
        {
            try
            {
                results = await Actions.DoAsync(await Me.ActingAsync(), move, [.. Rows.Select(r => r.Id)], _to.Length == 0 ? null : _to, note);
                return null;
            }
            catch (Exception refusal) when (refusal is NotPermittedException or QuarantineRefusedException)
            {
                return refusal.Message;
            }
            catch (LedgerUnavailableException)
            {
                return "The ledger did not take it: not all of it was done. Look at the items, then try again.";
            }
        }) { Grave = grave });
        if (!done)
            return;
        (_said, _fault) = (Sum(results), results.Any(r => !r.Done));
        await Changed.InvokeAsync(results);
    }

    /// <summary>What came of it: each answer once, with its number.</summary>
    private static string Sum(IReadOnlyList<QuarantineResult> results)
        => results.Count == 1 ? results[0].Detail
            : string.Join(" ", results.GroupBy(r => (r.Done, r.Detail)).OrderByDescending(g => g.Key.Done).Select(g => $"{Numbers.Of(g.Count(), "item")}: {g.Key.Detail}"));
}
