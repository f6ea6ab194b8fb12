using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Trust;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Events;
using A2AConsole.Web.Pages.Provenance;

namespace A2AConsole.Web.Pages.Incidents;

/// <summary>
/// Packs an incident: its alerts with their explanations, the events behind them with proofs, policy's decisions about them, the proof of each step that
/// was taken, where the messages came from, and the checkpoint that all proofs lead to. That it was packed, and what, is a leaf.
/// </summary>
public sealed class EvidencePacker(
    EvidencePackQueries queries, BlastRadiusQueries radius, EventDossierReader dossiers, ProvenanceReader provenance, ILedger ledger, IRecordSigner signer, ITrustDomain domain, TimeProvider time)
{
    private const int MostEvents = 500, MostDrawings = 12;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull, Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() } };

    /// <summary>The archive, or null when there is no such incident.</summary>
    public async Task<byte[]?> PackAsync(long incident, TriageActor actor, CancellationToken cancellationToken = default)
    {
        if (await queries.ReadAsync(incident, cancellationToken) is not { } row)
            return null;
        var members = new SortedDictionary<string, byte[]>(StringComparer.Ordinal) { ["incident.json"] = Text(Of(row)), [EvidencePack.Checkpoint] = Encoding.UTF8.GetBytes(ledger.Head.Checkpoint) };
        if (await radius.OfAsync(incident, cancellationToken) is { } reached)
            members["blast-radius.json"] = Text(reached);
        foreach (var alert in row.Alerts)
        {
            members[Name("alerts", alert.Id, ".json")] = Text(Of(alert));
            if (AlertPicture.Draw(alert) is { } picture)
                members[Name("alerts", alert.Id, ".svg")] = Encoding.UTF8.GetBytes(picture);
        }
        var events = row.Alerts.SelectMany(a => a.Leaves.Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(l => long.Parse(l, CultureInfo.InvariantCulture)).Distinct().Order().Take(MostEvents).ToList();
        var steps = row.Steps.Select(s => s.Leaf).Concat(row.Alerts.SelectMany(a => a.Steps.Select(s => s.Leaf))).Concat(await queries.DecisionLeavesAsync(events, cancellationToken)).Append(row.Id);
        foreach (var leaf in events.Concat(steps).Distinct().Order())
            await AddAsync(members, leaf, cancellationToken);
        foreach (var leaf in events)
        {
            if (members.Keys.Count(k => k.StartsWith("provenance/", StringComparison.Ordinal)) >= MostDrawings)
                break;
            await DrawAsync(members, leaf, cancellationToken);
        }
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var digest = "";
        var file = EvidencePack.Write(new(domain.Name, row.Id, row.Title, now, actor.UserName, []), members.Select(m => (m.Key, m.Value)), payload =>
        {
            digest = Convert.ToHexStringLower(SHA256.HashData(payload));
            var signed = signer.Sign(EvidencePack.PayloadType, payload);
            return (signed.Envelope, signed.ChainPem);
        });
        await ledger.RecordAsync(new LedgerLeaf
        {
            Kind = LeafKind.Incident, Verdict = LeafVerdict.Done, Code = TriageCodes.OfIncident(TriageMove.Exported), At = now, Actor = "user:" + actor.UserName, Digest = digest, Count = members.Count, Demo = row.Demo,
            Detail = string.Create(CultureInfo.InvariantCulture, $"Incident {row.Id}: its evidence was packed, {members.Count} files; the digest is the manifest's."),
        }, (context, leaf) => IncidentChanges.Step(context, row.Id, new IncidentStep { Move = TriageMove.Exported, By = actor.UserName, Note = digest, At = now, Leaf = leaf }), cancellationToken);
        return file;
    }

    private async Task AddAsync(SortedDictionary<string, byte[]> members, long leaf, CancellationToken cancellationToken)
    {
        if (await dossiers.ReadAsync(leaf, cancellationToken) is not { } dossier)
            return;
        if (dossier.Leaf.Kind == LeafKind.Event && await dossiers.EvidenceAsync(dossier, cancellationToken) is { } evidence)
            members[Name("events", leaf, Evidence.FileExtension)] = evidence;
        else
            members[Name("ledger", leaf, EvidencePack.ProofExtension)] = Encoding.UTF8.GetBytes((await dossiers.ProveAsync(dossier, cancellationToken)).Proof.Format());
    }

    private async Task DrawAsync(SortedDictionary<string, byte[]> members, long leaf, CancellationToken cancellationToken)
    {
        if (await dossiers.ReadAsync(leaf, cancellationToken) is not { Leaf: { Kind: LeafKind.Event, Verdict: LeafVerdict.Admitted, MessageId: { } id } })
            return;
        var view = new ProvenanceView { Id = id };
        if (await provenance.ReadAsync(view, cancellationToken) is { Drawing: not null } model)
            members[Name("provenance", leaf, ".svg")] = Encoding.UTF8.GetBytes(ProvenanceSvg.OfFile(model, view, ProvenanceWords.Says(model, view.Direction)));
    }

    private static object Of(Incident i) => new
    {
        i.Id, i.Title, i.Severity, i.State, i.Owner, i.CreatedBy, i.CreatedAt, i.ClosedAt, i.Lesson, i.PolicyChange, i.MergedInto,
        Alerts = i.Alerts.Select(a => a.Id).Order(), Tasks = i.Tasks.OrderBy(t => t.Id).Select(t => new { t.Text, t.Assignee, t.AddedAt, t.DoneAt, t.DoneBy }),
        Steps = i.Steps.OrderBy(s => s.Leaf).Select(s => new { s.Move, s.By, s.To, s.Note, s.At, s.Leaf }),
    };

    private static object Of(Alert a) => new
    {
        a.Id, a.Kind, a.Group, a.Severity, a.State, a.Verdict, a.AgentId, a.Role, a.Cause, a.Sentence, a.FirstScore, a.Score, a.Count, a.FirstSeenAt, a.LastSeenAt, a.RaisedAt, Money = a.Currency is null ? null : new { TenThousandths = a.Money, a.Currency },
        Tags = a.Tags.Split(',', StringSplitOptions.RemoveEmptyEntries), Leaves = a.Leaves.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(l => long.Parse(l, CultureInfo.InvariantCulture)), Why = JsonDocument.Parse(a.Why).RootElement,
        Steps = a.Steps.OrderBy(s => s.Leaf).Select(s => new { s.Move, s.By, s.To, s.Note, s.At, s.Leaf }),
    };

    private static byte[] Text(object value) => JsonSerializer.SerializeToUtf8Bytes(value, Json);

    private static string Name(string folder, long id, string extension) => string.Create(CultureInfo.InvariantCulture, $"{folder}/{id}{extension}");
}

