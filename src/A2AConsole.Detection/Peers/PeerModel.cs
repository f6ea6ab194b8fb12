using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace A2AConsole.Detection.Peers;

/// <summary>What a feature contributes to being unlike the peers.</summary>
/// <param name="Share">Its part of the squared residual, 0 to 1.</param>
/// <param name="Actual">The surprise that was measured.</param>
/// <param name="Usual">What the peers' pattern makes of the other features.</param>
public readonly record struct PeerFeature(string Name, double Share, double Actual, double Usual);

/// <summary>How unlike its peers an agent's window is.</summary>
/// <param name="Distance">In units in which the peers' mean is 1.</param>
/// <param name="Surprise">−log10 p by the tail of the peers' own distances.</param>
/// <param name="Features">The largest share first.</param>
public sealed record PeerDistance(double Distance, double Surprise, IReadOnlyList<PeerFeature> Features);

/// <summary>
/// What agents of one peer group have in common: principal components (ML.NET's RandomizedPCA) of their windows' vectors of surprises. A window is
/// unlike its peers by what the components leave over, and by how far along them it lies, which a residual alone would not see. Immutable; safe for
/// several threads.
/// </summary>
public sealed class PeerModel
{
    private const byte Tag = (byte)'M', Version = 1;
    private const int MostFeatures = 64, MostRank = 16, Oversampling = 10;
    private const double Tail = 0.05;

    private readonly string[] _names;
    private readonly float[] _scales;
    private readonly float[] _mean;
    private readonly float[][] _axes;
    private readonly double[] _spreads;
    private double _residual, _quantile, _excess;

    private PeerModel(string[] names, float[] scales, float[] mean, float[][] axes, int trainedOn)
    {
        (_names, _scales, _mean, _axes, TrainedOn) = (names, scales, mean, axes, trainedOn);
        _spreads = new double[axes.Length];
    }

    /// <summary>The least number of windows to learn from: below, the model does not know yet.</summary>
    public const int LeastWindows = 100;

    public int TrainedOn { get; }

    public IReadOnlyList<string> Names => _names;

    /// <summary>Learns from a group's windows. The strangest two percent are left out, so that an attack among them is not learned; those known to be attacks must not be passed at all.</summary>
    /// <param name="windows">Vectors of surprises, one a window, each as long as <paramref name="names"/>.</param>
    /// <returns>Null when there is too little to learn from.</returns>
    public static PeerModel? Train(IReadOnlyList<string> names, IReadOnlyList<float[]> windows, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(names.Count, MostFeatures);
        var usable = windows.Where(w => w.Length == names.Count && w.All(float.IsFinite)).ToList();
        if (usable.Count < LeastWindows || names.Count < 2)
            return null;
        var scales = Scales(names.Count, usable);
        var clean = usable.OrderBy(w => Size(w, scales)).ThenBy(w => w.Sum()).Take(usable.Count - usable.Count / 50).ToList();
        var (mean, axes) = Components(names.Count, clean, scales, seed);
        var model = new PeerModel([.. names], scales, mean, axes, clean.Count);
        model.Calibrate(clean);
        return model;
    }

    private static float[] Scales(int features, List<float[]> windows)
    {
        var scales = new float[features];
        for (var i = 0; i < features; i++)
        {
            var sorted = windows.Select(w => Math.Abs(w[i])).Order().ToList();
            // Zero stays zero; the 95 % quantile is one, so that gross values do not press all others together.
            scales[i] = Math.Max(sorted[(int)((sorted.Count - 1) * 0.95)], 0.3f);
        }
        return scales;
    }

    private static double Size(float[] window, float[] scales)
    {
        var sum = 0.0;
        for (var i = 0; i < window.Length; i++)
            sum += window[i] / scales[i] * (window[i] / scales[i]);
        return sum;
    }

