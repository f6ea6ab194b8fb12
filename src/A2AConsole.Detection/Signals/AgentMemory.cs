using A2AConsole.Core.Detection;

namespace A2AConsole.Detection.Signals;

/// <summary>What detection remembers of one agent: bounded, saved with the cursor.</summary>
internal sealed class AgentMemory(string id, string role, DateTimeOffset first)
{
    public const int MostItems = 256, MostNames = 128, MostRecent = 64;

    public string Id { get; } = id;
    public string Role { get; } = role;
    public string Name { get; } = id[(id.LastIndexOf('/') + 1)..];
    public DateTimeOffset First { get; } = first;
    public long Events { get; set; }

    public Meter Messages { get; private set; } = new();
    public Meter? Refusals { get; set; }
    public Meter? Kilobytes { get; set; }
    public Meter? Commitments { get; set; }

    public Novelty Types { get; private set; } = new(MostNames);
    public Novelty Peers { get; private set; } = new(MostNames);
    public Novelty Asked { get; private set; } = new(MostNames);
    public Novelty Networks { get; private set; } = new(MostNames);
    /// <summary>Types that policy has allowed it.</summary>
    public Novelty Allowed { get; private set; } = new(MostNames);
    /// <summary>Quantities and amounts, by type and what they are of.</summary>
    public Dictionary<string, LogUsual> Usual { get; } = new(StringComparer.Ordinal);
    /// <summary>How a day's quantities lie to their usual, by type.</summary>
    public Dictionary<string, LevelDrift> Drifts { get; } = new(StringComparer.Ordinal);
    public Breadth Breadth { get; private set; } = new();
    /// <summary>What happened lately and is counted by rules: tamperings, replays, failed attestations, commitments.</summary>
    public RecentHappenings Recent { get; private set; } = new();
    /// <summary>Whether evidence about it was affirmed before.</summary>
    public bool WasAffirmed { get; set; }

    /// <summary>Whether enough is known to call something new.</summary>
    public bool IsKnown(DateTimeOffset at, TimeSpan learning) => at - First >= learning && Events >= 50;

    /// <summary>Learns a value of something; what has no room is not learned.</summary>
    public void LearnUsual(string key, double value)
    {
        if (!Usual.TryGetValue(key, out var usual) && Usual.Count >= MostItems)
            return;
        usual.Learn(value);
        Usual[key] = usual;
    }

    public IEnumerable<(Meter Meter, AlertKind Kind, string What)> Meters()
    {
        yield return (Messages, AlertKind.VolumeBurst, "messages");
        if (Refusals is not null)
            yield return (Refusals, AlertKind.RefusalBurst, "refusals");
        if (Kilobytes is not null)
            yield return (Kilobytes, AlertKind.BytesBurst, "kilobytes");
        if (Commitments is not null)
            yield return (Commitments, AlertKind.MoneyBurst, "usual highest amounts");
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Id);
        writer.Write(Role);
        writer.Write(First.UtcTicks);
        writer.Write(Events);
        writer.Write(WasAffirmed);
        Messages.Save(writer);
        foreach (var meter in new[] { Refusals, Kilobytes, Commitments })
        {
            writer.Write(meter is not null);
            meter?.Save(writer);
        }
        foreach (var names in new[] { Types, Peers, Asked, Networks, Allowed })
            names.Save(writer);
        writer.Write(Usual.Count);
        foreach (var (key, usual) in Usual.OrderBy(u => u.Key, StringComparer.Ordinal))
        {
            writer.Write(key);
            usual.Save(writer);
        }
        writer.Write(Drifts.Count);
        foreach (var (key, drift) in Drifts.OrderBy(d => d.Key, StringComparer.Ordinal))
        {
            writer.Write(key);
            drift.Save(writer);
        }
        Breadth.Save(writer);
        Recent.Save(writer);
    }

    public static AgentMemory Load(BinaryReader reader)
    {
        var memory = new AgentMemory(reader.ReadString(), reader.ReadString(), new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero)) { Events = reader.ReadInt64(), WasAffirmed = reader.ReadBoolean(), Messages = Meter.Load(reader) };
        memory.Refusals = reader.ReadBoolean() ? Meter.Load(reader) : null;
        memory.Kilobytes = reader.ReadBoolean() ? Meter.Load(reader) : null;
        memory.Commitments = reader.ReadBoolean() ? Meter.Load(reader) : null;
        memory.Types = Novelty.Load(reader, MostNames);
        memory.Peers = Novelty.Load(reader, MostNames);
        memory.Asked = Novelty.Load(reader, MostNames);
        memory.Networks = Novelty.Load(reader, MostNames);
        memory.Allowed = Novelty.Load(reader, MostNames);
        for (var left = DetectorState.Int32(reader, 0, MostItems); left > 0; left--)
            memory.Usual[reader.ReadString()] = LogUsual.Load(reader);
        for (var left = DetectorState.Int32(reader, 0, MostItems); left > 0; left--)
            memory.Drifts[reader.ReadString()] = LevelDrift.Load(reader);
        memory.Breadth = Breadth.Load(reader);
        memory.Recent = RecentHappenings.Load(reader);
        return memory;
    }
}

/// <summary>What all agents of a role together were seen with.</summary>
internal sealed class RoleMemory
{
    private const int Most = 512;

    public Novelty Types { get; private set; } = new(Most);
    public Novelty Peers { get; private set; } = new(Most);
    public Novelty Asked { get; private set; } = new(Most);

    public void Save(BinaryWriter writer)
    {
        foreach (var names in new[] { Types, Peers, Asked })
            names.Save(writer);
    }

    public static RoleMemory Load(BinaryReader reader) => new() { Types = Novelty.Load(reader, Most), Peers = Novelty.Load(reader, Most), Asked = Novelty.Load(reader, Most) };
}
