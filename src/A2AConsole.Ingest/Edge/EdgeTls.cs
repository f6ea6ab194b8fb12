using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;
using A2AConsole.Trust;
using A2AConsole.Trust.Listening;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace A2AConsole.Ingest.Edge;

/// <summary>
/// The edge's TLS: 1.3 only, a client certificate always, judged within the handshake by the trust domain's gate and by nothing
/// else. Sessions are not resumed: each connection is judged anew, so neither expiry nor revocation can be slept through.
/// </summary>
internal sealed class EdgeTls(ITrustDomain domain, SvidGate gate, EdgePeers peers, ConnectionRefusals refusals, IngestOptions options)
{
    private const string EnvironmentNotServed = "environment-not-served";

    private readonly HandshakePacer _pacer = new(options.HandshakesPerSecond, options.HandshakeBurst, options.HandshakeTimeout / 2);

    /// <summary>Puts TLS, and the bookkeeping around it, on a listener.</summary>
    public void Configure(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.Use(RecordRefusalAsync);
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = OptionsAsync,
            HandshakeTimeout = options.HandshakeTimeout,
        });
        listen.Use(RegisterAsync);
    }

    // Outside of TLS: sees whether a handshake came to its end, whatever stopped it.
    private ConnectionDelegate RecordRefusalAsync(ConnectionDelegate next) => async connection =>
    {
        var handshake = new Handshake();
        connection.Features.Set(handshake);
        try
        {
            await next(connection);
        }
        finally
        {
            if (handshake is { Completed: false, Began: true })
            {
                refusals.Add(AddressOf(connection), handshake.Refusal ?? new("tls-handshake-failed",
                    "The TLS handshake failed or was given up; the edge speaks TLS 1.3 only and needs a client certificate."));
            }
        }
    };

    // Inside of TLS: the handshake is done and the peer known.
    private ConnectionDelegate RegisterAsync(ConnectionDelegate next) => connection =>
    {
        var handshake = connection.Features.GetRequiredFeature<Handshake>();
        var peer = handshake.Peer ?? throw new InvalidOperationException("A connection came through TLS without being judged.");
        handshake.Completed = true;
        connection.Features.Set(peer);
        return peers.WhileConnectedAsync(peer, connection, next);
    };

    private async ValueTask<SslServerAuthenticationOptions> OptionsAsync(TlsHandshakeCallbackContext context)
    {
        var connection = context.Connection;
        var handshake = connection.Features.GetRequiredFeature<Handshake>();
        handshake.Began = true;
        if (_pacer.Reserve() is not { } wait)
        {
            handshake.Refusal = new("handshakes-paced", "Too many connections were opened at once; come again with a random pause.");
            throw new AuthenticationException(handshake.Refusal.Detail);
        }
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, context.CancellationToken);

        return TlsListener.Options(domain, certificate => Judge(handshake, connection, certificate));
    }

    private bool Judge(Handshake handshake, ConnectionContext connection, X509Certificate2? certificate)
    {
        if (certificate is null)
        {
            handshake.Refusal = new("certificate-missing", "No client certificate was shown; an agent enrols with the authority to get one.");
            return false;
        }
        var verdict = gate.Check(certificate);
        if (verdict.IsAccepted && options.Environments.Count > 0 && !options.Environments.Contains(verdict.Svid.SpiffeId.Environment))
        {
            handshake.Refusal = new(EnvironmentNotServed, $"This edge serves {string.Join(", ", options.Environments)} only, not '{verdict.Svid.SpiffeId.Environment}'.", verdict.Svid.Serial);
            return false;
        }
        if (verdict.IsAccepted)
        {
            handshake.Peer = new EdgePeer(verdict.Svid, verdict.Standing, AddressOf(connection)?.ToString());
            return true;
        }
        // A serial on the ledger is one of ours; what any other certificate says of itself stays a claim.
        var ours = !SvidRefusalCodes.All.Contains(verdict.Refusal.Code);
        handshake.Refusal = new(verdict.Refusal.Code, verdict.Refusal.Detail, ours ? certificate.SerialNumber.ToLowerInvariant() : null);
        return false;
    }

    // A socket for both families shows IPv4 peers as ::ffff:…; people and limits know them by their own address.
    private static IPAddress? AddressOf(ConnectionContext connection)
        => (connection.RemoteEndPoint as IPEndPoint)?.Address is { } address
            ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address
            : null;
}
