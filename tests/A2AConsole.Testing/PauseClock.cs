using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Testing;

/// <summary>
/// A fake clock as one user of it sees it, which tells of each pause that the user begins. So a test moves the time on when, and only
/// when, somebody waits for it, and needs to guess neither how far nor when.
/// </summary>
public sealed class PauseClock(FakeTimeProvider clock) : TimeProvider
{
    private readonly Channel<TimeSpan> _pauses = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>Timers as long as this or longer are deadlines, not pauses: nobody waits for them to pass.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.MaxValue;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = clock.CreateTimer(callback, state, dueTime, period);
        // Told of once it is set: whoever hears of it may move the time at once.
        if (dueTime != Timeout.InfiniteTimeSpan && dueTime < Deadline)
            _pauses.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Moves the fake clock on.</summary>
    public void Advance(TimeSpan by) => clock.Advance(by);

    /// <summary>How long the next pause is that has begun and was not asked for yet.</summary>
    public Task<TimeSpan> NextPauseAsync() => _pauses.Reader.ReadAsync().AsTask().WaitAsync(Eventually.Patience);

    /// <summary>Lets every pause pass as soon as it has begun, until something is done.</summary>
    public async Task PassUntilAsync(Task done)
    {
        using var bound = new CancellationTokenSource(Eventually.Patience);
        while (!done.IsCompleted)
        {
            var begun = _pauses.Reader.WaitToReadAsync(bound.Token).AsTask();
            if (await Task.WhenAny(done, begun) == done)
                break;
            await begun;
            while (_pauses.Reader.TryRead(out var pause))
                clock.Advance(pause);
        }
        await done;
    }

    /// <inheritdoc cref="PassUntilAsync(Task)"/>
    public async Task<T> PassUntilAsync<T>(Task<T> done)
    {
        await PassUntilAsync((Task)done);
        return await done;
    }
}
