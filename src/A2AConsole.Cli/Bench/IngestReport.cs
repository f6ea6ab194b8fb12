using System.Globalization;

namespace A2AConsole.Cli.Bench;

/// <summary>The figures of one run. Compare the ratios: absolute rates depend on the machine and on who shares it.</summary>
internal sealed record IngestReport
{
    /// <summary>ECDSA P-256 verifications a second on all cores, with nothing else running.</summary>
    public required double VerifyCeilingPerSecond { get; init; }
    /// <summary>Individually signed events a second, committed and acknowledged, 100 a request.</summary>
    public required double IndividualPerSecond { get; init; }
    public double IndividualShare => IndividualPerSecond / VerifyCeilingPerSecond;
    /// <summary>Events a second in signed batches of 100.</summary>
    public required double BatchPerSecond { get; init; }
    public double BatchFactor => BatchPerSecond / IndividualPerSecond;
    /// <summary>From the moment a request of 100 events was due to its answer, at half of the individual rate.</summary>
    public required double AckP50Ms { get; init; }
    public required double AckP99Ms { get; init; }
    public required double ServerCpuMicrosPerEvent { get; init; }
    public required double ServerCpuMicrosPerBatchedEvent { get; init; }
    public required double ResidentMb { get; init; }
    /// <summary>Events that the store held before the run.</summary>
    public required long Rows { get; init; }
    public required long EventsAcknowledged { get; init; }
    public required int Cores { get; init; }

    /// <summary>The figures as lines for people.</summary>
    public IEnumerable<string> Lines()
    {
        yield return Invariant($"verify ceiling     {VerifyCeilingPerSecond,10:N0} /s   (ECDSA P-256, {Cores} cores)");
        yield return Invariant($"individual events  {IndividualPerSecond,10:N0} /s   {IndividualShare:0.00} of the ceiling");
        yield return Invariant($"signed batches     {BatchPerSecond,10:N0} /s   {BatchFactor:0.0} × individual");
        yield return Invariant($"ack at half load   {AckP50Ms,10:0.0} ms   p50, {AckP99Ms:0.0} ms p99");
        yield return Invariant($"server CPU         {ServerCpuMicrosPerEvent,10:0.0} µs   an event; {ServerCpuMicrosPerBatchedEvent:0.0} µs in a batch");
        yield return Invariant($"resident memory    {ResidentMb,10:0} MB   after {EventsAcknowledged:N0} events, {Rows:N0} stored before");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
