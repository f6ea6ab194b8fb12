using A2AConsole.Testing;
using A2AConsole.Web.Live;
using A2AConsole.Web.Tests.Agents;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Web.Tests.Live;

public sealed class LiveFeedTests : IDisposable
{
    private readonly SilentLedger _ledger = new();
    private readonly PauseClock _clock = new(new FakeTimeProvider());
    private readonly LiveFeed _feed;

    public LiveFeedTests() => _feed = new LiveFeed(_ledger, _clock);

    [Fact]
    public async Task A_thousand_commits_at_once_are_one_call_and_one_more_after_the_pace()
    {
        var calls = new Calls();
        using var viewer = _feed.Subscribe(_ => calls.Come());
        for (var i = 0; i < 1000; i++)
            _ledger.Commit();
        await calls.ReachAsync(1);
        for (var i = 0; i < 1000; i++)
            _ledger.Commit();
        // Feed and viewer both keep their pace: while it lasts, nothing comes.
        Assert.Equal(LiveFeed.Pace, await _clock.NextPauseAsync());
        Assert.Equal(LiveFeed.Pace, await _clock.NextPauseAsync());
        Assert.Equal(1, calls.Count);
        _clock.Advance(LiveFeed.Pace);
        await _clock.PassUntilAsync(calls.ReachAsync(2));
        Assert.Equal(2, calls.Count);
    }

    [Fact]
    public async Task A_viewer_that_is_busy_holds_nobody_up_and_misses_nothing()
    {
        var release = new TaskCompletionSource();
        Calls slow = new(), quick = new();
        using var first = _feed.Subscribe(async _ => { await slow.Come(); await release.Task; });
        using var second = _feed.Subscribe(_ => quick.Come());
        for (var i = 1; i <= 3; i++)
        {
            _ledger.Commit();
            await _clock.PassUntilAsync(quick.ReachAsync(i));
        }
        Assert.Equal(1, slow.Count);
        release.SetResult();
        await _clock.PassUntilAsync(slow.ReachAsync(2));
    }

    [Fact]
    public async Task A_viewer_whose_page_fails_is_called_again_and_a_gone_one_is_not()
    {
        Calls failing = new(), gone = new();
        using var first = _feed.Subscribe(_ => { failing.Come(); throw new InvalidOperationException("page"); });
        var second = _feed.Subscribe(_ => gone.Come());
        second.Dispose();
        _ledger.Commit();
        await _clock.PassUntilAsync(failing.ReachAsync(1));
        _ledger.Commit();
        await _clock.PassUntilAsync(failing.ReachAsync(2));
        Assert.Equal(0, gone.Count);
    }

    public void Dispose() => _feed.Dispose();

    /// <summary>Counts a viewer's calls and tells of each.</summary>
    private sealed class Calls
    {
        private int _count;

        private event Action? Came;

        public int Count => Volatile.Read(ref _count);

        public Task Come()
        {
            Interlocked.Increment(ref _count);
            Came?.Invoke();
            return Task.CompletedTask;
        }

        public Task ReachAsync(int count)
        {
            Action? heard = null;
            return Eventually.UntilAsync(() => Count >= count, changed => Came += heard = changed, () => Came -= heard);
        }
    }
}
