using System.Security.Cryptography;
using System.Text;

namespace A2AConsole.Web.Access;

/// <summary>
/// The one-time link that makes an Administrator: the first, or another one when the start was asked for it. Only the token's hash is kept, in memory: a restart prints a new link,
/// and a copied data directory gives nobody an account.
/// </summary>
public sealed class SetUpLink(TimeProvider time)
{
    /// <summary>How long a link is good for.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private byte[]? _hash, _spent;
    private DateTimeOffset _expires;

    /// <summary>Makes a link's token; an earlier one is void.</summary>
    public string Create()
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        lock (_gate)
            (_hash, _spent, _expires) = (Hash(token), null, time.GetUtcNow() + Lifetime);
        return token;
    }

    /// <summary>Whether the token would be taken now.</summary>
    public bool IsValid(string? token)
    {
        lock (_gate)
            return token is not null && _hash is not null && time.GetUtcNow() < _expires && CryptographicOperations.FixedTimeEquals(_hash, Hash(token));
    }

    /// <summary>Whether it is this start's link and came too late.</summary>
    public bool HasExpired(string? token)
    {
        lock (_gate)
            return token is not null && _hash is not null && time.GetUtcNow() >= _expires && CryptographicOperations.FixedTimeEquals(_hash, Hash(token));
    }

    /// <summary>Takes the token: true once only.</summary>
    public bool TrySpend(string? token)
    {
        lock (_gate)
        {
            if (!IsValid(token))
                return false;
            (_spent, _hash) = (_hash, null);
            return true;
        }
    }

    /// <summary>Makes a token good again that was spent, since nothing came of it. A token that was not spent stays worth nothing.</summary>
    public void GiveBack(string? token)
    {
        lock (_gate)
            if (token is not null && _spent is not null && CryptographicOperations.FixedTimeEquals(_spent, Hash(token)))
                (_hash, _spent) = (_spent, null);
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