/// <summary>An alert's picture as a file: what was measured, over the band that was usual.</summary>
internal static class AlertPicture
{
    private const double Width = 720, Height = 220, Margin = 40;

    /// <summary>The drawing, or null when nothing was measured over time.</summary>
    public static string? Draw(Alert alert)
    {
        var why = JsonSerializer.Deserialize<Core.Detection.AlertExplanation>(alert.Why, Detection.Pipeline.AlertRecords.Json);
        if (why is not { Series.Count: > 1 })
            return null;
        var most = Math.Max(1e-9, why.Series.Max(p => Math.Max(p.Actual, p.High ?? 0)));
        double X(int i) => Margin + (Width - 2 * Margin) * i / (why.Series.Count - 1);
        double Y(double value) => Height - Margin - (Height - 2 * Margin) * value / most;
        string Points(Func<Core.Detection.AlertPoint, double> of, bool back = false)
        {
            var all = why.Series.Select((p, i) => string.Create(CultureInfo.InvariantCulture, $"{X(i):0.#},{Y(of(p)):0.#}"));
            return string.Join(' ', back ? all.Reverse() : all);
        }
        var last = why.Series.Count - 1;
        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width:0} {Height:0}" width="{Width:0}" height="{Height:0}" role="img">
            <title>{System.Net.WebUtility.HtmlEncode(alert.Sentence)}</title><rect width="100%" height="100%" fill="#fff"/>
            <polygon fill="#e2ebfd" points="{Points(p => p.High ?? 0)} {Points(p => p.Low ?? 0, back: true)}"/>
            <polyline fill="none" stroke="#2456c9" stroke-width="2" points="{Points(p => p.Actual)}"/>
            <circle cx="{X(last):0.#}" cy="{Y(why.Series[last].Actual):0.#}" r="5" fill="#8b1a10"/>
            <text x="{Margin:0}" y="20" font-family="system-ui,sans-serif" font-size="12">{System.Net.WebUtility.HtmlEncode(why.Unit ?? "")}: usual (band) and measured (line), at most {most:0.##}</text>
            <text x="{Margin:0}" y="{Height - 12:0}" font-family="system-ui,sans-serif" font-size="12">{why.Series[0].At.UtcDateTime:u} to {why.Series[last].At.UtcDateTime:u}</text>
            </svg>
            """);
    }
}

/// <summary>The pack as a file.</summary>
internal static class EvidencePackFiles
{
    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapGet(IncidentsView.Path + "/{id:long}/evidence.zip", async (long id, HttpContext context, EvidencePacker packer, CancellationToken cancellationToken)
            => await packer.PackAsync(id, new TriageActor(context.User.Identity!.Name!), cancellationToken) is { } file
                ? Results.File(file, EvidencePack.MediaType, string.Create(CultureInfo.InvariantCulture, $"incident-{id}{EvidencePack.FileExtension}"))
                : Results.NotFound())
            .RequireAuthorization(Permission.ReadPayloadsPolicy);
}
