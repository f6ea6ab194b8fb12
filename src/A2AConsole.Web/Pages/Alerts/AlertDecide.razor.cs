using System.Security.Claims;
using A2AConsole.Core.Alerts;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace A2AConsole.Web.Pages.Alerts;

/// <summary>Takes steps on alerts, says what came of them, and takes them back.</summary>
public sealed partial class AlertDecide
{
    private sealed record Said(string Sentence, bool Fault, string? Href, Func<Task<IReadOnlyList<TriageResult>>>? Undo);

    private Said? _said;

    /// <summary>The alerts that a step is taken on.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<AlertRow> Rows { get; set; } = [];
    [Parameter, EditorRequired] public ClaimsPrincipal User { get; set; } = new();
    /// <summary>Whether its buttons answer to keys; of those on a page, one.</summary>
    [Parameter] public bool Keys { get; set; }
    /// <summary>Something was done.</summary>
    [Parameter] public EventCallback<IReadOnlyList<TriageResult>> Changed { get; set; }

    [Inject] public required AlertActions Actions { get; init; }
    [Inject] public required CurrentUser Me { get; init; }
    [Inject] public required IDialogService Dialogs { get; init; }

    private string? Many => Rows.Count > 1 ? $" {Numbers.Of(Rows.Count, "alert")}" : null;

    private string? Idle => Rows.Count == 0 ? "true" : null;

    private async Task OpenAsync()
    {
        if (Rows.Count == 0)
            return;
        var ids = Rows.Select(r => r.Id).ToArray();
        try
        {
            await TellAsync(new TriageOutcome(await Actions.OpenAsync(await Me.ActingAsync(), ids), null));
        }
        catch (Exception refusal) when (Why(refusal) is not null)
        {
            _said = new(Why(refusal)!, true, null, null);
        }
    }

    private async Task AskAsync(TriageAsk ask)
    {
        if (Rows.Count == 0)
            return;
        var parameters = new DialogParameters<TriageDialog> { { d => d.Ask, ask }, { d => d.Rows, Rows } };
        var dialog = await Dialogs.ShowAsync<TriageDialog>("Alerts", parameters, new DialogOptions { BackdropClick = false, CloseOnEscapeKey = true, MaxWidth = MaxWidth.Small, FullWidth = true });
        if (await dialog.Result is { Canceled: false, Data: TriageOutcome outcome })
            await TellAsync(outcome);
    }

    private async Task UndoAsync()
    {
        if (_said?.Undo is not { } undo)
            return;
        _said = null;
        try
        {
            await TellAsync(new TriageOutcome(await undo(), null));
        }
        catch (Exception refusal) when (Why(refusal) is not null)
        {
            _said = new(Why(refusal)!, true, null, null);
        }
    }

    private async Task TellAsync(TriageOutcome outcome)
    {
        _said = new(Sum(outcome.Results), outcome.Results.Any(r => !r.Done), outcome.Incident is { } incident ? Incidents.IncidentsView.Of(incident) : null, outcome.Results.Any(r => r.Done) ? outcome.Undo : null);
        await Changed.InvokeAsync(outcome.Results);
    }

    /// <summary>What a person can be told of a refusal; null for what is a fault of ours.</summary>
    internal static string? Why(Exception refusal) => refusal switch
    {
        NotPermittedException or TriageRefusedException => refusal.Message,
        LedgerUnavailableException => "The ledger did not take it: not all of it was done. Look at the alerts, then try again.",
        _ => null,
    };

    /// <summary>What came of it: each answer once, with its number.</summary>
    internal static string Sum(IReadOnlyList<TriageResult> results)
        => results.Count == 1 ? results[0].Detail
            : string.Join(" ", results.GroupBy(r => (r.Done, r.Detail)).OrderByDescending(g => g.Key.Done).ThenByDescending(g => g.Count()).Take(4).Select(g => $"{Numbers.Of(g.Count(), "alert")}: {g.Key.Detail}"));
}
