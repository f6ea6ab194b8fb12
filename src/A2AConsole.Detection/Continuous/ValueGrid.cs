namespace A2AConsole.Detection.Continuous;

/// <summary>
/// How often a value came with such a step from the one before: 33 classes of value by 11 classes of step (logarithmic, in units of the usual
/// step). A combination that is rare together with its neighbours is surprising even where neither value nor step is.
/// </summary>
internal sealed class ValueGrid
{
    private const int Bins = 32, Below = 4, Rows = Bins + 2 * Below + 1, MostStep = 5, Columns = 2 * MostStep + 1, Enough = 100;
    private const double Spread = 1.3, Neighbour = 0.5, Prior = 0.3;

    private readonly ushort[] _cells = new ushort[Rows * Columns];
    private float _total, _step;
    private double _low, _high;
    private int _seen;

    public double Score(double value, double step)
    {
        if (_total <= Enough)
            return 0;
        var (row, column) = (Row(value), Column(step));
        var near = 0.0;
        for (var r = Math.Max(0, row - 1); r <= Math.Min(Rows - 1, row + 1); r++)
            for (var c = Math.Max(0, column - 1); c <= Math.Min(Columns - 1, column + 1); c++)
                near += _cells[r * Columns + c] * (r == row && c == column ? 1 : Neighbour);
        return Math.Max(0, -Math.Log10((near + Prior) / (_total + 1)));
    }

    public void Learn(double value, double step)
    {
        if (_seen == 0)
            _low = _high = value;
        _seen = Math.Min(_seen + 1, 1000);
        // The step is classed as it was judged, then its unit is learned.
        var column = Column(step);
        _step += (float)((Math.Abs(step) - _step) / _seen);
        if (value < _low || value > _high)
            Stretch(Math.Min(_low, value), Math.Max(_high, value));
        ref var cell = ref _cells[Row(value) * Columns + column];
        if (cell == ushort.MaxValue)
            Halve();
        cell++;
        _total++;
    }

    private int Row(double value) => (int)Math.Clamp((value - _low) / Math.Max(_high - _low, 1e-300) * Bins, -Below, Bins + Below) + Below;

    private int Column(double step)
    {
        var relative = step / Math.Max(_step * 2, 1e-9);
        return (int)Math.Clamp(Math.Round(Math.Sign(relative) * Math.Log2(1 + Math.Abs(relative) * 2)), -MostStep, MostStep) + MostStep;
    }

    // The classes follow the range in leaps, so that what was counted is moved seldom.
    private void Stretch(double low, double high)
    {
        if (!(high - low > Spread * (_high - _low)) && _seen >= 50)
            return;
        var old = _cells.ToArray();
        Array.Clear(_cells);
        for (var row = 0; row < Rows; row++)
        {
            var middle = _low + (row - Below + 0.5) / Bins * (_high - _low);
            var to = (int)Math.Clamp((middle - low) / Math.Max(high - low, 1e-300) * Bins, 0, Bins) + Below;
            for (var column = 0; column < Columns; column++)
                _cells[to * Columns + column] = (ushort)Math.Min(ushort.MaxValue, _cells[to * Columns + column] + old[row * Columns + column]);
        }
        (_low, _high) = (low, high);
    }

    private void Halve()
    {
        for (var i = 0; i < _cells.Length; i++)
            _cells[i] /= 2;
        _total /= 2;
    }

    public void Save(BinaryWriter writer)
    {
        foreach (var cell in _cells)
            writer.Write(cell);
        DetectorState.Singles(writer, [_total, _step]);
        writer.Write(_low);
        writer.Write(_high);
        writer.Write(_seen);
    }

    public static ValueGrid Load(BinaryReader reader)
    {
        var grid = new ValueGrid();
        for (var i = 0; i < grid._cells.Length; i++)
            grid._cells[i] = reader.ReadUInt16();
        (grid._total, grid._step) = (DetectorState.Single(reader, 0), DetectorState.Single(reader, 0, float.MaxValue));
        (grid._low, grid._high) = (DetectorState.Double(reader), DetectorState.Double(reader));
        grid._seen = DetectorState.Int32(reader, 0, 1000);
        return grid;
    }
}
