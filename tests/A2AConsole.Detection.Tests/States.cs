namespace A2AConsole.Detection.Tests;

/// <summary>Saving and loading detectors in tests.</summary>
internal static class States
{
    public static byte[] Of(Action<BinaryWriter> save)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            save(writer);
        return stream.ToArray();
    }

    public static T Load<T>(byte[] state, Func<BinaryReader, T> load)
    {
        using var reader = new BinaryReader(new MemoryStream(state));
        return load(reader);
    }

    public static T Again<T>(Action<BinaryWriter> save, Func<BinaryReader, T> load) => Load(Of(save), load);

    /// <summary>Damaged in every way that a disk or a writer may: each gives the detector's own exception or a detector, never anything else.</summary>
    public static void SurvivesDamage<T>(byte[] state, Func<BinaryReader, T> load, Action<T> use)
    {
        for (var length = 0; length < state.Length; length += 1 + state.Length / 40)
            Assert.Throws<DetectorStateException>(() => Load(state[..length], load));
        Assert.Throws<DetectorStateException>(() => Load([(byte)(state[0] ^ 1), .. state[1..]], load));
        Assert.Throws<DetectorStateException>(() => Load([state[0], (byte)(state[1] + 1), .. state[2..]], load));
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            var damaged = state.ToArray();
            damaged[2 + random.Next(damaged.Length - 2)] = (byte)random.Next(256);
            damaged[2 + random.Next(damaged.Length - 2)] = 255;
            T loaded;
            try
            {
                loaded = Load(damaged, load);
            }
            catch (DetectorStateException)
            {
                continue;
            }
            use(loaded);
        }
    }
}
