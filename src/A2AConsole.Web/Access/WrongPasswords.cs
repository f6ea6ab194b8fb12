using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace A2AConsole.Web.Access;

/// <summary>
/// Wrong passwords by account and source: a stranger who guesses locks himself out of an account, not its owner. In memory, since a
/// restart is no way to guess on; what all sources together may try is bounded by the account itself.
/// </summary>
internal sealed class WrongPasswords(TimeProvider clock)
{
    private const int MostKeys = 50_000;

    private readonly ConcurrentDictionary<(string Account, string Source), (int Count, DateTimeOffset Last)> _wrong = new();

    /// <summary>Whether this source has used up its attempts on this account for now.</summary>
    public bool IsLocked(string account, string? address)
        => _wrong.TryGetValue((account, Source(address)), out var tally) && tally.Count >= AccessRules.AttemptsBeforeLockout && clock.GetUtcNow() - tally.Last < AccessRules.Lockout;

    /// <summary>Notes a wrong password; true when it was the last attempt for now.</summary>
    public bool Note(string account, string? address)
    {
        var now = clock.GetUtcNow();
        if (_wrong.Count > MostKeys)
            foreach (var (key, old) in _wrong)
                if (now - old.Last >= AccessRules.Lockout)
                    _wrong.TryRemove(key, out _);
        return _wrong.AddOrUpdate((account, Source(address)), (1, now),
            (_, tally) => (now - tally.Last >= AccessRules.Lockout ? 1 : tally.Count + 1, now)).Count >= AccessRules.AttemptsBeforeLockout;
    }

    /// <summary>Forgets them: the right password came.</summary>
    public void Clear(string account, string? address) => _wrong.TryRemove((account, Source(address)), out _);

    /// <summary>Forgets those of all sources: an administrator has looked at it.</summary>
    public void Clear(string account)
    {
        foreach (var key in _wrong.Keys)
            if (key.Account == account)
                _wrong.TryRemove(key, out _);
    }

    /// <summary>Whether some source has used up its attempts on this account for now.</summary>
    public bool IsLocked(string account)
    {
        var now = clock.GetUtcNow();
        return _wrong.Any(w => w.Key.Account == account && w.Value.Count >= AccessRules.AttemptsBeforeLockout && now - w.Value.Last < AccessRules.Lockout);
    }

    // Whoever has an IPv6 network has 2^64 addresses in it.
    private static string Source(string? address)
    {
        if (!IPAddress.TryParse(address, out var ip))
            return "";
        if (ip.IsIPv4MappedToIPv6)
            ip = ip.MapToIPv4();
        return ip.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(ip.GetAddressBytes().AsSpan(0, 8)) : ip.ToString();
    }
}
