namespace A2AConsole.Detection.Continuous;

/// <summary>
/// The upper tail of a stream of deviations: its 98 % quantile, followed step by step, and the mean excess beyond it. What lies beyond is judged by
/// a generalised Pareto tail, so that a surprise can be put to deviations that were never seen. Twenty bytes of state.
/// </summary>
internal struct TailModel
{
    private const float Quantile = 0.98f;
    private const double Shape = 4;
    private const int Enough = 50, Memory = 2000;

    private float _quantile, _excess, _scale;
    private int _seen;

    /// <summary>−log10 p of a deviation; 0 within the usual.</summary>
    public readonly double Score(double deviation)
    {
        if (_seen < Enough || !(deviation > _quantile))
            return 0;
        var beyond = (deviation - _quantile) / Math.Max(_excess, 1e-9 * _scale + 1e-30);
        return -Math.Log10(1 - Quantile) + Shape * Math.Log10(1 + beyond / Shape);
    }

    /// <summary>The furthest deviation that is believed when something else is learned; unbounded while little is known.</summary>
    public readonly double Believed => _seen < Enough ? double.MaxValue : _quantile + 8 * (double)_excess;

    public void Learn(double deviation)
    {
        _seen = Math.Min(_seen + 1, int.MaxValue - 1);
        if (_seen == 1)
        {
            _scale = (float)Math.Abs(deviation) + 1e-9f;
            (_quantile, _excess) = ((float)deviation, _scale);
            return;
        }
        _scale += ((float)Math.Abs(deviation) - _scale) / Math.Min(_seen, Memory);
        var step = Math.Max(4f / _seen, 0.01f) * _scale * 2;
        _quantile += deviation > _quantile ? step * Quantile : -step * (1 - Quantile);
        if (!(deviation > _quantile))
            return;
        // One gross deviation must not make the next one usual.
        var excess = Math.Min((float)deviation - _quantile, 6 * _excess + _scale / 2);
        _excess += (excess - _excess) * Math.Max(1 / (1 + _seen * (1 - Quantile)), 0.01f);
    }

    public readonly void Save(BinaryWriter writer)
    {
        DetectorState.Singles(writer, [_quantile, _excess, _scale]);
        writer.Write(_seen);
    }

    public static TailModel Load(BinaryReader reader) => new()
    {
        _quantile = DetectorState.Single(reader), _excess = DetectorState.Single(reader), _scale = DetectorState.Single(reader, 0), _seen = DetectorState.Int32(reader, 0, int.MaxValue),
    };
}
