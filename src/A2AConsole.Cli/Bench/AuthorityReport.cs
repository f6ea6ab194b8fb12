using System.Globalization;

namespace A2AConsole.Cli.Bench;

/// <summary>The figures of one run. Rates are a second, latencies milliseconds.</summary>
internal sealed record AuthorityReport
{
    /// <summary>Renewals with one P-256 request each over mutual TLS, stored and on the ledger when answered; the median of the rounds, as all rates of issuance.</summary>
    public required double IssuancePerSecond { get; init; }
    /// <summary>Processor time that an issuance takes, client included, in microseconds: who else uses the machine hardly matters to it.</summary>
    public required double IssuanceCpuMicros { get; init; }
    /// <summary>What all cores reach that only verify the request (its key imported, as it is a new one each time) and sign.</summary>
    public required double IssuanceCeilingPerSecond { get; init; }
    public required double IssuanceCeilingCpuMicros { get; init; }
    public double IssuanceShare => IssuancePerSecond / IssuanceCeilingPerSecond;
    public double IssuanceCpuShare => IssuanceCeilingCpuMicros / IssuanceCpuMicros;
    /// <summary>cfssl's HTTP API signing the same request, in turns with ours and posted to by the same client, but without TLS, storing nothing; null where it is not installed.</summary>
    public required double? CfsslPerSecond { get; init; }
    public required double? CfsslCpuMicros { get; init; }
    public double? CfsslFactor => CfsslPerSecond is { } other ? IssuancePerSecond / other : null;
    /// <summary>The same with its own certificate database (SQLite), so that it keeps what it signed as we do.</summary>
    public required double? CfsslStoredPerSecond { get; init; }
    public double? CfsslStoredFactor => CfsslStoredPerSecond is { } other ? IssuancePerSecond / other : null;
    /// <summary>How many agents were re-enrolled.</summary>
    public required int ReenrolledAgents { get; init; }
    /// <summary>
    /// Re-enrolment of all of them while admissions flow at half load, as a share of <see cref="IssuancePerSecond"/>. Without their
    /// connections: ten thousand handshakes are the agents' first, not the authority's work.
    /// </summary>
    public double ReenrolShare => ReenrolPerSecond / IssuancePerSecond;
    public required double ReenrolPerSecond { get; init; }
    /// <summary>The same without admissions, for comparison.</summary>
    public required double ReenrolUnloadedPerSecond { get; init; }
    /// <summary>Events a second that were admitted meanwhile, over the edge's listener; <see cref="HalfLoadPerSecond"/> were sent.</summary>
    public required double AdmittedPerSecond { get; init; }
    /// <summary>Half of what the edge admitted at most, alone.</summary>
    public required double HalfLoadPerSecond { get; init; }
    public required int Connections { get; init; }
    /// <summary>From the call to the gate's no.</summary>
    public required double RevocationRefusedP99Ms { get; init; }
    /// <summary>From the call to the closed connection, seen by the agent.</summary>
    public required double RevocationClosedP99Ms { get; init; }
    /// <summary>An OCSP answer over HTTPS on an open connection; null where nobody answers OCSP.</summary>
    public required double? OcspP99Ms { get; init; }
    /// <summary>Certificates revoked by one act.</summary>
    public required int MassRevoked { get; init; }
    /// <summary>From the call to all of them being refused.</summary>
    public required double MassRefusedMs { get; init; }
    /// <summary>From the call to the last row that says so.</summary>
    public required double MassMarkedSeconds { get; init; }
    /// <summary>The largest shard of the revocation list that was served then.</summary>
    public required int CrlLargestShardBytes { get; init; }
    public required int Cores { get; init; }

    /// <summary>The figures as lines for people.</summary>
    public IEnumerable<string> Lines()
    {
        yield return Invariant($"issuance ceiling    {IssuanceCeilingPerSecond,10:N0} /s   {IssuanceCeilingCpuMicros:N0} µs each (verify the request, sign; {Cores} cores)");
        yield return Invariant($"issuance            {IssuancePerSecond,10:N0} /s   {IssuanceCpuMicros:N0} µs each; {IssuanceShare:0.00} of the ceiling's rate, {IssuanceCpuShare:0.00} by processor time; stored, on the ledger");
        yield return CfsslPerSecond is { } cfssl ? Invariant($"cfssl               {cfssl,10:N0} /s   {CfsslCpuMicros:N0} µs each, nothing stored; ours is {CfsslFactor:0.00} times as fast") : "cfssl                not installed";
        if (CfsslStoredPerSecond is { } stored)
            yield return Invariant($"cfssl, storing      {stored,10:N0} /s   with its own database; ours is {CfsslStoredFactor:0.0} times as fast");
        yield return Invariant($"re-enrolment        {ReenrolPerSecond,10:N0} /s   {ReenrolShare:0.00} of the issuance rate, {ReenrolPerSecond / ReenrolUnloadedPerSecond:0.00} of its own without load; {ReenrolledAgents:N0} agents, {AdmittedPerSecond:N0} events/s meanwhile");
        yield return Invariant($"revoked → refused   {RevocationRefusedP99Ms,10:0.0} ms   p99; → closed {RevocationClosedP99Ms:0.0} ms p99, {Connections:N0} connections");
        yield return OcspP99Ms is { } ocsp ? Invariant($"OCSP answer         {ocsp,10:0.0} ms   p99") : "OCSP                 no responder";
        yield return Invariant($"{MassRevoked:N0} revoked    {MassRefusedMs,10:0} ms   until refused, {MassMarkedSeconds:0.0} s until all rows say so; the largest list {CrlLargestShardBytes:N0} bytes");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
