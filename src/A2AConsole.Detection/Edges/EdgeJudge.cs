namespace A2AConsole.Detection.Edges;

/// <summary>The verdict on an edge from all views.</summary>
/// <param name="Flow">Bursts of like edges.</param>
/// <param name="Rarity">−log10 of the share of the target's messages that come from this source.</param>
/// <param name="Order">How unusual in all, for ordering only: no probability. Mostly the burst, with the source's own surge and the rarity.</param>
public readonly record struct EdgeVerdict(EdgeScore Flow, double Rarity, double Order);

/// <summary>
/// Edges judged by several views at once: bursts (<see cref="EdgeStream"/>), the source's own surge, and rarity. Bursts find floods; quiet attacks show in
/// the other two. About 200 KB for the whole site. Not for several threads at once.
/// </summary>
public sealed class EdgeJudge
{
    private const byte Tag = (byte)'J', Version = 1;
    private const double Surge = 0.2, Rare = 0.8;

    private readonly EdgeStream _stream;
    private readonly EdgeRarity _rarity;

    public EdgeJudge() : this(new EdgeStream(), new EdgeRarity())
    {
    }

    private EdgeJudge(EdgeStream stream, EdgeRarity rarity) => (_stream, _rarity) = (stream, rarity);

    /// <summary>Judges an edge, then learns it.</summary>
    /// <param name="source">By <see cref="NodeHash"/>.</param>
    /// <param name="target">By <see cref="NodeHash"/>.</param>
    /// <param name="tick">The minute; see <see cref="EdgeStream.Observe"/>.</param>
    public EdgeVerdict Observe(ulong source, ulong target, long tick)
    {
        var flow = _stream.Observe(source, target, tick);
        var rarity = _rarity.Observe(source, target);
        return new EdgeVerdict(flow, rarity, Math.Log(1 + flow.Statistic) + Surge * Math.Log(1 + flow.Source) + Rare * rarity);
    }

    public void Save(BinaryWriter writer)
    {
        DetectorState.Begin(writer, Tag, Version);
        _stream.Save(writer);
        _rarity.Save(writer);
    }

    /// <exception cref="DetectorStateException">The state is damaged or another's.</exception>
    public static EdgeJudge Load(BinaryReader reader) => DetectorState.Read(reader, r =>
    {
        DetectorState.Expect(r, Tag, Version);
        return new EdgeJudge(EdgeStream.Load(r), EdgeRarity.Load(r));
    });
}
