using System.Runtime.CompilerServices;
using System.Threading.Channels;
using A2AConsole.Data.Ledger;

namespace A2AConsole.Testing;

/// <summary>
/// Waiting for what happens in the background. Whoever tells of a change is listened to, and the condition is looked at after each;
/// only <see cref="TrueAsync(Func{Task{bool}}, string, TimeSpan?)"/> looks again by the clock, for what nobody tells of. <see cref="Patience"/>
/// ends a test that hangs; it is so long that it never decides one that only runs on a busy machine.
/// </summary>
public static class Eventually
{
    /// <summary>How long anything may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    /// <summary>The first thing that <paramref name="look"/> finds, looking now and after each commit of the ledger.</summary>
    public static Task<T> FindAsync<T>(this ILedger ledger, Func<Task<T?>> look, [CallerArgumentExpression(nameof(look))] string what = "") where T : class
    {
        Action<LedgerHead>? heard = null;
        return FindAsync(look, changed => ledger.Committed += heard = _ => changed(), () => ledger.Committed -= heard, what);
    }

    /// <summary>Ends when a condition holds, looking now and after each commit of the ledger.</summary>
    public static async Task UntilAsync(this ILedger ledger, Func<LedgerHead, bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
        => await ledger.FindAsync(() => Task.FromResult(condition(ledger.Head) ? what : null), what);

    /// <summary>Ends when a condition holds, looking now and after each call of the listener that is subscribed.</summary>
    public static async Task UntilAsync(
        Func<bool> condition, Action<Action> subscribe, Action unsubscribe, [CallerArgumentExpression(nameof(condition))] string what = "")
        => await FindAsync(() => Task.FromResult(condition() ? what : null), subscribe, unsubscribe, what);

    /// <summary>The first thing that <paramref name="look"/> finds, looking now and after each call of the listener that is subscribed.</summary>
    public static async Task<T> FindAsync<T>(
        Func<Task<T?>> look, Action<Action> subscribe, Action unsubscribe, [CallerArgumentExpression(nameof(look))] string what = "") where T : class
    {
        // One mark stands for any number of changes: what counts is that one came after the last look.
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var bound = new CancellationTokenSource(Patience);
        subscribe(() => changes.Writer.TryWrite(true));
        try
        {
            while (true)
            {
                if (await look() is { } found)
                    return found;
                await changes.Reader.ReadAsync(bound.Token);
            }
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            throw new TimeoutException($"After {Patience.TotalMinutes:0} minutes this was still not so: {what}");
        }
        finally
        {
            unsubscribe();
        }
    }

    /// <summary>
    /// Ends when a condition holds that nobody tells of: looks again every 20 ms. <paramref name="atMost"/> is for what is long by itself,
    /// such as ten thousand agents.
    /// </summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "", TimeSpan? atMost = null)
    {
        var patience = atMost ?? Patience;
        using var bound = new CancellationTokenSource(patience);
        while (!await condition())
        {
            if (bound.IsCancellationRequested)
                throw new TimeoutException($"After {patience.TotalMinutes:0} minutes this was still not so: {what}");
            await Task.Delay(Between, CancellationToken.None);
        }
    }

    /// <inheritdoc cref="TrueAsync(Func{Task{bool}}, string, TimeSpan?)"/>
    public static Task TrueAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
        => TrueAsync(() => Task.FromResult(condition()), what);
}
