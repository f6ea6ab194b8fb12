namespace A2AConsole.Detection.Edges;

/// <summary>The verdict on an edge from all views.</summary>
/// <param name="Flow">Bursts of like edges.</param>
/// <param name="Rarity">−log10 of the share of the target's messages that come from this source.</param>
/// <param name="Rank">How unusual in all, from 0 to 1, among all edges so far: mostly the burst, with the source's own and the rarity.</param>
public readonly record struct EdgeVerdict(EdgeScore Flow, double Rarity, double Rank);

/// <summary>
/// Edges judged by several views at once: bursts (<see cref="EdgeStream"/>), the source's own surge, and rarity. Bursts find floods; quiet attacks show in
/// the other two. Each view is turned into its running rank, then mixed eight to one to one. About 200 KB for the whole site.
/// </summary>
public sealed class EdgeJudge
{
    private const byte Tag = (byte)'J', Version = 1;
    private const double Burst = 0.8, Surge = 0.1, Rare = 0.1;

    private readonly EdgeStream _stream;
    private readonly EdgeRarity _rarity;
    private readonly RunningRank _burstRank, _surgeRank, _rareRank;

    public EdgeJudge() : this(new EdgeStream(), new EdgeRarity(), new RunningRank(), new RunningRank(), new RunningRank())
    {
    }

    private EdgeJudge(EdgeStream stream, EdgeRarity rarity, RunningRank burst, RunningRank surge, RunningRank rare)
        => (_stream, _rarity, _burstRank, _surgeRank, _rareRank) = (stream, rarity, burst, surge, rare);

    /// <summary>Judges an edge, then learns it.</summary>
    /// <param name="source">By <see cref="NodeHash"/>.</param>
    /// <param name="target">By <see cref="NodeHash"/>.</param>
    /// <param name="tick">The minute; see <see cref="EdgeStream.Observe"/>.</param>
    public EdgeVerdict Observe(ulong source, ulong target, long tick)
    {
        var flow = _stream.Observe(source, target, tick);
        var rarity = _rarity.Observe(source, target);
        var rank = Burst * _burstRank.Observe(flow.Statistic) + Surge * _surgeRank.Observe(flow.Source) + Rare * _rareRank.Observe(rarity);
        return new EdgeVerdict(flow, rarity, rank);
    }

    public void Save(BinaryWriter writer)
    {
        DetectorState.Begin(writer, Tag, Version);
        _stream.Save(writer);
        _rarity.Save(writer);
        _burstRank.Save(writer);
        _surgeRank.Save(writer);
        _rareRank.Save(writer);
    }

    /// <exception cref="DetectorStateException">The state is damaged or another's.</exception>
    public static EdgeJudge Load(BinaryReader reader) => DetectorState.Read(reader, r =>
    {
        DetectorState.Expect(r, Tag, Version);
        return new EdgeJudge(EdgeStream.Load(r), EdgeRarity.Load(r), RunningRank.Load(r), RunningRank.Load(r), RunningRank.Load(r));
    });
}
