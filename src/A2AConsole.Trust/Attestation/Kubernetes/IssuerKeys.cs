using System.Text;
using A2AConsole.Core.Attestation;
using Microsoft.IdentityModel.Tokens;

namespace A2AConsole.Trust.Attestation.Kubernetes;

/// <summary>
/// The keys that a cluster signs tokens with (JWKS, RFC 7517), from a file or an address. Kept for five minutes; asked for anew
/// when a token names one that is not among them, but not oftener than twice a minute, since strangers choose what tokens say.
/// When they cannot be had, those at hand serve for a day.
/// </summary>
internal sealed class IssuerKeys(KubernetesCluster cluster, ClusterConnection connection, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan UsableFor = TimeSpan.FromDays(1);
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LoadTime = TimeSpan.FromSeconds(10);

    // Larger RSA keys verify slowly, smaller ones are weak.
    private const int SmallestRsa = 2048, LargestRsa = 4096;

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Keys? _keys;
    private DateTimeOffset _tried = DateTimeOffset.MinValue;

    /// <summary>The key of an id, or a fault: unknown, or no keys at all.</summary>
    public async ValueTask<(JsonWebKey? Key, EvidenceFault? Fault)> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        var keys = _keys;
        if (keys is null || time.GetUtcNow() - keys.Read > FreshFor || !keys.ById.ContainsKey(keyId))
            keys = await ReadAsync(keyId, cancellationToken);
        if (keys is null || time.GetUtcNow() - keys.Read > UsableFor)
            return (null, new(KubernetesCodes.KeysUnavailable, $"The keys of the cluster {cluster.Issuer} cannot be had now; nothing can be said of its tokens."));
        return keys.ById.TryGetValue(keyId, out var key)
            ? (key, null)
            : (null, new(KubernetesCodes.KeyUnknown, $"The cluster {cluster.Issuer} has no key {StrictJson.Printable(keyId)} that tokens may be signed with."));
    }

    /// <inheritdoc/>
    public void Dispose() => _reading.Dispose();

    private async Task<Keys?> ReadAsync(string keyId, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            var isFresh = _keys is { } keys && now - keys.Read <= FreshFor && keys.ById.ContainsKey(keyId);
            if (!isFresh && now - _tried >= Pause)
            {
                _tried = now;
                // In its own time: were it given up with the request that happened to need it, strangers who hang up would keep all keys out.
                using var limit = new CancellationTokenSource(LoadTime);
                _keys = new Keys(Usable(await LoadAsync(limit.Token)), now);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException or ArgumentException or UriFormatException or OperationCanceledException)
        {
            // Those at hand serve on, as long as they may.
        }
        finally
        {
            _reading.Release();
        }
        return _keys;
    }

    private async Task<string> LoadAsync(CancellationToken cancellationToken)
    {
        if (cluster.KeysFile is { } file)
            return await File.ReadAllTextAsync(file, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(cluster.KeysUrl ?? throw new ArgumentException("a cluster needs KeysFile or KeysUrl")));
        return Encoding.UTF8.GetString(await connection.SendAsync(request, cancellationToken));
    }

    /// <summary>The public keys that tokens may be signed with. An id that two keys have names neither.</summary>
    private static Dictionary<string, JsonWebKey> Usable(string json)
        => JsonWebKeySet.Create(json).Keys
            .Where(k => !string.IsNullOrEmpty(k.Kid) && (string.IsNullOrEmpty(k.Use) || k.Use == JsonWebKeyUseNames.Sig) && AlgorithmOf(k) is { } algorithm && (string.IsNullOrEmpty(k.Alg) || k.Alg == algorithm))
            .GroupBy(k => k.Kid, StringComparer.Ordinal)
            .Where(g => g.Count() == 1)
            .ToDictionary(g => g.Key, g => g.Single(), StringComparer.Ordinal);

    /// <summary>The one algorithm that a key may sign with, or null: what a token's header says is held against it, never believed.</summary>
    public static string? AlgorithmOf(JsonWebKey key) => key.Kty switch
    {
        JsonWebAlgorithmsKeyTypes.RSA when key.KeySize is >= SmallestRsa and <= LargestRsa => SecurityAlgorithms.RsaSha256,
        JsonWebAlgorithmsKeyTypes.EllipticCurve when key.Crv == JsonWebKeyECTypes.P256 => SecurityAlgorithms.EcdsaSha256,
        _ => null,
    };

    private sealed record Keys(Dictionary<string, JsonWebKey> ById, DateTimeOffset Read);
}
