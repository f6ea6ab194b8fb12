using System.Collections.Concurrent;
using A2AConsole.Trust.Domain;
using A2AConsole.Trust.Gate;

namespace A2AConsole.Trust.Revoking;

/// <summary>
/// The revocation lists of every issuing CA that counts, in shards, made when somebody asks. A full list stands for
/// <see cref="FullEvery"/>; its delta is made anew whenever something changed, and is to the full list before the newest, so that
/// it serves whoever still holds that one.
/// </summary>
public sealed class RevocationLists(Standings standings, ISvidIssuer issuers, TrustOptions options, TimeProvider time)
{
    /// <summary>How long a full list is handed out.</summary>
    public static readonly TimeSpan FullEvery = TimeSpan.FromMinutes(5);

    /// <summary>How long a full list may be used (nextUpdate).</summary>
    public static readonly TimeSpan FullFor = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan DeltaEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan DeltaFor = TimeSpan.FromMinutes(2);

    private readonly Standings _standings = standings;
    private readonly TimeProvider _time = time;
    private readonly ConcurrentDictionary<(string Issuer, int Shard), ShardLists> _shards = new();

    /// <summary>The list of a shard, DER; null when there is no such shard. Throws <see cref="TrustStartupException"/> when the CA's key cannot be used.</summary>
    public byte[]? Get(string issuerKeyId, int shard, bool delta)
    {
        if (shard is < 0 or >= StatusAddresses.Shards || options.StatusRoot is not { } root)
            return null;
        var issuer = issuers.Issuers.FirstOrDefault(i => i.KeyId == issuerKeyId);
        return issuer is null ? null : _shards.GetOrAdd((issuerKeyId, shard), static _ => new ShardLists()).Get(issuer, shard, delta, this, root);
    }

    private Dictionary<string, RevocationListEntry> Entries(string issuerKeyId, int shard, DateTimeOffset now)
    {
        var entries = new Dictionary<string, RevocationListEntry>(StringComparer.Ordinal);
        foreach (var certificate in _standings.WithdrawnOnes)
        {
            // An expired one stays for one list beyond its end (RFC 5280 §5).
            if (certificate.Withdrawal is { } withdrawal && certificate.IssuerKeyId == issuerKeyId && certificate.NotAfter >= now - FullFor
                && StatusAddresses.ShardOf(certificate.Serial) == shard)
                entries[certificate.Serial] = new(certificate.Serial, withdrawal.At, withdrawal.Reason);
        }
        return entries;
    }

    private sealed class ShardLists
    {
        private readonly Lock _lock = new();
        private Full? _newest, _before;
        private Delta? _delta;

        private sealed record Full(byte[] Der, long Number, DateTimeOffset At, Dictionary<string, RevocationListEntry> Entries);

        private sealed record Delta(byte[] Der, DateTimeOffset At, long Changes, long Of);

        public byte[] Get(IssuingAuthority issuer, int shard, bool delta, RevocationLists lists, string root)
        {
            lock (_lock)
            {
                var now = lists._time.GetUtcNow();
                if (_newest is null || now - _newest.At >= FullEvery || now < _newest.At)
                {
                    var content = lists.Entries(issuer.KeyId, shard, now);
                    var number = Math.Max(now.ToUnixTimeMilliseconds(), (_newest?.Number ?? 0) + 1);
                    var der = RevocationListWriter.Write(issuer.Certificate, issuer.Key, Content(issuer, shard, root, now, FullFor, number, content.Values) with
                    {
                        Freshest = StatusAddresses.List(root, issuer.KeyId, shard, delta: true),
                    });
                    _before = _newest is not null && now - _newest.At < FullFor ? _newest : null;
                    _newest = new(der, number, now, content);
                }
                return delta ? GetDelta(issuer, shard, lists, root, now) : _newest.Der;
            }
        }

        private byte[] GetDelta(IssuingAuthority issuer, int shard, RevocationLists lists, string root, DateTimeOffset now)
        {
            var full = _before ?? _newest!;
            // Read first: a change while the list is made makes the next one.
            var changes = lists._standings.Changes;
            if (_delta is { } made && made.Of == full.Number && made.Changes == changes && now - made.At < DeltaEvery && now >= made.At)
                return made.Der;
            var current = lists.Entries(issuer.KeyId, shard, now);
            var difference = current.Values.Where(e => !full.Entries.TryGetValue(e.Serial, out var old) || old.Reason != e.Reason)
                .Concat(full.Entries.Values.Where(e => e.Reason is not null && !current.ContainsKey(e.Serial) && lists.CountsAgain(e.Serial)).Select(e => e with { At = now, Reason = null }));
            var number = Math.Max(now.ToUnixTimeMilliseconds(), _newest!.Number);
            var der = RevocationListWriter.Write(issuer.Certificate, issuer.Key, Content(issuer, shard, root, now, DeltaFor, number, difference) with { DeltaOf = full.Number });
            _delta = new(der, now, changes, full.Number);
            return der;
        }

        private static RevocationListContent Content(
            IssuingAuthority issuer, int shard, string root, DateTimeOffset now, TimeSpan validFor, long number, IEnumerable<RevocationListEntry> entries) => new()
        {
            ThisUpdate = now,
            NextUpdate = now + validFor,
            Number = number,
            DistributionPoint = StatusAddresses.List(root, issuer.KeyId, shard, delta: false),
            Entries = [.. entries.OrderBy(e => e.Serial, StringComparer.Ordinal)],
        };
    }

    // Whatever left the list by its end alone is not taken off it.
    private bool CountsAgain(string serial) => _standings.TryFind(serial, out var certificate) && certificate.Withdrawal is null;
}