    private static (float[] Mean, float[][] Axes) Components(int features, List<float[]> windows, float[] scales, int seed)
    {
        var ml = new MLContext(seed);
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features);
        var data = ml.Data.LoadFromEnumerable(windows.Select(w => new Row { Features = Scaled(w, scales) }), schema);
        var rank = Math.Clamp(features / 3, 1, MostRank);
        // No zero mean: with it, and with shifted features, a gross outlier need not rank first.
        var trainer = ml.AnomalyDetection.Trainers.RandomizedPca(nameof(Row.Features), rank: rank, oversampling: Math.Min(Oversampling, features), ensureZeroMean: false, seed: seed);
        var parameters = trainer.Fit(data).Model;
        VBuffer<float>[]? vectors = null;
        parameters.GetEigenVectors(ref vectors, out var found);
        VBuffer<float> mean = default;
        parameters.GetMean(ref mean);
        var axes = vectors!.Take(found).Select(v => v.DenseValues().ToArray()).Where(v => v.Length == features && v.All(float.IsFinite)).ToArray();
        var center = mean.Length == features ? mean.DenseValues().ToArray() : new float[features];
        return (center.All(float.IsFinite) ? center : new float[features], axes);
    }

    private void Calibrate(List<float[]> windows)
    {
        _residual = 1;
        var parts = windows.Select(Parts).ToList();
        for (var i = 0; i < _axes.Length; i++)
            _spreads[i] = Math.Max(parts.Average(p => p.Along[i] * p.Along[i]), 1e-6);
        _residual = Math.Max(parts.Average(p => p.Residual), 1e-6);
        var distances = windows.Select(w => Distance(Parts(w))).Order().ToList();
        _quantile = distances[(int)((distances.Count - 1) * (1 - Tail))];
        _excess = Math.Max(distances.Where(d => d > _quantile).Select(d => d - _quantile).DefaultIfEmpty(_quantile).Average(), 1e-3);
    }

    /// <summary>Judges a window.</summary>
    public PeerDistance Score(float[] window)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(window.Length, _names.Length);
        var (along, left, residual) = Parts(window);
        var distance = Distance((along, left, residual));
        var surprise = distance <= _quantile ? 0 : -Math.Log10(Tail) + 4 * Math.Log10(1 + (distance - _quantile) / (4 * _excess));
        var all = left.Sum(v => v * v);
        var features = Enumerable.Range(0, _names.Length)
            .Select(i => new PeerFeature(_names[i], all > 0 ? left[i] * left[i] / all : 0, window[i], Math.Max(0, (Scaled(window, _scales)[i] - left[i]) * _scales[i])))
            .OrderByDescending(f => f.Share);
        return new PeerDistance(distance, Math.Min(surprise, Detection.Surprise.Most), [.. features]);
    }

    private (double[] Along, double[] Left, double Residual) Parts(float[] window)
    {
        var left = new double[_names.Length];
        var scaled = Scaled(window, _scales);
        for (var i = 0; i < left.Length; i++)
            left[i] = (float.IsFinite(scaled[i]) ? Math.Clamp(scaled[i], -1e6, 1e6) : 0) - _mean[i];
        var along = new double[_axes.Length];
        for (var a = 0; a < _axes.Length; a++)
        {
            for (var i = 0; i < left.Length; i++)
                along[a] += left[i] * _axes[a][i];
        }
        for (var a = 0; a < _axes.Length; a++)
            for (var i = 0; i < left.Length; i++)
                left[i] -= along[a] * _axes[a][i];
        return (along, left, left.Sum(v => v * v));
    }

    private double Distance((double[] Along, double[] Left, double Residual) parts)
    {
        var inside = 0.0;
        for (var a = 0; a < _axes.Length; a++)
            inside += parts.Along[a] * parts.Along[a] / Math.Max(_spreads[a], 1e-6);
        return (parts.Residual / _residual + inside) / (1 + _axes.Length);
    }

    private static float[] Scaled(float[] window, float[] scales)
    {
        var scaled = new float[window.Length];
        for (var i = 0; i < window.Length; i++)
            scaled[i] = window[i] / scales[i];
        return scaled;
    }

    public void Save(BinaryWriter writer)
    {
        DetectorState.Begin(writer, Tag, Version);
        writer.Write(_names.Length);
        foreach (var name in _names)
            writer.Write(name);
        writer.Write(_axes.Length);
        writer.Write(TrainedOn);
        DetectorState.Singles(writer, _scales);
        DetectorState.Singles(writer, _mean);
        foreach (var axis in _axes)
            DetectorState.Singles(writer, axis);
        foreach (var value in (IEnumerable<double>)[.. _spreads, _residual, _quantile, _excess])
            writer.Write(value);
    }

    /// <exception cref="DetectorStateException">The state is damaged or another's.</exception>
    public static PeerModel Load(BinaryReader reader) => DetectorState.Read(reader, r =>
    {
        DetectorState.Expect(r, Tag, Version);
        var names = new string[DetectorState.Int32(r, 2, MostFeatures)];
        for (var i = 0; i < names.Length; i++)
            names[i] = r.ReadString();
        var (rank, trainedOn) = (DetectorState.Int32(r, 0, MostRank), DetectorState.Int32(r, 0, int.MaxValue));
        var (scales, mean, axes) = (new float[names.Length], new float[names.Length], new float[rank][]);
        DetectorState.Singles(r, scales, 0.01f);
        DetectorState.Singles(r, mean);
        for (var a = 0; a < rank; a++)
            DetectorState.Singles(r, axes[a] = new float[names.Length]);
        var model = new PeerModel(names, scales, mean, axes, trainedOn);
        for (var a = 0; a < rank; a++)
            model._spreads[a] = DetectorState.Double(r, 0);
        (model._residual, model._quantile, model._excess) = (DetectorState.Double(r, 0), DetectorState.Double(r, 0), DetectorState.Double(r, 0));
        return model;
    });

    private sealed class Row
    {
        public float[] Features { get; set; } = [];
    }
}
