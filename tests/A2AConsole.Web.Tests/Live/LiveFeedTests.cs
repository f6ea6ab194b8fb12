using A2AConsole.Web.Live;
using A2AConsole.Web.Tests.Agents;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Web.Tests.Live;

public sealed class LiveFeedTests : IDisposable
{
    private readonly SilentLedger _ledger = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly LiveFeed _feed;

    public LiveFeedTests() => _feed = new LiveFeed(_ledger, _clock);

    [Fact]
    public async Task A_thousand_commits_at_once_are_one_call_and_one_more_after_the_pace()
    {
        var calls = 0;
        using var viewer = _feed.Subscribe(_ => { Interlocked.Increment(ref calls); return Task.CompletedTask; });
        for (var i = 0; i < 1000; i++)
            _ledger.Commit();
        await UntilAsync(() => calls >= 1, advance: false);
        for (var i = 0; i < 1000; i++)
            _ledger.Commit();
        Assert.Equal(1, calls);
        await UntilAsync(() => calls == 2, advance: true);
    }

    [Fact]
    public async Task A_viewer_that_is_busy_holds_nobody_up_and_misses_nothing()
    {
        var release = new TaskCompletionSource();
        int slow = 0, quick = 0;
        using var first = _feed.Subscribe(_ => { Interlocked.Increment(ref slow); return release.Task; });
        using var second = _feed.Subscribe(_ => { Interlocked.Increment(ref quick); return Task.CompletedTask; });
        for (var i = 1; i <= 3; i++)
        {
            _ledger.Commit();
            var expected = i;
            await UntilAsync(() => quick >= expected, advance: true);
        }
        Assert.Equal(1, slow);
        release.SetResult();
        await UntilAsync(() => slow == 2, advance: true);
    }

    [Fact]
    public async Task A_viewer_whose_page_fails_is_called_again_and_a_gone_one_is_not()
    {
        int failing = 0, gone = 0;
        using var first = _feed.Subscribe(_ => { Interlocked.Increment(ref failing); throw new InvalidOperationException("page"); });
        var second = _feed.Subscribe(_ => { Interlocked.Increment(ref gone); return Task.CompletedTask; });
        second.Dispose();
        _ledger.Commit();
        await UntilAsync(() => failing == 1, advance: true);
        _ledger.Commit();
        await UntilAsync(() => failing == 2, advance: true);
        Assert.Equal(0, gone);
    }

    public void Dispose() => _feed.Dispose();

    private async Task UntilAsync(Func<bool> condition, bool advance)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            if (advance)
                _clock.Advance(LiveFeed.Pace);
            await Task.Delay(1, CancellationToken.None);
        }
    }
}
