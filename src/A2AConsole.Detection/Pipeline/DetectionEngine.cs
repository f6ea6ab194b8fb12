using A2AConsole.Core.Detection;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Detection.Counts;
using A2AConsole.Detection.Signals;

namespace A2AConsole.Detection.Pipeline;

/// <summary>
/// Turns observations, in the ledger's order, into signals. What it says depends on the observations and the configuration only: time is theirs, windows
/// close by it, nothing is random. Its state is saved and loaded at any point with the same result as never stopping. Not for several threads at once.
/// </summary>
public sealed class DetectionEngine
{
    /// <summary>Changes when the same events give other signals: state of another one is learned anew.</summary>
    public const string Version = "1";

    private const byte Tag = (byte)'E', Layout = 1;
    private const int MostAgents = 200_000;
    // As long without any leaf is a site that stood still, not silence.
    private static readonly TimeSpan StandStill = TimeSpan.FromHours(6);

    private readonly DetectionOptions _options;
    private readonly CountOptions _counts;
    private readonly Func<string, string, DateTimeOffset, bool> _isMaintained;
    private readonly List<AgentMemory> _order = [];
    private readonly Dictionary<string, AgentMemory> _agents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RoleMemory> _roles = new(StringComparer.Ordinal);
    private DocumentMemory _documents = new();
    private ClaimMemory _claims = new();
    private Novelty _approverHours = new(2_000);
    private long _bucket = -1;
    private long _lastTicks;

    /// <param name="isMaintained">Whether an agent (SPIFFE ID, role) is under maintenance at a time: nothing is judged or learned of it then.</param>
    public DetectionEngine(DetectionOptions options, Func<string, string, DateTimeOffset, bool>? isMaintained = null)
    {
        _options = options;
        _isMaintained = isMaintained ?? ((_, _, _) => false);
        _counts = CountOptions.Default with { Threshold = options.Threshold, LearningDays = Math.Max(1, (int)Math.Ceiling(options.Learning.TotalDays)) };
    }

    /// <summary>How many agents are known.</summary>
    public int Agents => _order.Count;

    /// <summary>The newest time that was seen.</summary>
    public DateTimeOffset Now => new(_lastTicks, TimeSpan.Zero);

    /// <summary>Takes one observation; adds what it shows, and what the windows show that it closes.</summary>
    public void Observe(in Observation observation, List<Signal> signals)
    {
        if (observation.Kind is LeafKind.Alert or LeafKind.Incident)
            return;
        Advance(observation.At, signals);
        if (observation.Agent.Length == 0 || MemoryOf(observation.Agent, observation.At) is not { } agent || _isMaintained(agent.Id, agent.Role, observation.At))
            return;
        if (!_roles.TryGetValue(agent.Role, out var role))
            _roles[agent.Role] = role = new RoleMemory();
        var moment = new Moment(observation, agent, role, _options, signals);
        VolumeSignals.Observe(moment, _counts);
        ActionSignals.Observe(moment);
        CounterpartySignals.Observe(moment);
        // Before the amounts are learned that its claims are held against.
        _claims.Observe(moment);
        ContentSignals.Observe(moment);
        PlaceSignals.Observe(moment);
        _documents.Observe(moment);
        TrustSignals.Observe(moment);
        ApprovalSignals.Observe(moment, _approverHours);
        if (observation.Kind == LeafKind.Event)
            agent.Events++;
    }

    /// <summary>Lets time go on: closes the windows that are over. Time that goes back does nothing.</summary>
    public void Advance(DateTimeOffset now, List<Signal> signals)
    {
        if (now.UtcTicks <= _lastTicks)
            return;
        var isGap = _lastTicks > 0 && now.UtcTicks - _lastTicks > StandStill.Ticks;
        _lastTicks = now.UtcTicks;
        var bucket = now.UtcTicks / CountSeries.Bucket.Ticks;
        if (_bucket < 0)
            _bucket = bucket;
        for (; _bucket < bucket; _bucket++)
        {
            var start = new DateTimeOffset(_bucket * CountSeries.Bucket.Ticks, TimeSpan.Zero);
            foreach (var agent in _order)
                VolumeSignals.Close(agent, start, isGap || _isMaintained(agent.Id, agent.Role, start), _counts, signals);
        }
        _claims.Advance(now, _options, signals);
    }

    /// <summary>Writes everything that is known.</summary>
    public void Save(BinaryWriter writer)
    {
        DetectorState.Begin(writer, Tag, Layout);
        writer.Write(_bucket);
        writer.Write(_lastTicks);
        writer.Write(_order.Count);
        foreach (var agent in _order)
            agent.Save(writer);
        writer.Write(_roles.Count);
        foreach (var (name, role) in _roles.OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            writer.Write(name);
            role.Save(writer);
        }
        _documents.Save(writer);
        _claims.Save(writer);
        _approverHours.Save(writer);
    }

    /// <summary>Takes a saved state in place of what is known.</summary>
    /// <exception cref="DetectorStateException">It is damaged or another's.</exception>
    public void Load(BinaryReader reader) => DetectorState.Read(reader, r =>
    {
        DetectorState.Expect(r, Tag, Layout);
        (_bucket, _lastTicks) = (r.ReadInt64(), r.ReadInt64());
        _order.Clear();
        _agents.Clear();
        _roles.Clear();
        for (var left = DetectorState.Int32(r, 0, MostAgents); left > 0; left--)
        {
            var agent = AgentMemory.Load(r);
            _order.Add(agent);
            _agents[agent.Id] = agent;
        }
        for (var left = DetectorState.Int32(r, 0, MostAgents); left > 0; left--)
            _roles[r.ReadString()] = RoleMemory.Load(r);
        (_documents, _claims, _approverHours) = (DocumentMemory.Load(r), ClaimMemory.Load(r), Novelty.Load(r, 2_000));
        return true;
    });

    private AgentMemory? MemoryOf(string id, DateTimeOffset at)
    {
        if (_agents.TryGetValue(id, out var known))
            return known;
        if (_order.Count >= MostAgents)
            return null;
        var memory = new AgentMemory(id, SpiffeId.TryParse(id, out var parsed, out _) ? parsed.Role : "", at);
        _order.Add(memory);
        return _agents[id] = memory;
    }
}
