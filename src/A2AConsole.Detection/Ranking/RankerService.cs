using System.Globalization;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Data.Upkeep;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Detection.Ranking;

/// <summary>
/// Trains the triage ranker on analysts' verdicts, on a schedule: versioned, judged on verdicts that were held out, and used only when it is not worse
/// there than the one in use; each training is a leaf. It says of each open alert how likely it is true, and nothing while it does not know yet. An alert
/// is never hidden by it: it orders a list.
/// </summary>
public sealed class RankerService(
    ILedger ledger, ModelQueries queries, IUpkeep upkeep, DetectionOptions options, TimeProvider time, ILogger<RankerService> logger) : BackgroundService
{
    /// <summary>As <see cref="DetectionModel.Kind"/>.</summary>
    public const string Kind = "ranker";

    private const int MostVerdicts = 5_000, MostRanked = 2_000;
    private const double Worse = 0.03;
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(10);

    /// <summary>Trains when there are verdicts enough; whether a new version is in use.</summary>
    public async Task<bool> TrainAsync(CancellationToken cancellationToken = default)
    {
        var judged = (await queries.JudgedAsync(MostVerdicts, cancellationToken)).Select(a => new JudgedAlert(AlertFeatures.Of(a), a.Verdict == AlertVerdict.TruePositive)).ToList();
        using var candidate = TriageRanker.Train(AlertFeatures.Names, judged);
        if (candidate is null)
            return false;
        var active = await queries.ActiveAsync(Kind, cancellationToken);
        var before = active is null ? null : Judge(active, judged);
        var isBetter = before is null || candidate.Area >= before - Worse;
        var model = new DetectionModel
        {
            Kind = Kind, TrainedAt = Now(), Rows = judged.Count, Quality = candidate.Area, QualityBefore = before, IsActive = isBetter, Content = Content(candidate),
            Reason = isBetter ? null : string.Create(CultureInfo.InvariantCulture, $"Worse than the one in use on verdicts that were held out: {candidate.Area:0.00} beside {before:0.00}."),
        };
        await ledger.RecordAsync(Leaf(isBetter ? "model-trained" : "model-rejected", "system", string.Create(CultureInfo.InvariantCulture,
            $"The triage ranker was trained on {judged.Count} verdicts: area under the curve {candidate.Area:0.00} on those held out{(before is null ? "" : $", {before:0.00} before")}; {(isBetter ? "in use" : "not used")}.")),
            (context, leaf) => ModelChanges.Add(context, leaf, model), cancellationToken);
        if (isBetter)
            await RankAsync(cancellationToken);
        return isBetter;
    }

    /// <summary>Goes back to the version before. Throws <see cref="TriageRefusedException"/> when there is none.</summary>
    public async Task RollBackAsync(string reason, TriageActor actor, CancellationToken cancellationToken = default)
    {
        if (TriageRules.CheckNote(reason) is { } fault)
            throw new TriageRefusedException(fault.Code, fault.Detail);
        await ledger.RecordAsync(Leaf("model-rolled-back", "user:" + actor.UserName, "The triage ranker went back to the version before: " + reason.Trim()), (context, _) => ModelChanges.RollBack(context, Kind, reason.Trim()), cancellationToken);
        await RankAsync(cancellationToken);
    }

    /// <summary>Says of the open alerts how likely they are true.</summary>
    public async Task RankAsync(CancellationToken cancellationToken = default)
    {
        if (await queries.ActiveAsync(Kind, cancellationToken) is not { } active)
            return;
        using var ranker = Load(active);
        if (ranker is null)
            return;
        var ranks = (await queries.UnjudgedAsync(MostRanked, cancellationToken)).Select(a => (a.Id, a.Rank, Now: Math.Round(ranker.Rank(AlertFeatures.Of(a)).Probability, 3))).Where(r => r.Rank != r.Now).ToList();
        if (ranks.Count > 0)
            await upkeep.ApplyAsync(context => ModelChanges.Rank(context, ranks.Select(r => (r.Id, r.Now))));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Not while everything starts.
            for (; ; await Task.Delay(Look, time, stoppingToken))
            {
                await Task.Delay(TimeSpan.FromMinutes(1), time, stoppingToken);
                try
                {
                    if (await queries.LastTrainedAsync(Kind, stoppingToken) is not { } last || Now() - last >= options.TrainEvery)
                        await TrainAsync(stoppingToken);
                    await RankAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    logger.LogWarning(e, "The triage ranker could not be trained; the next try is in {Look}", Look);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    // The quarter that the candidate was judged by.
    private double? Judge(DetectionModel model, List<JudgedAlert> judged)
    {
        using var ranker = Load(model);
        var area = ranker is null ? double.NaN : Edges.EdgeTrial.Auc([.. judged.Where((_, i) => i % 4 == 3).Select(v => ((float)ranker.Rank(v.Features).Probability, v.WasTrue))]);
        return double.IsNaN(area) ? null : area;
    }

    private TriageRanker? Load(DetectionModel model)
    {
        try
        {
            using var content = new BinaryReader(new MemoryStream(model.Content));
            var ranker = TriageRanker.Load(content);
            // One of other features cannot be asked.
            return ranker.Names.SequenceEqual(AlertFeatures.Names) ? ranker : null;
        }
        catch (DetectorStateException e)
        {
            logger.LogWarning("The triage ranker {Id} cannot be read: {Reason}", model.Id, e.Message);
            return null;
        }
    }

    private static byte[] Content(TriageRanker ranker)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        ranker.Save(writer);
        writer.Flush();
        return bytes.ToArray();
    }

    private LedgerLeaf Leaf(string code, string actor, string detail) => new() { Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, Code = code, At = Now(), Actor = actor, Detail = LedgerLeaf.Sentence(detail) };

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
