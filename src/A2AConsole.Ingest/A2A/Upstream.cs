using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;
using A2AConsole.Trust;
using A2AConsole.Trust.Gate;
using A2AConsole.Trust.Gateway;

namespace A2AConsole.Ingest.A2A;

/// <summary>
/// Connections to one agent behind the gateway: TLS 1.3 with our certificate, to whoever proves to be that agent by the same gate as agents
/// that come to us. An address that leads elsewhere leads nowhere.
/// </summary>
internal sealed class Upstream(string spiffeId, IGatewayIdentity identity, SvidGate gate, IStandings standings) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private volatile Connections? _current;

    /// <summary>The certificate that the agent showed last, or null before the first connection.</summary>
    public VerifiedSvid? Svid => _current?.Verdict?.Svid;

    /// <summary>Why the agent is not served, or null: asked before each request.</summary>
    public string? WhyNot()
        => standings.Agent(spiffeId) is not { } agent ? "The agent never enrolled here."
            : AgentLife.WhyNotAdmitted(agent.State)?.Detail;

    /// <summary>The connections of the moment: others when our certificate is another, or the agent's no longer counts.</summary>
    public HttpMessageInvoker Invoker
    {
        get
        {
            var certificate = identity.Current;
            if (_current is { } current && current.Fits(certificate))
                return current.Invoker;
            lock (_lock)
            {
                if (_current is { } other && other.Fits(certificate))
                    return other.Invoker;
                // What still runs on the old ones ends there; they close when idle.
                return (_current = new Connections(spiffeId, certificate, gate)).Invoker;
            }
        }
    }

    public void Dispose() => _current?.Invoker.Dispose();

    private sealed class Connections
    {
        private readonly GatewayCertificate _certificate;
        private volatile SvidVerdict? _verdict;

        public Connections(string spiffeId, GatewayCertificate certificate, SvidGate gate)
        {
            _certificate = certificate;
            Invoker = new HttpMessageInvoker(new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                AutomaticDecompression = DecompressionMethods.None,
                ActivityHeadersPropagator = null,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                PooledConnectionLifetime = Lifetime,
                PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
                EnableMultipleHttp2Connections = true,
                SslOptions = new SslClientAuthenticationOptions
                {
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ClientCertificateContext = certificate.Context,
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                    RemoteCertificateValidationCallback = (_, peer, _, _) => Judge(peer as X509Certificate2, spiffeId, gate),
                },
            });
        }

        public HttpMessageInvoker Invoker { get; }

        public SvidVerdict? Verdict => _verdict;

        public bool Fits(GatewayCertificate certificate) => ReferenceEquals(_certificate, certificate) && _verdict?.Standing?.Refusal is null;

        // Names and the machine's roots say nothing here: the identity does.
        private bool Judge(X509Certificate2? peer, string spiffeId, SvidGate gate)
        {
            if (peer is null || gate.Check(peer) is not { IsAccepted: true } verdict || !string.Equals(verdict.Svid.SpiffeId.Text, spiffeId, StringComparison.Ordinal))
                return false;
            _verdict = verdict;
            return true;
        }
    }
}
