using System.Globalization;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;

namespace A2AConsole.Data.Writing;

/// <summary>
/// Keeps a flood of refusals from filling quarantine and ledger: so many of an agent and minute are kept one by one, the rest
/// are counted into one summary. One thread; times are Unix milliseconds.
/// </summary>
internal sealed class RefusalLimiter(int perMinute)
{
    private readonly Dictionary<(int Agent, int Minute), int> _kept = [];
    private readonly Dictionary<(int Agent, int Minute), OpenSummary> _open = [];
    private readonly HashSet<OpenSummary> _grown = [];

    /// <summary>Takes up summaries that a crash left open.</summary>
    public void Restore(IEnumerable<RefusalSummary> summaries)
    {
        foreach (var row in summaries)
        {
            var open = new OpenSummary(row.AgentNumber, row.Minute, row.Agent?.SpiffeId ?? "system") { Size = row.Size, Demo = row.Demo };
            foreach (var part in row.Codes.Split(", ", StringSplitOptions.RemoveEmptyEntries))
            {
                var space = part.LastIndexOf(' ');
                open.Add(part[..space], long.Parse(part[(space + 1)..], CultureInfo.InvariantCulture));
            }
            _open[(row.AgentNumber, row.Minute)] = open;
        }
    }

    /// <summary>Whether this refusal is one of those kept by themselves.</summary>
    public bool TryKeep(int agent, int minute)
    {
        var kept = _kept.GetValueOrDefault((agent, minute));
        if (kept >= perMinute)
            return false;
        _kept[(agent, minute)] = kept + 1;
        return true;
    }

    /// <summary>Counts a refusal that is not kept.</summary>
    public void Summarise(int agent, string agentId, int minute, string code, long size, string? demo)
    {
        if (!_open.TryGetValue((agent, minute), out var open))
            _open[(agent, minute)] = open = new OpenSummary(agent, minute, agentId);
        open.Add(code, 1);
        open.Size += size;
        open.Demo ??= demo;
        _grown.Add(open);
    }

    /// <summary>Whether <see cref="CloseOver"/> would find any.</summary>
    public bool HasOver(int minute) => _open.Keys.Any(key => key.Minute < minute);

    /// <summary>Ends the summaries of minutes before <paramref name="minute"/>: their leaves and quarantine rows are due.</summary>
    public List<OpenSummary> CloseOver(int minute)
    {
        var over = _open.Values.Where(s => s.Minute < minute).OrderBy(s => s.Minute).ThenBy(s => s.Agent).ToList();
        foreach (var summary in over)
        {
            _open.Remove((summary.Agent, summary.Minute));
            _grown.Remove(summary);
        }
        foreach (var key in _kept.Keys.Where(k => k.Minute < minute - 1).ToList())
            _kept.Remove(key);
        return over;
    }

    /// <summary>The summaries that grew since the last call, as rows.</summary>
    public List<RefusalSummary> TakeGrown()
    {
        var rows = _grown.Select(s => new RefusalSummary { AgentNumber = s.Agent, Minute = s.Minute, Count = s.Count, Size = s.Size, Codes = s.Codes, Demo = s.Demo }).ToList();
        _grown.Clear();
        return rows;
    }
}

/// <summary>A summary that still grows.</summary>
internal sealed class OpenSummary(int agent, int minute, string agentId)
{
    private readonly SortedDictionary<string, long> _codes = new(StringComparer.Ordinal);

    public int Agent { get; } = agent;
    public int Minute { get; } = minute;
    public long Count { get; private set; }
    public long Size { get; set; }
    public string? Demo { get; set; }
    public string Codes => string.Join(", ", _codes.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key} {c.Value}")));

    public void Add(string code, long count)
    {
        Count += count;
        _codes[code] = _codes.GetValueOrDefault(code) + count;
    }

    public LedgerLeaf Leaf(DateTimeOffset at) => new()
    {
        Kind = LeafKind.RefusalSummary,
        Verdict = LeafVerdict.Refused,
        Code = "summary",
        At = at,
        Actor = agentId,
        Count = Count,
        Detail = Detail,
        Demo = Demo,
    };

    public QuarantineItem Item(long leafIndex, DateTimeOffset at) => new()
    {
        Id = leafIndex,
        AgentNumber = Agent,
        RecordedAt = at,
        Code = "summary",
        Detail = Detail,
        Count = Count,
        Size = Size,
        Demo = Demo,
    };

    private string Detail
        => string.Create(CultureInfo.InvariantCulture, $"{Count} more refusals in the minute from {DateTimeOffset.FromUnixTimeSeconds(60L * Minute):yyyy-MM-dd HH:mm} UTC: {Codes}");
}
