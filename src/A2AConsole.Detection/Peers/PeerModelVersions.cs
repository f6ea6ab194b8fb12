using A2AConsole.Detection.Simulation;

namespace A2AConsole.Detection.Peers;

/// <summary>What became of a newly trained model.</summary>
/// <param name="Adopted">Whether it is used from now on; else the one before stays.</param>
/// <param name="Quality">The new model on held-out windows with outliers put in: the share of outliers that it finds surprising, less that of the others.</param>
/// <param name="Before">The same of the model in use; null without one.</param>
public sealed record PeerModelTrial(bool Adopted, int Version, double Quality, double? Before);

/// <summary>
/// The models of one peer group by version: a retrained one is used only when it finds outliers among windows that it was not trained on as well as
/// the one in use; and one can go back to the version before.
/// </summary>
public sealed class PeerModelVersions
{
    private const byte Tag = (byte)'W', Layout = 1;
    private const double Allowed = 0.05, Useless = 0.3, Surprising = 2;

    private PeerModel? _previous;

    public PeerModel? Current { get; private set; }

    /// <summary>Counts up with every model adopted; 0 before the first.</summary>
    public int Version { get; private set; }

    /// <summary>Puts a candidate to the test against the model in use.</summary>
    /// <param name="heldOut">Windows that it was not trained on.</param>
    public PeerModelTrial Offer(PeerModel candidate, IReadOnlyList<float[]> heldOut, long seed = 1)
    {
        var quality = Quality(candidate, heldOut, seed);
        double? before = Current is { } current && current.Names.SequenceEqual(candidate.Names) ? Quality(current, heldOut, seed) : null;
        if (quality < Useless || quality < before - Allowed)
            return new PeerModelTrial(false, Version, quality, before);
        (_previous, Current) = (Current, candidate);
        return new PeerModelTrial(true, ++Version, quality, before);
    }

    /// <summary>Goes back to the version before, once; false when there is none.</summary>
    public bool RollBack()
    {
        if (_previous is null)
            return false;
        (Current, _previous) = (_previous, null);
        Version++;
        return true;
    }

    // Each held-out window once as it is and once with two surprises that the group's own windows do not have together. Not only their order
    // counts: a model that learned from a day on which everything was on fire would order them well and call none surprising.
    private static double Quality(PeerModel model, IReadOnlyList<float[]> heldOut, long seed)
    {
        var chance = new Chance(seed);
        var (found, wrong, all) = (0, 0, 0);
        foreach (var window in heldOut.Where(w => w.Length == model.Names.Count))
        {
            all++;
            wrong += model.Score(window).Surprise >= Surprising ? 1 : 0;
            var strange = window.ToArray();
            for (var i = 0; i < 2; i++)
                strange[chance.Below(strange.Length)] += (float)chance.Between(2, 6);
            found += model.Score(strange).Surprise >= Surprising ? 1 : 0;
        }
        return all == 0 ? 0 : (found - wrong) / (double)all;
    }

    public void Save(BinaryWriter writer)
    {
        DetectorState.Begin(writer, Tag, Layout);
        writer.Write(Version);
        foreach (var model in (PeerModel?[])[Current, _previous])
        {
            writer.Write(model is not null);
            model?.Save(writer);
        }
    }

    /// <exception cref="DetectorStateException">The state is damaged or another's.</exception>
    public static PeerModelVersions Load(BinaryReader reader) => DetectorState.Read(reader, r =>
    {
        DetectorState.Expect(r, Tag, Layout);
        var versions = new PeerModelVersions { Version = DetectorState.Int32(r, 0, int.MaxValue) };
        versions.Current = r.ReadBoolean() ? PeerModel.Load(r) : null;
        versions._previous = r.ReadBoolean() ? PeerModel.Load(r) : null;
        return versions;
    });
}
