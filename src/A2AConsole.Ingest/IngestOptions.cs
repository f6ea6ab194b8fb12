using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;

namespace A2AConsole.Ingest;

/// <summary>How the edge listens and what it lets through. Section <c>A2AConsole:Ingest</c>.</summary>
public sealed class IngestOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "A2AConsole:Ingest";

    /// <summary>Where the edge listens: <c>https://host:port</c>; port 0 takes a free one.</summary>
    [Required, MinLength(1)]
    public IList<string> Urls { get; set; } = [];

    /// <summary>
    /// The environments that this edge serves, e.g. <c>prod</c> and <c>partner</c>: agents of any other are refused in the handshake, and
    /// so is an event that is for one. Empty: every environment that the trust domain has.
    /// </summary>
    public IList<string> Environments { get; } = [];

    /// <summary>
    /// The SPIFFE IDs that may ask what policy would decide, by the OpenID Authorization API 1.0 (AuthZEN), at <c>/access/v1/evaluation</c> and
    /// <c>/access/v1/evaluations</c>. Empty: it is not served.
    /// </summary>
    public IList<string> AuthZenCallers { get; } = [];

    /// <summary>The longest event (envelope, or event in a signed batch), in bytes.</summary>
    [Range(1024, 8 * 1024 * 1024)]
    public int MaxEventBytes { get; set; } = 256 * 1024;

    /// <summary>The longest request body, in bytes.</summary>
    [Range(1024, 256 * 1024 * 1024)]
    public int MaxRequestBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>The most events in one request.</summary>
    [Range(1, 10_000)]
    public int MaxEventsPerRequest { get; set; } = 1000;

    /// <summary>Bytes of requests held at once, from first byte to reply; past it agents are told to come again.</summary>
    [Range(1024 * 1024, long.MaxValue)]
    public long MaxBytesInFlight { get; set; } = 256L * 1024 * 1024;

    /// <summary>How far an agent's clock may be from ours.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How old an event may be.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an event may claim to be valid (<c>expires</c> − <c>time</c>).</summary>
    public TimeSpan MaxLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Events a second that one agent may send in the long run.</summary>
    [Range(1, 10_000_000)]
    public double EventsPerSecond { get; set; } = 20_000;

    /// <summary>Events that one agent may send at once after a pause.</summary>
    [Range(1, 10_000_000)]
    public int EventBurst { get; set; } = 40_000;

    /// <summary>The gateway for A2A.</summary>
    public A2AOptions A2A { get; } = new();

    /// <summary>What Core's rules are told.</summary>
    internal Core.Admission.AdmissionLimits Limits => new()
    {
        MaxEventBytes = MaxEventBytes,
        MaxRequestBytes = MaxRequestBytes,
        MaxEventsPerRequest = MaxEventsPerRequest,
        Skew = ClockSkew,
        MaxAge = MaxAge,
        MaxLifetime = MaxLifetime,
        EventsPerSecond = EventsPerSecond,
        Burst = EventBurst,
        Environments = Environments.ToFrozenSet(StringComparer.Ordinal),
    };

    /// <summary>Handshakes a second: each costs as much CPU as about twenty verifications, so a herd of reconnects is paced.</summary>
    [Range(1, 100_000)]
    public double HandshakesPerSecond { get; set; } = 100;

    /// <summary>Handshakes that are let through at once after a pause.</summary>
    [Range(1, 100_000)]
    public int HandshakeBurst { get; set; } = 200;

    /// <summary>How long a whole TLS handshake may take, waiting for its turn included.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a request's headers may take.</summary>
    public TimeSpan RequestHeadersTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The slowest body that is waited for, in bytes a second.</summary>
    [Range(1, 1_000_000)]
    public double MinBodyBytesPerSecond { get; set; } = 1024;

    /// <summary>How long a body may be slower than <see cref="MinBodyBytesPerSecond"/> at its beginning.</summary>
    public TimeSpan MinBodyGracePeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection without a request is kept.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The most connections at once.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Refused connections that are recorded one by one for each remote address and minute; the rest is counted.</summary>
    [Range(0, 10_000)]
    public int ConnectionRefusalsPerMinute { get; set; } = 10;

    /// <summary>How many remote addresses are told apart within a minute; what comes from more is counted together.</summary>
    [Range(1, 100_000)]
    public int ConnectionRefusalAddresses { get; set; } = 200;
}
