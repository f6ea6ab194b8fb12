using A2AConsole.Ingest.Edge;

namespace A2AConsole.Ingest.Tests.Edge;

public class HandshakePacerTests
{
    [Fact]
    public void A_herd_is_let_through_in_a_burst_then_evenly_and_turned_away_when_the_queue_is_long()
    {
        var pacer = new HandshakePacer(perSecond: 1, burst: 5, longestWait: TimeSpan.FromSeconds(3.5));
        var waits = Enumerable.Range(0, 10).Select(_ => pacer.Reserve()).ToList();
        Assert.All(waits.Take(5), w => Assert.Equal(TimeSpan.Zero, w));
        Assert.InRange(waits[5]!.Value.TotalSeconds, 0.5, 1);
        Assert.InRange(waits[7]!.Value.TotalSeconds, 2.5, 3);
        Assert.Null(waits[8]);
        Assert.Null(waits[9]);
    }
}
