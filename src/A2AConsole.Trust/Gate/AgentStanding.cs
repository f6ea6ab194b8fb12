using A2AConsole.Core.Identity;

namespace A2AConsole.Trust.Gate;

/// <summary>
/// What the edge must know of an agent at each request, in memory: kept for as long as the process runs, so that a connection
/// holds on to it and asks without a look-up. Thread-safe.
/// </summary>
public sealed class AgentStanding
{
    /// <summary>How far a clock can be told to be off, in milliseconds; what is further off is as wrong.</summary>
    public const int MaxSkew = 86_400_000;

    private const int NoSkew = int.MinValue;
    private readonly Lock _lock = new();
    private volatile AgentState _state;
    private volatile bool _isRotationDue;
    private long _since;
    private int _skew = NoSkew;

    internal AgentStanding(int number, SpiffeId id, string organisation, bool isDemo, AgentState state, bool isRotationDue)
    {
        (Number, SpiffeId, Organisation, IsDemo, _state, _isRotationDue) = (number, id.Text, organisation, isDemo, state, isRotationDue);
        (Environment, Role) = (id.Environment, id.Role);
    }

    /// <summary>The agent's row (<c>Agents.Number</c>).</summary>
    public int Number { get; }
    public string SpiffeId { get; }
    public string Environment { get; }
    public string Role { get; }
    public string Organisation { get; }
    public bool IsDemo { get; }

    public AgentState State => _state;

    /// <summary>Whether somebody asked it for a new key and certificate, and it has not brought them yet.</summary>
    public bool IsRotationDue => _isRotationDue;

    /// <summary>
    /// Notes by how much an event's time was ahead of ours when it came (milliseconds; negative: behind). A message that lay about
    /// makes a clock look slow, so the highest of what is seen comes nearest to the truth. Costs nanoseconds and may lose a note to
    /// a race, which the next one makes good.
    /// </summary>
    public void NoteClock(long aheadMs)
    {
        var skew = (int)Math.Clamp(aheadMs, -MaxSkew, MaxSkew);
        if (skew > _skew)
            _skew = skew;
    }

    /// <summary>Takes what was noted since the last call; null when no event came.</summary>
    public int? TakeClock()
    {
        var skew = Interlocked.Exchange(ref _skew, NoSkew);
        return skew == NoSkew ? null : skew;
    }

    /// <summary>It was asked, as of a durable leaf, for a new key and certificate. Its state is not touched: what that leaf knew of it may be old.</summary>
    internal void RequestRotation(long leaf)
    {
        lock (_lock)
        {
            if (leaf >= _since)
                _isRotationDue = true;
        }
    }

    // Continuations of commits overtake each other; the ledger's order is what counts.
    internal void Apply(AgentState state, bool isRotationDue, long leaf)
    {
        lock (_lock)
        {
            if (leaf < _since)
                return;
            (_since, _state, _isRotationDue) = (leaf, state, isRotationDue);
        }
    }
}
