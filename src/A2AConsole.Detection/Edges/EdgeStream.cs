namespace A2AConsole.Detection.Edges;

/// <summary>What about an edge is unusual.</summary>
public enum EdgePart
{
    /// <summary>More from this source to this target.</summary>
    Edge,

    /// <summary>More from this source.</summary>
    Source,

    /// <summary>More to this target.</summary>
    Target,
}

/// <summary>The verdict on one edge.</summary>
/// <param name="Statistic">The greatest of the three, in the order of the published method.</param>
/// <param name="Surprise">It as −log10 p, by the tail of χ² with one degree of freedom.</param>
public readonly record struct EdgeScore(double Statistic, double Surprise, EdgePart Part, double Edge, double Source, double Target);

/// <summary>
/// Microclusters in a stream of edges, by the published method MIDAS-F (Bhatia, Liu, Hooi, Yoon, Shin, Faloutsos: "Real-Time Anomaly Detection in
/// Edge Streams"): sudden groups of like edges, judged with their source and target, in constant time and 72 KB in all. What is anomalous is not
/// learned. One for the whole site. Not for several threads at once.
/// </summary>
public sealed class EdgeStream
{
    private const byte Tag = (byte)'E', Version = 1;
    private const float Threshold = 1000, Kept = 0.5f;

    private readonly FlowSketch _edges, _sources, _targets;
    private long _tick = long.MinValue;
    private int _ticks = 1;

    public EdgeStream() => (_edges, _sources, _targets) = (new FlowSketch(), new FlowSketch(), new FlowSketch());

    private EdgeStream(FlowSketch edges, FlowSketch sources, FlowSketch targets) => (_edges, _sources, _targets) = (edges, sources, targets);

    /// <summary>Counts an edge and judges it.</summary>
    /// <param name="source">By <see cref="NodeHash"/>.</param>
    /// <param name="target">By <see cref="NodeHash"/>.</param>
    /// <param name="tick">The minute, counted anyhow; only ticks in which something comes are counted as time. One that goes back belongs to the latest.</param>
    public EdgeScore Observe(ulong source, ulong target, long tick)
    {
        if (tick > _tick)
        {
            if (_tick != long.MinValue)
                EndTick();
            _tick = tick;
        }
        var edge = _edges.Add(NodeHash.Of(source, target), _ticks);
        var from = _sources.Add(NodeHash.Mix(source), _ticks);
        var to = _targets.Add(NodeHash.Mix(target), _ticks);
        var most = Math.Max(edge, Math.Max(from, to));
        return new EdgeScore(most, ChiSquare(most), most == edge ? EdgePart.Edge : most == from ? EdgePart.Source : EdgePart.Target, edge, from, to);
    }

    private void EndTick()
    {
        _edges.EndTick(_ticks, Threshold, Kept);
        _sources.EndTick(_ticks, Threshold, Kept);
        _targets.EndTick(_ticks, Threshold, Kept);
        _ticks = Math.Min(_ticks + 1, int.MaxValue - 1);
    }

    /// <summary>−log10 P(χ²₁ ≥ x), by Mills' ratio of the normal tail (Abramowitz, Stegun 7.1.13: right within a few percent of p).</summary>
    internal static double ChiSquare(double x)
    {
        if (!(x > 0))
            return 0;
        var z = Math.Sqrt(x);
        var log = -x / 2 + Math.Log(2 * Math.Sqrt(2 / Math.PI) / (z + Math.Sqrt(x + 8 / Math.PI)));
        return Detection.Surprise.OfLog(Math.Min(0, log));
    }

    /// <summary>Writes the state: 72 KB.</summary>
    public void Save(BinaryWriter writer)
    {
        DetectorState.Begin(writer, Tag, Version);
        _edges.Save(writer);
        _sources.Save(writer);
        _targets.Save(writer);
        writer.Write(_tick);
        writer.Write(_ticks);
    }

    /// <exception cref="DetectorStateException">The state is damaged or another's.</exception>
    public static EdgeStream Load(BinaryReader reader) => DetectorState.Read(reader, r =>
    {
        DetectorState.Expect(r, Tag, Version);
        return new EdgeStream(FlowSketch.Load(r), FlowSketch.Load(r), FlowSketch.Load(r)) { _tick = r.ReadInt64(), _ticks = DetectorState.Int32(r, 1, int.MaxValue) };
    });
}
