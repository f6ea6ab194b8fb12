using System.Collections.Concurrent;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;

namespace A2AConsole.Web.Access;

/// <summary>
/// Puts sign-ins on the ledger. An account or an address that tries without end must not fill it: past a limit per
/// <see cref="Window"/> attempts are only counted, and the next leaf that is written carries the count.
/// </summary>
public sealed class SignInRecorder(ILedger ledger, TimeProvider time)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    public const int PerAccount = 10;
    public const int PerAddress = 30;
    private const int MostKeys = 20_000;

    private readonly ConcurrentDictionary<string, Tally> _tallies = new(StringComparer.Ordinal);

    /// <summary>Records a sign-in or its refusal; <paramref name="userName"/> is null when there is no such user (what was typed may be a password).</summary>
    public async Task RecordAsync(string? userName, string? address, string? refusal, string detail, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var account = Count("u:" + (userName ?? "?" + address), PerAccount, now, out var skippedOfAccount);
        var source = Count("a:" + address, PerAddress, now, out var skippedOfAddress);
        // A success is always written: it is rare (each needs a password) and the one that an auditor asks for.
        if (refusal is not null && !(account && source))
            return;
        var skipped = Math.Max(skippedOfAccount, skippedOfAddress);
        await ledger.RecordAsync(new LedgerLeaf
        {
            Kind = LeafKind.SignIn,
            Verdict = refusal is null ? LeafVerdict.Done : LeafVerdict.Refused,
            Code = refusal,
            At = now,
            Actor = userName is null ? "user:unknown" : "user:" + userName,
            Count = skipped > 0 ? skipped : null,
            Detail = detail + (address is null ? "" : $" from {address}") + (skipped > 0 ? $"; {skipped} earlier attempts were not recorded one by one" : ""),
        }, cancellationToken: cancellationToken);
    }

    private bool Count(string key, int limit, DateTimeOffset now, out long skipped)
    {
        if (_tallies.Count > MostKeys)
            foreach (var (old, tally) in _tallies)
                if (now - tally.Since > Window)
                    _tallies.TryRemove(old, out _);
        skipped = 0;
        if (_tallies.Count > MostKeys)
            return false;

        var mine = _tallies.GetOrAdd(key, _ => new Tally { Since = now });
        lock (mine)
        {
            if (now - mine.Since > Window)
            {
                skipped = Math.Max(0, mine.Attempts - limit);
                (mine.Since, mine.Attempts) = (now, 0);
            }
            return ++mine.Attempts <= limit;
        }
    }

    private sealed class Tally
    {
        public DateTimeOffset Since;
        public long Attempts;
    }
}
