using System.Diagnostics.Metrics;
using A2AConsole.Testing;
using A2AConsole.Trust;

namespace A2AConsole.Ingest.Tests.Edge;

public class StartTests
{
    [Fact]
    public async Task A_busy_port_is_said_in_one_sentence_with_what_to_do()
    {
        await using var first = await TestSite.StartAsync();
        var error = await Assert.ThrowsAsync<IngestStartupException>(() => TestSite.StartAsync(new() { Ingest = o => o.Urls = [first.Edge.ToString()] }));
        Assert.Contains($":{first.Edge.Port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("--edge-urls", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_that_make_no_sense_stop_the_start()
    {
        var error = await Assert.ThrowsAsync<IngestStartupException>(() => TestSite.StartAsync(new() { Ingest = o => o.MaxEventBytes = o.MaxRequestBytes = 10 }));
        Assert.Contains("MaxEventBytes", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IngestStartupException>(() => TestSite.StartAsync(new() { Ingest = o => o.MaxAge = TimeSpan.Zero }));
        await Assert.ThrowsAsync<IngestStartupException>(() => TestSite.StartAsync(new() { Ingest = o => o.HandshakeTimeout = TimeSpan.Zero }));
        await Assert.ThrowsAsync<TrustStartupException>(() => TestSite.StartAsync(new() { Ingest = o => o.Urls = ["http://localhost:0"] }));
    }

    [Fact]
    public async Task Agents_are_told_the_address_that_was_bound()
    {
        await using var site = await TestSite.StartAsync();
        Assert.Equal(site.Edge, new Uri(site.Get<Trust.Listening.IEdgeAddress>().Url));
    }

    [Fact]
    public async Task What_is_admitted_and_refused_is_counted()
    {
        await using var site = await TestSite.StartAsync();
        var counts = new Dictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == IngestMetrics.MeterName)
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            lock (counts)
                counts[instrument.Name + (tags.Length > 0 ? ":" + tags[0].Value : "")] = counts.GetValueOrDefault(instrument.Name + (tags.Length > 0 ? ":" + tags[0].Value : "")) + value;
        });
        listener.Start();
        var agent = await site.EnrollAsync("counted");
        await agent.PostAsync(Envelopes.Array([agent.Sign(), agent.Sign(), agent.Sign(agent.Event() with { Type = "weather.report" })]));
        lock (counts)
        {
            // Other tests' sites count on the same meter name: at least ours.
            Assert.True(counts["a2aconsole.ingest.admitted"] >= 2);
            Assert.True(counts["a2aconsole.ingest.refused:unknown-type"] >= 1);
        }
    }
}
