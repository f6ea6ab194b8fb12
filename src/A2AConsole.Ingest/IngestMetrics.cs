using System.Diagnostics.Metrics;

namespace A2AConsole.Ingest;

/// <summary>What the edge counts and times, as OpenTelemetry-style instruments of the meter <c>A2AConsole.Ingest</c>.</summary>
public sealed class IngestMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "A2AConsole.Ingest";

    private readonly Meter _meter;
    private readonly Counter<long> _admitted;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _turnedAway;
    private readonly Counter<long> _connectionsRefused;
    private readonly Histogram<double> _verify;
    private readonly Histogram<double> _commit;
    private long _waiting;

    /// <summary>Makes the instruments.</summary>
    public IngestMetrics(IMeterFactory? factory = null)
    {
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _admitted = _meter.CreateCounter<long>("a2aconsole.ingest.admitted", "{event}", "Events admitted");
        _refused = _meter.CreateCounter<long>("a2aconsole.ingest.refused", "{event}", "Events refused, by code");
        _turnedAway = _meter.CreateCounter<long>("a2aconsole.ingest.turned_away", "{request}", "Requests answered 429 or 503, by reason");
        _connectionsRefused = _meter.CreateCounter<long>("a2aconsole.ingest.connections.refused", "{connection}", "Connections refused, by code");
        _verify = _meter.CreateHistogram<double>("a2aconsole.ingest.verify.duration", "s", "From a whole body to all its events checked");
        _commit = _meter.CreateHistogram<double>("a2aconsole.ingest.commit.duration", "s", "From the queue to the durable commit");
        _meter.CreateObservableGauge("a2aconsole.ingest.queue.events", () => Volatile.Read(ref _waiting), "{event}", "Events that wait for their commit");
    }

    /// <summary>Events that wait for their commit.</summary>
    public long Waiting => Volatile.Read(ref _waiting);

    /// <summary>Adds a gauge of live connections.</summary>
    internal void ObserveConnections(Func<int> count)
        => _meter.CreateObservableGauge("a2aconsole.ingest.connections", count, "{connection}", "Live connections");

    internal void Queued(int events) => Interlocked.Add(ref _waiting, events);

    internal void Answered(int events, TimeSpan commit)
    {
        Interlocked.Add(ref _waiting, -events);
        _commit.Record(commit.TotalSeconds);
    }

    internal void Verified(TimeSpan duration) => _verify.Record(duration.TotalSeconds);

    internal void Admitted(int events)
    {
        if (events > 0)
            _admitted.Add(events);
    }

    internal void Refused(string code) => _refused.Add(1, new KeyValuePair<string, object?>("code", code));

    internal void TurnedAway(string reason) => _turnedAway.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void ConnectionRefused(string code) => _connectionsRefused.Add(1, new KeyValuePair<string, object?>("code", code));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
