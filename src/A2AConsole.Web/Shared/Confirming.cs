using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace A2AConsole.Web.Shared;

/// <summary>One act to be confirmed, and how it is said.</summary>
public sealed record Confirmation(string Title, string Verb, string Icon, RenderFragment Consequences, Func<string, Task<string?>> Act)
{
    public bool NeedsReason { get; init; } = true;
    /// <summary>Whether it can hurt.</summary>
    public bool Grave { get; init; } = true;
    public string CancelWord { get; init; } = "Cancel";
    /// <summary>What must be typed for what reaches far.</summary>
    public string? TypeToConfirm { get; init; }
}

/// <summary>Opens <see cref="ConfirmDialog"/>.</summary>
public static class Confirming
{
    /// <summary>Asks; true when it was done.</summary>
    public static async Task<bool> ConfirmAsync(this IDialogService dialogs, Confirmation confirmation)
    {
        var parameters = new DialogParameters<ConfirmDialog>
        {
            { d => d.Title, confirmation.Title }, { d => d.Verb, confirmation.Verb }, { d => d.Icon, confirmation.Icon }, { d => d.Consequences, confirmation.Consequences },
            { d => d.Act, confirmation.Act }, { d => d.NeedsReason, confirmation.NeedsReason }, { d => d.Grave, confirmation.Grave }, { d => d.CancelWord, confirmation.CancelWord },
            { d => d.TypeToConfirm, confirmation.TypeToConfirm },
        };
        var dialog = await dialogs.ShowAsync<ConfirmDialog>(confirmation.Title, parameters, new DialogOptions { BackdropClick = false, CloseOnEscapeKey = true, MaxWidth = MaxWidth.Small, FullWidth = true });
        return await dialog.Result is { Canceled: false };
    }
}
