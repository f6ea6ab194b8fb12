namespace A2AConsole.Detection.Signals;

/// <summary>What happened to an agent in the last hours that a rule counts, newest last: each with its name, what it was about, its leaf and its money. At most <see cref="AgentMemory.MostRecent"/>.</summary>
internal sealed class RecentHappenings
{
    private readonly List<Happening> _all = [];

    /// <summary>One of them. <paramref name="Money"/> is in ten-thousandths.</summary>
    public readonly record struct Happening(string Name, string About, DateTimeOffset At, long Leaf, long Money);

    public void Add(in Happening happening)
    {
        if (_all.Count >= AgentMemory.MostRecent)
            _all.RemoveAt(0);
        _all.Add(happening);
    }

    /// <summary>Those of a name (and about something) since a moment, oldest first.</summary>
    public IReadOnlyList<Happening> Since(string name, DateTimeOffset since, string? about = null)
        => _all.FindAll(h => h.At >= since && h.Name == name && (about is null || h.About == about));

    public void Save(BinaryWriter writer)
    {
        writer.Write(_all.Count);
        foreach (var h in _all)
        {
            writer.Write(h.Name);
            writer.Write(h.About);
            writer.Write(h.At.UtcTicks);
            writer.Write(h.Leaf);
            writer.Write(h.Money);
        }
    }

    public static RecentHappenings Load(BinaryReader reader)
    {
        var recent = new RecentHappenings();
        for (var left = DetectorState.Int32(reader, 0, AgentMemory.MostRecent); left > 0; left--)
            recent._all.Add(new(reader.ReadString(), reader.ReadString(), new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero), reader.ReadInt64(), reader.ReadInt64()));
        return recent;
    }
}
