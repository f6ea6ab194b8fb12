namespace A2AConsole.Detection.Continuous;

/// <summary>What was just told is told again only when worse: lets through what rises above its own fading echo.</summary>
internal struct Echo
{
    private float _peak;

    /// <param name="kept">The share of the echo left after one value.</param>
    /// <param name="off">The share of the echo that is taken off what rises above it.</param>
    /// <param name="under">The share of what does not, that is still let through.</param>
    public double Through(double score, double kept, double off, double under)
    {
        var through = score > _peak ? score - off * _peak : score * under;
        _peak = (float)Math.Max(_peak * kept, score);
        return through;
    }

    public readonly void Save(BinaryWriter writer) => writer.Write(_peak);

    public static Echo Load(BinaryReader reader) => new() { _peak = DetectorState.Single(reader, 0) };
}
