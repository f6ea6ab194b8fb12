using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace A2AConsole.Detection.Ranking;

/// <summary>An alert with what an analyst said of it.</summary>
/// <param name="Features">In the ranker's order; not finite counts as 0.</param>
/// <param name="WasTrue">She called it true; benign and duplicate are not.</param>
public sealed record JudgedAlert(float[] Features, bool WasTrue);

/// <summary>What a feature adds to, or takes from, an alert's place in the queue.</summary>
public readonly record struct RankFeature(string Name, double Contribution);

/// <summary>An alert's place.</summary>
/// <param name="Probability">That an analyst will call it true, learned from verdicts.</param>
/// <param name="Features">The strongest first, at most five.</param>
public sealed record AlertRank(double Probability, IReadOnlyList<RankFeature> Features);

/// <summary>
/// Sorts the queue by what analysts' verdicts taught: boosted trees (ML.NET's FastTree), with each feature's contribution. It orders alerts, it never
/// raises or hides one. Safe for one thread at a time.
/// </summary>
public sealed class TriageRanker : IDisposable
{
    private const byte Tag = (byte)'T', Version = 1;
    private const int Trees = 30, Leaves = 4, LeastInLeaf = 5, LeafShare = 12, MostFeatures = 128, Shown = 5, MostBytes = 16 << 20;

    private readonly MLContext _ml;
    private readonly ITransformer _model;
    private readonly PredictionEngine<Row, Ranked> _engine;
    private readonly string[] _names;

    private TriageRanker(MLContext ml, string[] names, ITransformer model, int verdicts, double area)
    {
        (_ml, _names, _model, Verdicts, Area) = (ml, names, model, verdicts, area);
        _engine = ml.Model.CreatePredictionEngine<Row, Ranked>(model, inputSchemaDefinition: Schema(names.Length));
    }

    /// <summary>The least number of verdicts, and of each kind, to learn from.</summary>
    public const int LeastVerdicts = 40, LeastOfEach = 8;

    public IReadOnlyList<string> Names => _names;

    /// <summary>Learned from so many verdicts.</summary>
    public int Verdicts { get; }

    /// <summary>Area under the ROC curve on every fourth verdict, which the model that was measured had not seen.</summary>
    public double Area { get; }

    /// <summary>Learns from verdicts; null when there are too few, or when what it learned is no better than chance on those held back.</summary>
    public static TriageRanker? Train(IReadOnlyList<string> names, IReadOnlyList<JudgedAlert> verdicts, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(names.Count, MostFeatures);
        var usable = verdicts.Where(v => v.Features.Length == names.Count).ToList();
        if (usable.Count < LeastVerdicts || usable.Count(v => v.WasTrue) < LeastOfEach || usable.Count(v => !v.WasTrue) < LeastOfEach)
            return null;
        var ml = new MLContext(seed);
        var area = HeldOut(ml, names.Count, usable);
        if (!(area > 0.55))
            return null;
        return new TriageRanker(ml, [.. names], Fit(ml, names.Count, usable), usable.Count, area);
    }

    private static double HeldOut(MLContext ml, int features, List<JudgedAlert> verdicts)
    {
        var model = Fit(ml, features, [.. verdicts.Where((_, i) => i % 4 != 3)]);
        using var engine = ml.Model.CreatePredictionEngine<Row, Ranked>(model, inputSchemaDefinition: Schema(features));
        return Edges.EdgeTrial.Auc(verdicts.Where((_, i) => i % 4 == 3).Select(v => (engine.Predict(RowOf(v.Features)).Probability, v.WasTrue)).ToList());
    }

    private static ITransformer Fit(MLContext ml, int features, List<JudgedAlert> verdicts)
    {
        var data = ml.Data.LoadFromEnumerable(verdicts.Select(v => RowOf(v.Features, v.WasTrue)), Schema(features));
        // One thread: the same verdicts give the same trees.
        var trees = ml.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options
        {
            LabelColumnName = nameof(Row.Label), FeatureColumnName = nameof(Row.Features), NumberOfTrees = Trees, NumberOfLeaves = Leaves,
            MinimumExampleCountPerLeaf = Math.Max(LeastInLeaf, verdicts.Count / LeafShare), LearningRate = 0.1, NumberOfThreads = 1, Seed = 1,
        }).Fit(data);
        var explained = ml.Transforms.CalculateFeatureContribution(trees, numberOfPositiveContributions: features, numberOfNegativeContributions: features, normalize: false).Fit(trees.Transform(data));
        return trees.Append(explained);
    }

    /// <summary>Ranks an alert.</summary>
    public AlertRank Rank(float[] features)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(features.Length, _names.Length);
        var ranked = _engine.Predict(RowOf(features));
        var contributions = ranked.FeatureContributions.DenseValues().Select((c, i) => new RankFeature(_names[i], c))
            .Where(f => f.Contribution != 0).OrderByDescending(f => Math.Abs(f.Contribution)).Take(Shown);
        return new AlertRank(ranked.Probability, [.. contributions]);
    }

    public void Save(BinaryWriter writer)
    {
        DetectorState.Begin(writer, Tag, Version);
        writer.Write(_names.Length);
        foreach (var name in _names)
            writer.Write(name);
        writer.Write(Verdicts);
        writer.Write(Area);
        using var stream = new MemoryStream();
        _ml.Model.Save(_model, _ml.Data.LoadFromEnumerable(Array.Empty<Row>(), Schema(_names.Length)).Schema, stream);
        writer.Write((int)stream.Length);
        writer.Write(stream.ToArray());
    }

    /// <exception cref="DetectorStateException">The state is damaged or another's.</exception>
    public static TriageRanker Load(BinaryReader reader) => DetectorState.Read(reader, r =>
    {
        DetectorState.Expect(r, Tag, Version);
        var names = new string[DetectorState.Int32(r, 1, MostFeatures)];
        for (var i = 0; i < names.Length; i++)
            names[i] = r.ReadString();
        var (verdicts, area) = (DetectorState.Int32(r, 0, int.MaxValue), DetectorState.Double(r, 0, 1));
        var bytes = new byte[DetectorState.Int32(r, 1, MostBytes)];
        r.BaseStream.ReadExactly(bytes);
        var ml = new MLContext(1);
        try
        {
            return new TriageRanker(ml, names, ml.Model.Load(new MemoryStream(bytes), out _), verdicts, area);
        }
        catch (Exception e) when (e is not DetectorStateException)
        {
            throw new DetectorStateException("the trees cannot be read: " + e.Message, e);
        }
    });

    public void Dispose() => _engine.Dispose();

    private static Row RowOf(float[] features, bool label = false) => new() { Features = [.. features.Select(f => float.IsFinite(f) ? f : 0)], Label = label };

    private static SchemaDefinition Schema(int features)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features);
        return schema;
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }

    private sealed class Ranked
    {
        public float Probability { get; set; }

        public VBuffer<float> FeatureContributions { get; set; }
    }
}
