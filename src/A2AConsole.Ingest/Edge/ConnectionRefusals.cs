using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Stores;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Ingest.Edge;

/// <summary>Why a connection was refused. <paramref name="Serial"/> is set only when the certificate is one of ours.</summary>
internal sealed record ConnectionRefusal(string Code, string Detail, string? Serial = null);

/// <summary>
/// Puts refused connections on the ledger and into quarantine: the first few of each address and minute one by one, the rest
/// counted into one leaf when the minute is over. Handshakes never wait for it: what the ledger cannot take is counted, too.
/// Counts that wait for the end of their minute are lost when the process is killed; the leaves written before are not.
/// </summary>
internal sealed class ConnectionRefusals : IAsyncDisposable
{
    private const string ManyAddresses = "many addresses";

    private readonly ILedger _ledger;
    private readonly TimeProvider _time;
    private readonly IngestOptions _options;
    private readonly IngestMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Channel<Entry> _entries = Channel.CreateBounded<Entry>(new BoundedChannelOptions(1024) { SingleReader = true });
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private readonly Task _writing;
    private Dictionary<string, Tally> _tallies = new(StringComparer.Ordinal);
    private long _minute;

    public ConnectionRefusals(ILedger ledger, TimeProvider time, IngestOptions options, IngestMetrics metrics, ILogger<ConnectionRefusals> logger)
    {
        (_ledger, _time, _options, _metrics, _logger) = (ledger, time, options, metrics, logger);
        _minute = Minute(time.GetUtcNow());
        _timer = time.CreateTimer(_ => CloseMinute(force: false), null, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Notes a refused connection; returns at once.</summary>
    public void Add(IPAddress? address, ConnectionRefusal refusal)
    {
        _metrics.ConnectionRefused(refusal.Code);
        CloseMinute(force: false);
        var now = _time.GetUtcNow();
        var origin = Origin(address);
        lock (_lock)
        {
            if (!_tallies.TryGetValue(origin, out var tally))
            {
                if (_tallies.Count >= _options.ConnectionRefusalAddresses)
                    origin = ManyAddresses;
                if (!_tallies.TryGetValue(origin, out tally))
                    _tallies[origin] = tally = new();
            }
            if (origin != ManyAddresses && tally.Kept < _options.ConnectionRefusalsPerMinute && _entries.Writer.TryWrite(new(origin, now, refusal, 1)))
                tally.Kept++;
            else
                tally.Count(refusal.Code, 1);
        }
    }

    /// <summary>Writes what is counted so far and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        CloseMinute(force: true);
        _entries.Writer.TryComplete();
        await _writing;
    }

    private void CloseMinute(bool force)
    {
        var now = _time.GetUtcNow();
        Dictionary<string, Tally> closed;
        lock (_lock)
        {
            if (!force && Minute(now) == _minute)
                return;
            _minute = Minute(now);
            if (_tallies.Count == 0)
                return;
            closed = _tallies;
            _tallies = new(StringComparer.Ordinal);
            foreach (var (origin, tally) in closed)
            {
                if (tally.Total == 0)
                    continue;
                var codes = string.Join(", ", tally.ByCode.Select(c => $"{c.Key} {c.Value}"));
                var refusal = new ConnectionRefusal("summary", $"{tally.Total} more refused connections from {origin} within a minute: {codes}.");
                // No room: carried over into the new minute rather than lost.
                if (!_entries.Writer.TryWrite(new(origin, now, refusal, tally.Total)))
                    _tallies[origin] = tally;
            }
        }
    }

    private async Task WriteAsync()
    {
        await foreach (var entry in _entries.Reader.ReadAllAsync())
        {
            try
            {
                await _ledger.RecordAsync(Leaf(entry), (db, index) => QuarantineChanges.Add(db, Item(entry, index)));
            }
            catch (Exception e)
            {
                _logger.LogWarning(e, "A refused connection ({Code} from {Origin}) could not be put on the ledger; it is counted into the next summary", entry.Refusal.Code, entry.Origin);
                lock (_lock)
                {
                    if (!_tallies.TryGetValue(entry.Origin, out var tally))
                        _tallies[entry.Origin] = tally = new();
                    tally.Count(entry.Refusal.Code, entry.Count);
                }
            }
        }
    }

    private static LedgerLeaf Leaf(Entry entry) => new()
    {
        Kind = LeafKind.Connection,
        Verdict = LeafVerdict.Refused,
        Code = entry.Refusal.Code,
        At = entry.At,
        Actor = "address:" + entry.Origin,
        Certificate = entry.Refusal.Serial,
        Count = entry.Refusal.Code == "summary" ? entry.Count : null,
        Detail = LedgerLeaf.Sentence(entry.Refusal.Detail),
    };

    private static QuarantineItem Item(Entry entry, long index) => new()
    {
        Id = index,
        RecordedAt = entry.At,
        Code = entry.Refusal.Code,
        Detail = entry.Refusal.Detail,
        RemoteAddress = entry.Origin,
        Count = entry.Count,
    };

    // One customer's IPv6 network is usually a /64: its addresses are one origin, or each would have a limit of its own.
    private static string Origin(IPAddress? address)
    {
        if (address is null)
            return "unknown";
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
            return address.ToString();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes) + "/64";
    }

    private static long Minute(DateTimeOffset at) => at.ToUnixTimeSeconds() / 60;

    private sealed record Entry(string Origin, DateTimeOffset At, ConnectionRefusal Refusal, long Count);

    private sealed class Tally
    {
        public int Kept { get; set; }
        public long Total { get; private set; }
        public Dictionary<string, long> ByCode { get; } = new(StringComparer.Ordinal);

        public void Count(string code, long count)
        {
            Total += count;
            ByCode[code] = ByCode.GetValueOrDefault(code) + count;
        }
    }
}
