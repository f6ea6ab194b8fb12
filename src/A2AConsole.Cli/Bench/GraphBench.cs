using System.Diagnostics;
using System.Globalization;
using System.Text;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Provenance.Lineage;
using A2AConsole.Data;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Pages.Provenance;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Cli.Bench;

/// <summary>What drawing a provenance costs.</summary>
/// <param name="GraphMessages">In the drawing.</param>
/// <param name="Graph200Ms">Reading, checking every signature and digest, laying out and writing the SVG: median of the runs.</param>
/// <param name="GraphReached">Messages that derive from the first one.</param>
/// <param name="GraphReach5000Ms">Counting them all, with money, and drawing what is nearest: median of the runs.</param>
internal sealed record GraphReport(int GraphMessages, double Graph200Ms, int GraphReached, double GraphReach5000Ms)
{
    public IEnumerable<string> Lines()
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"a provenance of {GraphMessages} messages, checked and drawn: {Graph200Ms:0} ms; {GraphReached} affected messages counted and the nearest drawn: {GraphReach5000Ms:0} ms");
    }
}

/// <summary>
/// Measures the provenance page's work in process: 200 messages that derive from each other, all signatures and digests checked anew, and one
/// signal that 5,000 derive from.
/// </summary>
internal sealed class GraphBench(Action<string> say)
{
    private const int Runs = 7, First = 8, Second = 64, Third = 127, Dependants = 5000, AtOnce = 100;

    public async Task<GraphReport> RunAsync(CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("a2a-bench-").FullName;
        try
        {
            return await BenchSite.WithAsync(directory, 5, async (services, agents) =>
            {
                say("writing messages that derive from each other");
                var (root, signal) = await WriteAsync(services.GetRequiredService<ILedger>(), agents, cancellationToken);
                var contexts = services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>();
                var lineage = new LineageQueries(contexts);
                while (await lineage.ReadUntilAsync(cancellationToken) < services.GetRequiredService<ILedger>().Head.Size)
                    await Task.Delay(50, cancellationToken);
                say("drawing them");
                var reader = ActivatorUtilities.CreateInstance<ProvenanceReader>(services, lineage, new LineageThenQueries(contexts));
                var (drawn, graph) = await MeasureAsync(reader, new() { Id = root }, cancellationToken);
                var (reached, reach) = await MeasureAsync(reader, new() { Id = signal, Direction = LineageDirection.Forward }, cancellationToken);
                return drawn.FirstBroken is null && drawn.Nodes.All(n => n.Verdict.State == LinkState.Verified)
                    ? new GraphReport(drawn.Nodes.Count, graph, reached.Reach!.Messages.Count, reach)
                    : throw new InvalidOperationException("a message of the benchmark does not hold");
            }, cancellationToken);
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<(ProvenanceModel Model, double Milliseconds)> MeasureAsync(ProvenanceReader reader, ProvenanceView view, CancellationToken cancellationToken)
    {
        var times = new List<double>();
        ProvenanceModel model = null!;
        for (var i = 0; i <= Runs; i++)
        {
            var started = Stopwatch.GetTimestamp();
            model = await reader.ReadAsync(view, cancellationToken);
            _ = ProvenanceSvg.OfPage(model, view);
            // The first one compiles.
            if (i > 0)
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        return (model, Math.Round(times.Order().ElementAt(Runs / 2), 1));
    }

    /// <summary>A message over three layers of 8, 64 and 127 (200 in all), and a signal that thousands cite; their message ids.</summary>
    private static async Task<(string Root, string Signal)> WriteAsync(ILedger ledger, IReadOnlyList<BenchAgent> agents, CancellationToken cancellationToken)
    {
        var third = Enumerable.Range(0, Third).Select(i => BenchSite.Data(i)).ToList();
        var second = Enumerable.Range(0, Second).Select(i => Forecast($"b{i}", third[2 * i % Third], third[(2 * i + 1) % Third])).ToList();
        var first = Enumerable.Range(0, First).Select(i => Forecast($"a{i}", [.. second.Skip(i * Second / First).Take(Second / First)])).ToList();
        var signal = BenchSite.Data(1_000_000);
        var dependants = Enumerable.Range(0, Dependants).Select(i => Forecast($"d{i}", signal)).ToList();
        var ids = new List<string>();
        foreach (var some in third.Append(signal).Concat(second).Concat(first).Append(Forecast("root", [.. first])).Concat(dependants).Chunk(AtOnce))
        {
            var agent = agents[ids.Count / AtOnce % agents.Count];
            var items = some.Select(data => Item(agent, data)).ToList();
            ids.AddRange(items.Select(i => i.Facts!.MessageId));
            Task<AdmissionResult>? answer;
            while (!ledger.TryAdmit(new AdmissionRequest { AgentNumber = agent.Number, AgentId = agent.Id.Text, CertificateSerial = agent.Serial, ReceivedAt = DateTimeOffset.UtcNow, Items = items }, out answer))
                await Task.Delay(5, cancellationToken);
            await answer;
        }
        return (ids[Third + 1 + Second + First], ids[Third]);
    }

    private static byte[] Forecast(string id, params byte[][] from)
    {
        var evidence = string.Join(',', from.Select((d, i) => $"{{\"ref\":\"e{i}\",\"digest\":\"sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(d))}\"}}"));
        return Encoding.UTF8.GetBytes("{\"forecastId\":\"" + id + "\",\"gtin\":\"04012345123456\",\"site\":\"4012345000009\",\"points\":[{\"week\":\"2026-W49\",\"p50\":{\"value\":\"1\",\"uom\":\"EA\"}}],\"evidence\":[" + evidence + "]}");
    }

    private static AdmissionItem Item(BenchAgent agent, byte[] data)
    {
        var now = DateTimeOffset.UtcNow;
        var payload = AgentEventWriter.Write(new()
        {
            Id = Guid.CreateVersion7(now).ToString("N"), Source = agent.Id.Text, Type = data.AsSpan().StartsWith("{\"signalId\""u8) ? "demand.signal" : "forecast.published",
            Time = now, Expires = now.AddMinutes(5), Nonce = Guid.NewGuid().ToString("N"), Data = data,
        });
        if (!AgentEventReader.TryRead(payload, out var read, out var fault))
            throw new InvalidOperationException(fault.Detail);
        var envelope = DsseEnvelopeWriter.SignEvent(payload, agent.Key);
        return new() { Bytes = envelope, Size = envelope.Length, Digest = read.Claims.Digest, Facts = read.Claims };
    }
}
