using A2AConsole.Core.Policies;
using CsCheck;

namespace A2AConsole.Policy.Tests.Limits;

/// <summary>A window sees a split order as the whole, and never counts too little.</summary>
public sealed class SpendWindowTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly Gen<(int Second, long Minor)[]> Commitments = Gen.Select(Gen.Int[0, 3 * 86_400], Gen.OneOf(Gen.Long[0, 1_000], Gen.Long[0, long.MaxValue])).Array[0, 60];

    [Fact]
    public void The_total_is_what_was_committed_within_the_window() => Gen.Select(Commitments, Gen.Int[0, 4 * 86_400]).Sample((commitments, at) =>
    {
        var window = new SpendWindow(Day);
        foreach (var (c, i) in commitments.Select((c, i) => (c, i)))
            window.Add(new SpendEntry($"m{i}", Start.AddSeconds(c.Second), c.Minor));
        Assert.Equal(Sum(commitments, at), window.Total(Start.AddSeconds(at)));
    });

    [Fact]
    public void With_too_many_entries_it_counts_too_much_and_never_too_little() => Gen.Select(Commitments, Gen.Int[1, 10], Gen.Int[0, 4 * 86_400]).Sample((commitments, capacity, at) =>
    {
        var window = new SpendWindow(Day, capacity);
        foreach (var (c, i) in commitments.Select((c, i) => (c, i)))
        {
            window.Add(new SpendEntry($"m{i}", Start.AddSeconds(c.Second), c.Minor));
            Assert.InRange(window.Entries.Count, 0, capacity);
        }
        Assert.True(window.Total(Start.AddSeconds(at)) >= Sum(commitments, at));
    });

    [Fact]
    public void However_an_order_is_split_within_a_window_its_last_part_sees_the_whole() => Gen.Select(Gen.Long[1, 5_000].Array[1, 40], Gen.Int[0, 86_399].Array[40]).Sample((parts, seconds) =>
    {
        var window = new SpendWindow(Day);
        var times = seconds.Take(parts.Length).Order().ToArray();
        long total = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            window.Add(new SpendEntry($"m{i}", Start.AddSeconds(times[i]), parts[i]));
            total = window.Total(Start.AddSeconds(times[i]));
        }
        Assert.Equal(parts.Sum(), total);
    });

    [Fact]
    public void The_same_message_counts_once_and_by_its_larger_amount()
    {
        var window = new SpendWindow(Day);
        window.Add(new SpendEntry("m", Start, 100));
        window.Add(new SpendEntry("m", Start.AddHours(1), 40));
        Assert.Equal(100, window.Total(Start.AddHours(1)));
        window.Add(new SpendEntry("m", Start.AddHours(2), 150));
        Assert.Equal(150, window.Total(Start.AddHours(2)));
        // It counts until the later of its moments is out of the window.
        Assert.Equal(150, window.Total(Start.AddHours(25)));
        Assert.Equal(0, window.Total(Start.AddHours(26)));
    }

    [Fact]
    public void An_entry_leaves_exactly_when_the_window_has_passed_it()
    {
        var window = new SpendWindow(Day);
        window.Add(new SpendEntry("m", Start, 100));
        Assert.Equal(100, window.Total(Start + Day - TimeSpan.FromTicks(1)));
        Assert.Equal(0, window.Total(Start + Day));
    }

    [Fact]
    public void What_was_taken_back_counts_no_more_and_merged_amounts_cannot_be_taken_back()
    {
        var window = new SpendWindow(Day, capacity: 2);
        window.Add(new SpendEntry("a", Start, 1));
        window.Add(new SpendEntry("b", Start.AddSeconds(1), 2));
        Assert.True(window.Remove("b"));
        Assert.Equal(1, window.Total(Start.AddSeconds(1)));
        window.Add(new SpendEntry("b", Start.AddSeconds(1), 2));
        window.Add(new SpendEntry("c", Start.AddSeconds(2), 4));
        Assert.False(window.Remove("a"));
        Assert.False(window.Remove("b"));
        Assert.Equal(7, window.Total(Start.AddSeconds(2)));
    }

    [Fact]
    public void Sums_beyond_what_can_be_counted_stay_at_the_most_and_negative_ones_are_refused()
    {
        var window = new SpendWindow(Day, capacity: 2);
        foreach (var id in (string[])["a", "b", "c"])
            window.Add(new SpendEntry(id, Start, long.MaxValue));
        Assert.Equal(long.MaxValue, window.Total(Start));
        Assert.Throws<ArgumentOutOfRangeException>(() => window.Add(new SpendEntry("d", Start, -1)));
    }

    private static long Sum((int Second, long Minor)[] commitments, int at)
    {
        var sum = commitments.Where(c => c.Second > at - 86_400).Aggregate((Int128)0, (s, c) => s + c.Minor);
        return sum > long.MaxValue ? long.MaxValue : (long)sum;
    }
}
