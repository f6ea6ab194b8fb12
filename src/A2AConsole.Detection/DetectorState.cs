namespace A2AConsole.Detection;

/// <summary>A detector's saved state cannot be read: damaged, of another detector, or of a later version.</summary>
public sealed class DetectorStateException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>How detectors save their state: a tag and a version byte first, and nothing believed when it is read back.</summary>
public static class DetectorState
{
    /// <summary>Begins a state: two bytes, which detector and which layout.</summary>
    public static void Begin(BinaryWriter writer, byte tag, byte version)
    {
        writer.Write(tag);
        writer.Write(version);
    }

    /// <summary>Checks what <see cref="Begin"/> wrote.</summary>
    /// <exception cref="DetectorStateException">It is another detector's, or of a version that this one does not read.</exception>
    public static void Expect(BinaryReader reader, byte tag, byte version)
    {
        var (foundTag, foundVersion) = (reader.ReadByte(), reader.ReadByte());
        if (foundTag != tag)
            throw new DetectorStateException($"the state is of another detector: tag {foundTag}, expected {tag}");
        if (foundVersion != version)
            throw new DetectorStateException($"the state is of version {foundVersion}; this detector reads version {version}");
    }

    /// <summary>Reads a state whole, so that every fault in it becomes a <see cref="DetectorStateException"/>.</summary>
    public static T Read<T>(BinaryReader reader, Func<BinaryReader, T> read)
    {
        try
        {
            return read(reader);
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException or OverflowException or InvalidOperationException)
        {
            throw new DetectorStateException("the state is cut short or damaged: " + e.Message, e);
        }
    }

    /// <summary>A number that is finite and within bounds.</summary>
    public static float Single(BinaryReader reader, float least = -1e30f, float most = 1e30f)
    {
        var value = reader.ReadSingle();
        return value >= least && value <= most ? value : throw Damaged(value, least, most);
    }

    /// <summary>A number that is finite and within bounds.</summary>
    public static double Double(BinaryReader reader, double least = -1e300, double most = 1e300)
    {
        var value = reader.ReadDouble();
        return value >= least && value <= most ? value : throw Damaged(value, least, most);
    }

    /// <summary>A whole number within bounds.</summary>
    public static int Int32(BinaryReader reader, int least, int most)
    {
        var value = reader.ReadInt32();
        return value >= least && value <= most ? value : throw Damaged(value, least, most);
    }

    public static void Singles(BinaryWriter writer, ReadOnlySpan<float> values)
    {
        foreach (var value in values)
            writer.Write(value);
    }

    public static void Singles(BinaryReader reader, Span<float> values, float least = -1e30f, float most = 1e30f)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = Single(reader, least, most);
    }

    private static DetectorStateException Damaged(double value, double least, double most)
        => new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"the state is damaged: {value} where {least} to {most} is possible"));
}
