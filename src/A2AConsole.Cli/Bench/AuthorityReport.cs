using System.Globalization;

namespace A2AConsole.Cli.Bench;

/// <summary>The figures of one run. Rates are a second, latencies milliseconds.</summary>
internal sealed record AuthorityReport
{
    /// <summary>Renewals with one P-256 request each over mutual TLS, stored and on the ledger when answered.</summary>
    public required double IssuancePerSecond { get; init; }
    /// <summary>What all cores reach that only verify the request (its key imported, as it is a new one each time) and sign.</summary>
    public required double IssuanceCeilingPerSecond { get; init; }
    public double IssuanceShare => IssuancePerSecond / IssuanceCeilingPerSecond;
    /// <summary>cfssl's HTTP API signing the same request, in turns with ours; null where it is not installed.</summary>
    public required double? CfsslPerSecond { get; init; }
    public double? CfsslFactor => CfsslPerSecond is { } other ? IssuancePerSecond / other : null;
    /// <summary>How many agents were re-enrolled.</summary>
    public required int ReenrolledAgents { get; init; }
    /// <summary>
    /// Re-enrolment of all of them while admissions flow at half load, as a share of the authority's rate without that load. Both
    /// without TLS: ten thousand handshakes are the agents' first, not the authority's work.
    /// </summary>
    public required double ReenrolShare { get; init; }
    public required double ReenrolPerSecond { get; init; }
    /// <summary>Events a second that were admitted meanwhile.</summary>
    public required double AdmittedPerSecond { get; init; }
    public required int Connections { get; init; }
    /// <summary>From the call to the gate's no.</summary>
    public required double RevocationRefusedP99Ms { get; init; }
    /// <summary>From the call to the closed connection, seen by the agent.</summary>
    public required double RevocationClosedP99Ms { get; init; }
    /// <summary>An OCSP answer over HTTPS on an open connection; null where nobody answers OCSP.</summary>
    public required double? OcspP99Ms { get; init; }
    public required int Cores { get; init; }

    /// <summary>The figures as lines for people.</summary>
    public IEnumerable<string> Lines()
    {
        yield return Invariant($"issuance ceiling    {IssuanceCeilingPerSecond,10:N0} /s   (verify the request, sign; {Cores} cores)");
        yield return Invariant($"issuance            {IssuancePerSecond,10:N0} /s   {IssuanceShare:0.00} of the ceiling; stored, on the ledger");
        yield return CfsslPerSecond is { } cfssl ? Invariant($"cfssl               {cfssl,10:N0} /s   ours is {CfsslFactor:0.0} times as fast") : "cfssl                not installed";
        yield return Invariant($"re-enrolment        {ReenrolPerSecond,10:N0} /s   {ReenrolShare:0.00} of the rate without load; {ReenrolledAgents:N0} agents, {AdmittedPerSecond:N0} events/s meanwhile");
        yield return Invariant($"revoked → refused   {RevocationRefusedP99Ms,10:0.0} ms   p99; → closed {RevocationClosedP99Ms:0.0} ms p99, {Connections:N0} connections");
        yield return OcspP99Ms is { } ocsp ? Invariant($"OCSP answer         {ocsp,10:0.0} ms   p99") : "OCSP                 no responder";
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
