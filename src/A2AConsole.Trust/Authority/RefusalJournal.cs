using System.Globalization;
using System.Net;
using System.Net.Sockets;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;

namespace A2AConsole.Trust.Authority;

/// <summary>
/// Puts refusals on the ledger so that a flood of them cannot fill it: so many of an address and minute (and of all addresses
/// together) get a leaf each, the rest is counted into one summary leaf an address, written when the minute is over.
/// </summary>
public sealed class RefusalJournal(ILedger ledger, TrustOptions options, TimeProvider time)
{
    private const string OtherAddresses = "other addresses";
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Tally> _tallies = new(StringComparer.Ordinal);
    private List<LedgerLeaf> _pending = [];
    private long _minute;
    private int _keptInAll;

    private sealed class Tally
    {
        public int Kept;
        public long Summarised;
    }

    /// <summary>
    /// Records a refusal: durable when this returns, or counted. Throws <see cref="LedgerUnavailableException"/> when the ledger
    /// does not take it.
    /// </summary>
    public Task RecordAsync(LedgerLeaf leaf, string? remoteAddress, CancellationToken cancellationToken = default)
        => RecordAsync(leaf, remoteAddress, change: null, cancellationToken);

    /// <summary>Records a refusal with rows of its own; a refusal that is only counted has none.</summary>
    public async Task RecordAsync(LedgerLeaf leaf, string? remoteAddress, Action<Data.ConsoleDbContext, long>? change, CancellationToken cancellationToken)
    {
        if (Keeps(SourceOf(remoteAddress)))
            await ledger.RecordAsync(leaf, change, cancellationToken);
    }

    /// <summary>Writes the summaries of the minutes that are over; with <paramref name="all"/> also of the running one.</summary>
    public async Task FlushAsync(bool all = false, CancellationToken cancellationToken = default)
    {
        List<LedgerLeaf> due;
        lock (_lock)
        {
            if (all)
                CloseMinute(MinuteOf(time.GetUtcNow()));
            else
                RollOver();
            (due, _pending) = (_pending, []);
        }
        for (var written = 0; written < due.Count; written++)
        {
            try
            {
                await ledger.RecordAsync(due[written], cancellationToken: cancellationToken);
            }
            catch (Exception)
            {
                lock (_lock)
                    _pending.InsertRange(0, due.Skip(written));
                throw;
            }
        }
    }

    /// <summary>What counts as one source: an IPv4 address, or an IPv6 /64, which is what one subscriber has.</summary>
    public static string SourceOf(string? remoteAddress)
    {
        if (!IPAddress.TryParse(remoteAddress, out var address))
            return "unknown";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
            return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return $"{new IPAddress(bytes)}/64";
    }

    private bool Keeps(string source)
    {
        lock (_lock)
        {
            RollOver();
            var isFull = _keptInAll >= options.RefusalLeavesInAll;
            if (isFull && !_tallies.ContainsKey(source))
                source = OtherAddresses;
            if (!_tallies.TryGetValue(source, out var tally))
                _tallies[source] = tally = new Tally();
            if (isFull || tally.Kept >= options.RefusalLeavesPerAddress)
            {
                tally.Summarised++;
                return false;
            }
            tally.Kept++;
            _keptInAll++;
            return true;
        }
    }

    private void RollOver()
    {
        var now = MinuteOf(time.GetUtcNow());
        if (now != _minute)
            CloseMinute(now);
    }

    private void CloseMinute(long next)
    {
        var minute = DateTimeOffset.FromUnixTimeSeconds(_minute * 60).ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
        foreach (var (source, tally) in _tallies.Where(t => t.Value.Summarised > 0))
        {
            _pending.Add(new LedgerLeaf
            {
                Kind = LeafKind.RefusalSummary,
                Verdict = LeafVerdict.Refused,
                Code = "summary",
                At = time.GetUtcNow(),
                Actor = $"address:{source}",
                Count = tally.Summarised,
                Detail = $"{tally.Summarised} more requests to the authority were refused in the minute {minute}.",
            });
        }
        _tallies.Clear();
        (_minute, _keptInAll) = (next, 0);
    }

    private static long MinuteOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / 60;
}
