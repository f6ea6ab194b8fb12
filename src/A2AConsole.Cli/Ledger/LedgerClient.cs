using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Ledger;

/// <summary>The ledger does not give what its own checkpoint commits it to.</summary>
public sealed class WithheldException(string message) : Exception(message);

/// <summary>
/// Fetches checkpoint, tiles and entry bundles of a C2SP tlog-tiles log. What could not be reached is an
/// <see cref="UnreadableException"/>; what the log should have and denies is a <see cref="WithheldException"/>.
/// </summary>
public sealed class LedgerClient : IDisposable
{
    private const int MaxAnswer = 32 << 20;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly Dictionary<TilePath, byte[]> _fetched = [];

    /// <summary>Takes the log's address: a bare host stands for its <c>/ledger/</c>, any other path is the log's prefix itself.</summary>
    public LedgerClient(Uri url, ClientIdentity? identity, X509Certificate2Collection? roots)
    {
        Prefix = PrefixOf(url);
        var ssl = new SslClientAuthenticationOptions();
        if (roots is not null)
        {
            ssl.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            ssl.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }
        if (identity is not null)
            ssl.ClientCertificateContext = SslStreamCertificateContext.Create(identity.Certificate, identity.Chain, offline: true);
        var handler = new SocketsHttpHandler { SslOptions = ssl, AutomaticDecompression = DecompressionMethods.All, AllowAutoRedirect = false };
        _http = new HttpClient(handler) { Timeout = Timeout, MaxResponseContentBufferSize = MaxAnswer, DefaultRequestVersion = HttpVersion.Version20 };
    }

    /// <summary>The log's prefix, with a final slash.</summary>
    public Uri Prefix { get; }

    /// <summary>The log's prefix that an address stands for.</summary>
    public static Uri PrefixOf(Uri url) => url.AbsolutePath is "/" ? new Uri(url, "/ledger/") : url.AbsolutePath.EndsWith('/') ? url : new Uri(url.AbsoluteUri + "/");

    /// <summary>The newest checkpoint, a signed note that nobody has verified yet.</summary>
    public async Task<string> CheckpointAsync(CancellationToken cancellationToken)
    {
        var bytes = await GetAsync("checkpoint", cancellationToken) ?? throw new UnreadableException($"{Prefix} has no checkpoint: is this a ledger's address?");
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new UnreadableException($"{Prefix}checkpoint is not text", e);
        }
    }

    /// <summary>A tile's hashes, at least as many as the path's width says; each is fetched once.</summary>
    public async Task<byte[]> TileAsync(TilePath path, CancellationToken cancellationToken)
    {
        var tile = await FetchAsync(path, cancellationToken);
        return tile.Length >= path.Width * MerkleHash.Size ? tile : throw new WithheldException($"{path} holds fewer hashes than the tree has");
    }

    /// <summary>The entries of a bundle, at least as many as the path's width says; each bundle is fetched once.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> EntriesAsync(TilePath path, CancellationToken cancellationToken)
        => Parse(path, await FetchAsync(path, cancellationToken));

    /// <summary>As <see cref="EntriesAsync"/>, for who reads each bundle once: nothing is kept.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadEntriesAsync(TilePath path, CancellationToken cancellationToken)
        => Parse(path, await DownloadAsync(path, cancellationToken));

    public void Dispose() => _http.Dispose();

    private static IReadOnlyList<ReadOnlyMemory<byte>> Parse(TilePath path, byte[] bundle)
    {
        try
        {
            var entries = EntryBundle.Parse(bundle);
            return entries.Count >= path.Width ? entries : throw new WithheldException($"{path} holds fewer entries than the tree has");
        }
        catch (FormatException e)
        {
            throw new WithheldException($"{path}: {e.Message}");
        }
    }

    private async Task<byte[]> FetchAsync(TilePath path, CancellationToken cancellationToken)
        => _fetched.TryGetValue(path, out var bytes) ? bytes : _fetched[path] = await DownloadAsync(path, cancellationToken);

    private async Task<byte[]> DownloadAsync(TilePath path, CancellationToken cancellationToken)
    {
        var bytes = await GetAsync(path.ToString(), cancellationToken);
        // A log may drop a partial tile once the full one is there.
        if (bytes is null && path.Width < TilePath.FullWidth)
            bytes = await GetAsync((path with { Width = TilePath.FullWidth }).ToString(), cancellationToken);
        return bytes ?? throw new WithheldException($"{Prefix} does not give {path}, which its checkpoint commits it to");
    }

    private async Task<byte[]?> GetAsync(string path, CancellationToken cancellationToken)
    {
        var url = new Uri(Prefix, path);
        try
        {
            using var answer = await _http.GetAsync(url, cancellationToken);
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => await answer.Content.ReadAsByteArrayAsync(cancellationToken),
                HttpStatusCode.NotFound or HttpStatusCode.Gone => null,
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.Redirect =>
                    throw new UnreadableException($"{url} wants to know who asks: give --cert and --key, and the edge's address rather than the console's"),
                var status => throw new UnreadableException($"{url} answered {(int)status} {answer.ReasonPhrase}"),
            };
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException or CryptographicException)
        {
            throw new UnreadableException($"cannot trust {url} or it does not trust us ({e.InnerException.Message}); give its roots with --bundle, and --cert and --key", e);
        }
        catch (HttpRequestException e)
        {
            throw new UnreadableException($"cannot reach {url}: {e.InnerException?.Message ?? e.Message}", e);
        }
        catch (TaskCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UnreadableException($"{url} did not answer within {Timeout.TotalSeconds} s", e);
        }
    }
}

/// <summary>Who we are to a server: a certificate with its private key, and the issuers to send along.</summary>
public sealed record ClientIdentity(X509Certificate2 Certificate, X509Certificate2Collection Chain);
