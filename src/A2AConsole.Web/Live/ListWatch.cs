using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace A2AConsole.Web.Live;

/// <summary>What a page whose list must not move under its reader hears from the browser.</summary>
public interface IListReader
{
    /// <summary>The pointer came into the list, or the list was scrolled away from its top (<paramref name="inside"/>), or neither is so any more.</summary>
    [JSInvokable]
    Task HoldAsync(bool inside);

    /// <summary>The list's end is near.</summary>
    [JSInvokable]
    Task NearEndAsync();
}

/// <summary>
/// Has the browser watch a page's list and report to the page. It may be disposed of at any moment, also while the browser has not
/// answered yet: whoever has moved on has taken the list along, and nothing may be asked about it any more.
/// </summary>
public sealed class ListWatch<TPage>(IJSRuntime js, TPage page) : IAsyncDisposable where TPage : class, IListReader
{
    private readonly DotNetObjectReference<TPage> _page = DotNetObjectReference.Create(page);
    private IJSObjectReference? _module, _watch;
    private bool _gone;

    /// <summary>Begins to watch. <paramref name="module"/> is the address of the console's script.</summary>
    public async Task StartAsync(string module, ElementReference list)
    {
        try
        {
            _module = await js.InvokeAsync<IJSObjectReference>("import", module);
            if (!_gone)
                _watch = await _module.InvokeAsync<IJSObjectReference>("watchList", list, _page);
            if (_gone)
                await ReleaseAsync();
        }
        catch (Exception e) when (_gone || e is JSDisconnectedException or OperationCanceledException) { /* The page is gone. */ }
    }

    /// <summary>Scrolls the list to its top.</summary>
    public ValueTask ToTopAsync() => _watch?.InvokeVoidAsync("toTop") ?? ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_gone)
            return;
        _gone = true;
        try
        {
            await ReleaseAsync();
        }
        catch (Exception e) when (e is JSDisconnectedException or JSException or OperationCanceledException) { /* The browser's half is gone already. */ }
        _page.Dispose();
    }

    private async Task ReleaseAsync()
    {
        var (watch, module) = (_watch, _module);
        (_watch, _module) = (null, null);
        if (watch is not null)
        {
            await watch.InvokeVoidAsync("dispose");
            await watch.DisposeAsync();
        }
        if (module is not null)
            await module.DisposeAsync();
    }
}
