using A2AConsole.Core.Admission;
using A2AConsole.Ingest.Events;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Ingest.Tests.Events;

public class AgentRatesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly AgentRates _rates;

    public AgentRatesTests() => _rates = new AgentRates(new AdmissionLimits { EventsPerSecond = 10, Burst = 30 }, _time);

    [Fact]
    public void An_agent_may_send_its_burst_and_then_its_rate()
    {
        Assert.Equal(20, _rates.Take(1, 20));
        Assert.Equal(10, _rates.Take(1, 20));
        Assert.Equal(0, _rates.Take(1, 1));
        _time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal(15, _rates.Take(1, 20));
    }

    [Fact]
    public void Agents_do_not_use_up_each_others_allowance()
    {
        Assert.Equal(30, _rates.Take(1, 100));
        Assert.Equal(30, _rates.Take(2, 100));
    }

    [Fact]
    public void What_was_taken_for_nothing_is_given_back()
    {
        Assert.Equal(30, _rates.Take(1, 100));
        _rates.GiveBack(1, 12);
        Assert.Equal(12, _rates.Take(1, 100));
    }
}
