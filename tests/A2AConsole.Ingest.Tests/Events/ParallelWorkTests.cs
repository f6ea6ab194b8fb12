using A2AConsole.Ingest.Events;

namespace A2AConsole.Ingest.Tests.Events;

public class ParallelWorkTests
{
    private sealed class Counting(int[] done, int failAt = -1) : ParallelWork
    {
        protected override void Do(int index)
        {
            if (index == failAt)
                throw new InvalidOperationException("part");
            Interlocked.Increment(ref done[index]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(100)]
    [InlineData(1001)]
    public async Task Each_part_is_done_exactly_once(int count)
    {
        var done = new int[count];
        await new Counting(done).RunAsync(count);
        Assert.All(done, d => Assert.Equal(1, d));
    }

    [Fact]
    public async Task A_part_that_throws_fails_the_run_and_does_not_hang_it()
        => await Assert.ThrowsAsync<InvalidOperationException>(() => new Counting(new int[50], failAt: 17).RunAsync(50).WaitAsync(TimeSpan.FromSeconds(10)));
}
