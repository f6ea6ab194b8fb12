using System.Collections.Concurrent;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Limits;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Policy.Tests.Limits;

/// <summary>Windows across callers, restarts and failures.</summary>
public sealed class SpendBookTests
{
    private static readonly SpendKey Key = new("spiffe://a", "executeReroute", "EUR");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryStore _store = new();

    private SpendBook Book() => new(_store, TimeSpan.FromDays(1), _time);

    [Fact]
    public async Task Parts_that_are_decided_at_the_same_time_see_each_other()
    {
        var book = Book();
        var totals = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => book.ReserveAsync(Key, $"m{i}", 10).AsTask())));
        Assert.Equal(Enumerable.Range(1, 100).Select(i => i * 10L), totals.Order());
    }

    [Fact]
    public async Task A_restart_forgets_nothing_and_time_does()
    {
        Assert.Equal(100, await Book().ReserveAsync(Key, "a", 100));
        _time.Advance(TimeSpan.FromHours(20));
        Assert.Equal(130, await Book().ReserveAsync(Key, "b", 30));
        _time.Advance(TimeSpan.FromHours(4));
        Assert.Equal(31, await Book().ReserveAsync(Key, "c", 1));
    }

    [Fact]
    public async Task The_same_message_with_less_takes_nothing_back_even_after_a_restart()
    {
        var book = Book();
        Assert.Equal(100, await book.ReserveAsync(Key, "a", 100));
        Assert.Equal(100, await book.ReserveAsync(Key, "a", 1));
        Assert.Equal(101, await Book().ReserveAsync(Key, "b", 1));
    }

    [Fact]
    public async Task Refused_requests_are_taken_back_and_keys_are_apart()
    {
        var book = Book();
        await book.ReserveAsync(Key, "a", 100);
        await book.ReleaseAsync(Key, "a");
        Assert.Equal(1, await book.ReserveAsync(Key, "b", 1));
        Assert.Equal(7, await book.ReserveAsync(Key with { Agent = "spiffe://b" }, "c", 7));
        Assert.Equal(8, await book.ReserveAsync(Key with { Currency = "USD" }, "d", 8));
        Assert.Equal(2, await Book().ReserveAsync(Key, "e", 1));
    }

    [Fact]
    public async Task What_the_store_cannot_keep_is_an_exception_and_counts_not()
    {
        var book = Book();
        await book.ReserveAsync(Key, "a", 1);
        _store.Broken = true;
        await Assert.ThrowsAsync<IOException>(() => book.ReserveAsync(Key, "b", 10).AsTask());
        await Assert.ThrowsAsync<IOException>(() => book.ReserveAsync(Key with { Agent = "new" }, "c", 10).AsTask());
        _store.Broken = false;
        Assert.Equal(3, await book.ReserveAsync(Key, "d", 2));
        Assert.Equal(5, await book.ReserveAsync(Key with { Agent = "new" }, "e", 5));
    }

    [Fact]
    public async Task Trimming_while_others_count_loses_nothing()
    {
        var book = Book();
        using var stop = new CancellationTokenSource();
        var trimming = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                book.Trim();
        });
        long last = 0;
        for (var i = 0; i < 300; i++)
            last = await book.ReserveAsync(Key, $"m{i}", 1);
        await stop.CancelAsync();
        await trimming;
        Assert.Equal(300, last);
    }

    private sealed class MemoryStore : ISpendStore
    {
        private readonly ConcurrentDictionary<(SpendKey, string), SpendEntry> _entries = new();

        public volatile bool Broken;

        public ValueTask<IReadOnlyList<SpendEntry>> ReadAsync(SpendKey key, DateTimeOffset since, CancellationToken cancellationToken)
            => Broken ? throw new IOException("the store is away") : new([.. _entries.Where(e => e.Key.Item1 == key && e.Value.At >= since).Select(e => e.Value)]);

        public ValueTask WriteAsync(SpendKey key, SpendEntry entry, CancellationToken cancellationToken)
        {
            if (Broken)
                throw new IOException("the store is away");
            _entries[(key, entry.Id)] = entry;
            return default;
        }

        public ValueTask DeleteAsync(SpendKey key, string id, CancellationToken cancellationToken)
        {
            _entries.TryRemove((key, id), out _);
            return default;
        }
    }
}
