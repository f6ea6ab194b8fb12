using A2AConsole.Data.Queries;
using A2AConsole.Policy.Replay;
using A2AConsole.Web.Access;
using A2AConsole.Web.Shared;
using MudBlazor;

namespace A2AConsole.Web.Pages.Policies;

/// <summary>The steps of a version that are asked about before they are done. Each is true when it was done.</summary>
internal static class VersionSteps
{
    public static Task<bool> ApproveAsync(IDialogService dialogs, PolicyActions actions, CurrentUser me, PolicyVersionRow version, ReplayReport? replay)
        => dialogs.ConfirmAsync(new Confirmation($"Approve {version.Version}", $"Approve {version.Version}", "check",
            Impact.List(["You say that you have read it, by your name, on the ledger. An administrator may activate it then.", .. Replayed(replay)]),
            reason => PolicyActions.TriedAsync(async () => await actions.ApproveAsync(await me.ActingAsync(), version.Id, version.Digest, reason))) { Grave = false });

    public static Task<bool> ActivateAsync(IDialogService dialogs, PolicyActions actions, CurrentUser me, PolicyVersionRow version, PolicyVersionRow? current, ReplayReport? replay)
        => dialogs.ConfirmAsync(new Confirmation($"Activate {version.Version}", $"Activate {version.Version}", "play",
            Impact.List([$"From the next message on {version.Version} decides{(current is null ? "" : $" instead of {current.Version}, which can be rolled back to in one step")}.", "What waits for approval is decided anew by it when it is approved.", .. Replayed(replay)]),
            reason => PolicyActions.TriedAsync(async () => await actions.ActivateAsync(await me.ActingAsync(), version.Id, reason))));

    public static Task<bool> RollBackAsync(IDialogService dialogs, PolicyActions actions, CurrentUser me, PolicyVersionRow current, PolicyVersionRow to)
        => dialogs.ConfirmAsync(new Confirmation($"Roll back to {to.Version}", $"Roll back to {to.Version}", "repeated",
            Impact.List([$"From the next message on {to.Version} decides instead of {current.Version}.", "What waits for approval is decided anew by it when it is approved.", "What was decided until now stays as it was."]),
            reason => PolicyActions.TriedAsync(async () => await actions.RollBackAsync(await me.ActingAsync(), to.Id, reason))));

    public static Task<bool> WithdrawAsync(IDialogService dialogs, PolicyActions actions, CurrentUser me, PolicyVersionRow version)
        => dialogs.ConfirmAsync(new Confirmation($"Withdraw {version.Version}", $"Withdraw {version.Version}", "close",
            Impact.List(["It no longer decides beside the active version, and an approval that it has ends. It can be edited again."]),
            reason => PolicyActions.TriedAsync(async () => await actions.WithdrawAsync(await me.ActingAsync(), version.Id, reason))) { Grave = false });

    public static Task<bool> DiscardAsync(IDialogService dialogs, PolicyActions actions, CurrentUser me, PolicyVersionRow version)
        => dialogs.ConfirmAsync(new Confirmation($"Discard {version.Version}", $"Discard {version.Version}", "close",
            Impact.List(["It is given up for good: nobody edits, approves or activates it any more. It stays to be read."]),
            reason => PolicyActions.TriedAsync(async () => await actions.DiscardAsync(await me.ActingAsync(), version.Id, reason))));

    private static IEnumerable<string> Replayed(ReplayReport? replay)
        => [replay is null ? "What would change over recorded decisions was not replayed: the tab Replay says it in numbers." : "Over recorded decisions: " + PolicyTexts.Of(replay)];
}
