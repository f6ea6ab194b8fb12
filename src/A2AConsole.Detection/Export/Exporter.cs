using A2AConsole.Core.Alerts;
using A2AConsole.Core.Alerts.Ocsf;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Detection.Alerts;

namespace A2AConsole.Detection.Export;

/// <summary>
/// Hands one destination what the ledger holds, behind a durable cursor: the ledger itself is the queue, so nothing is lost while a destination
/// is away. A record that it will never take goes to a file of dead letters, so that it holds nobody else up.
/// </summary>
public sealed class Exporter(ILedger ledger, ILedgerReader reader, AlertFeed feed, ExportCursors cursors, OcsfEvents events, ExportOptions options, TimeProvider time)
{
    /// <summary>Most leaves read in one step.</summary>
    private const int LeavesAtOnce = 500;

    /// <summary>Sends on until the destination has everything, or does not answer as it should: then false.</summary>
    public async Task<bool> CatchUpAsync(IExportSink sink, CancellationToken cancellationToken = default)
    {
        var cursor = await cursors.OpenAsync(sink.Name, options.FromBeginning ? 0 : ledger.Head.Size, cancellationToken);
        while (cursor.Next < ledger.Head.Size)
        {
            var to = Math.Min(ledger.Head.Size, cursor.Next + LeavesAtOnce);
            foreach (var part in (await RecordsAsync(cursor.Next, to, cancellationToken)).Chunk(options.AtOnce))
                if (!await SendAsync(sink, cursor, part, cancellationToken))
                    return false;
            cursor.Next = to;
            await cursors.SaveAsync(cursor, cancellationToken);
        }
        return true;
    }

    /// <summary>The events for the leaves in [<paramref name="from"/>, <paramref name="to"/>), in their order.</summary>
    public async Task<IReadOnlyList<ExportRecord>> RecordsAsync(long from, long to, CancellationToken cancellationToken = default)
    {
        var records = new List<ExportRecord>();
        var (alerts, incidents) = (false, false);
        var times = new Dictionary<long, DateTimeOffset>();
        foreach (var (offset, bytes) in (await reader.LeavesAsync(from, (int)(to - from), cancellationToken)).Index())
        {
            if (!LeafReader.TryParse(bytes, out var leaf, out _))
                continue;
            var index = from + offset;
            if (leaf.Kind == LeafKind.Event && options.Admissions)
                records.Add(new(index, leaf.At, events.Admission(new AdmissionFacts(index, leaf))));
            if (leaf.Kind is LeafKind.Alert or LeafKind.Incident)
                times[index] = leaf.At;
            alerts |= leaf.Kind is LeafKind.Alert or LeafKind.Incident;
            incidents |= leaf.Kind == LeafKind.Incident;
        }
        if (alerts)
            foreach (var change in await feed.AlertsAsync(from, to, cancellationToken))
                records.Add(new(change.Leaf, At(change.Leaf), events.Detection(change.Alert.Facts(), change.Move, change.Leaf, At(change.Leaf))));
        if (incidents)
            foreach (var change in await feed.IncidentsAsync(from, to, cancellationToken))
                records.Add(new(change.Leaf, At(change.Leaf), events.Incident(change.Incident.Facts(), change.Move, change.Leaf, At(change.Leaf))));
        return [.. records.OrderBy(r => r.Leaf)];

        DateTimeOffset At(long leaf) => times.GetValueOrDefault(leaf, time.GetUtcNow());
    }

    private async Task<bool> SendAsync(IExportSink sink, ExportCursor cursor, IReadOnlyList<ExportRecord> records, CancellationToken cancellationToken)
    {
        var answer = await sink.SendAsync(records, cancellationToken);
        cursor.Outcome = answer.Detail;
        if (answer.Taken)
        {
            (cursor.Sent, cursor.SentAt, cursor.FailingSince) = (cursor.Sent + records.Count, time.GetUtcNow(), null);
            // Not past its last leaf, which may have more records: what a stop sends again is that leaf's.
            cursor.Next = records[^1].Leaf;
            await cursors.SaveAsync(cursor, cancellationToken);
            return true;
        }
        if (!answer.Never)
        {
            cursor.FailingSince ??= time.GetUtcNow();
            await cursors.SaveAsync(cursor, cancellationToken);
            return false;
        }
        if (records.Count == 1)
        {
            await BuryAsync(sink, records[0], answer.Detail, cancellationToken);
            cursor.Dead++;
            await cursors.SaveAsync(cursor, cancellationToken);
            return true;
        }
        // One of them is what it will not take: half and half finds it.
        var half = records.Count / 2;
        return await SendAsync(sink, cursor, [.. records.Take(half)], cancellationToken) && await SendAsync(sink, cursor, [.. records.Skip(half)], cancellationToken);
    }

    private async Task BuryAsync(IExportSink sink, ExportRecord record, string why, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.DeadLetters);
        var line = new System.Text.Json.Nodes.JsonObject { ["destination"] = sink.Name, ["why"] = why, ["at"] = time.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture), ["event"] = record.Json.DeepClone() };
        await File.AppendAllTextAsync(Path.Combine(options.DeadLetters, sink.Name + ".jsonl"), line.ToJsonString() + "\n", cancellationToken);
    }
}
