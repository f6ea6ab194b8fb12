using System.Collections.Concurrent;
using System.IO.Pipelines;
using A2AConsole.Data.Queries;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Engine;
using A2AConsole.Policy.Replay;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Policy.Life;

/// <summary>Replays and measurements of versions. They take half of the processors at most: decisions at the edge come first. The last one of each kind and version is kept.</summary>
public sealed class PolicyJobs(PolicyEngine engine, PolicyLife life, PolicyQueries queries, TimeProvider time, ILogger<PolicyJobs> logger) : IDisposable
{
    private const int Page = 500;
    private readonly ConcurrentDictionary<(PolicyJobKind, int), PolicyJob> _jobs = new();
    private readonly Lock _gate = new();

    private static int Parallelism => Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>The last job of a kind about a version.</summary>
    public PolicyJob? Find(PolicyJobKind kind, int versionId) => _jobs.GetValueOrDefault((kind, versionId));

    /// <summary>Lets a version decide anew what was recorded in the last days. One that runs already is handed out instead.</summary>
    public async Task<PolicyJob> ReplayAsync(int versionId, int days, CancellationToken cancellationToken = default)
    {
        var (row, files) = await ReadAsync(versionId, cancellationToken);
        var since = time.GetUtcNow().AddDays(-days);
        return Start(PolicyJobKind.Replay, row, days, async job =>
        {
            job.Of(await queries.CountAsync(since, job.Stop));
            using var decider = engine.PatientDecider(Valid(files));
            return await ReplayAsync(decider, since, job);
        });
    }

    /// <summary>Measures what a version's tests are worth, and keeps it with the version.</summary>
    public async Task<PolicyJob> MeasureAsync(int versionId, string actor, CancellationToken cancellationToken = default)
    {
        var (row, files) = await ReadAsync(versionId, cancellationToken);
        return Start(PolicyJobKind.Mutation, row, 0, async job =>
        {
            var bundle = Valid(files);
            job.Of(bundle.Policies.Values.SelectMany(Mutation.Of).LongCount());
            var report = new MutationRun(engine.Module, bundle, Parallelism).Run(new Said<int>(n => job.At(n)), job.Stop);
            await life.MeasuredAsync(row, report, actor, job.Stop);
            return report;
        });
    }

    private PolicyJob Start(PolicyJobKind kind, PolicyVersionRow row, int days, Func<PolicyJob, Task<object>> work)
    {
        lock (_gate)
        {
            if (_jobs.TryGetValue((kind, row.Id), out var known) && known.State == PolicyJobState.Running && known.Digest == row.Digest && known.Days == days)
                return known;
            known?.Cancel();
            var job = _jobs[(kind, row.Id)] = new PolicyJob(kind, row.Id, row.Digest, days, time.GetUtcNow());
            _ = Task.Run(() => RunAsync(job, work));
            return job;
        }
    }

    private async Task RunAsync(PolicyJob job, Func<PolicyJob, Task<object>> work)
    {
        try
        {
            var result = await work(job);
            job.End(PolicyJobState.Done, time.GetUtcNow(), result);
        }
        catch (Exception) when (job.Stop.IsCancellationRequested)
        {
            job.End(PolicyJobState.Cancelled, time.GetUtcNow());
        }
        catch (Exception e)
        {
            if (e is not (PolicyRefusedException or InvalidOperationException or CedarFaultException))
                logger.LogError(e, "{Job} of version {Version} failed", job.Kind, job.VersionId);
            job.End(PolicyJobState.Failed, time.GetUtcNow(), failure: PolicyEngine.Sentence(e.Message));
        }
    }

    private async Task<ReplayReport> ReplayAsync(CedarDecider decider, DateTimeOffset since, PolicyJob job)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4 << 20, resumeWriterThreshold: 1 << 20));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(job.Stop);
        var reading = WriteLinesAsync(pipe.Writer, since, stop.Token);
        try
        {
            return await new ReplayRun(decider, parallelism: Parallelism).RunAsync(pipe.Reader.AsStream(), new Said<long>(n => job.At(n)), job.Stop);
        }
        finally
        {
            await stop.CancelAsync();
            await pipe.Reader.CompleteAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The recorded requests, one a line. What goes wrong goes through the pipe to whoever reads.</summary>
    private async Task WriteLinesAsync(PipeWriter writer, DateTimeOffset since, CancellationToken cancellationToken)
    {
        try
        {
            for (long after = -1; ;)
            {
                var page = await queries.RequestsAsync(since, after, Page, cancellationToken);
                foreach (var (_, line) in page)
                    Put(writer, line);
                var flushed = await writer.FlushAsync(cancellationToken);
                if (page.Count < Page || flushed.IsCompleted)
                    break;
                after = page[^1].Id;
            }
            await writer.CompleteAsync();
        }
        catch (Exception e)
        {
            await writer.CompleteAsync(e);
        }
    }

    private static void Put(PipeWriter writer, ReadOnlySpan<byte> line)
    {
        var room = writer.GetSpan(line.Length + 1);
        line.CopyTo(room);
        room[line.Length] = (byte)'\n';
        writer.Advance(line.Length + 1);
    }

    private PolicyBundle Valid(BundleFiles files)
    {
        if (engine.WhyNone is { } none)
            throw new PolicyRefusedException("policy-no-engine", none);
        var loaded = engine.Load(files);
        return loaded.Bundle ?? throw new PolicyRefusedException(PolicyLife.NotValid, $"The version does not validate: {loaded.Problems.FirstOrDefault(p => p.Severity == ProblemSeverity.Error)}");
    }

    private async Task<(PolicyVersionRow, BundleFiles)> ReadAsync(int id, CancellationToken cancellationToken)
    {
        var row = await queries.FindAsync(id, cancellationToken);
        var files = row is null ? null : await queries.FilesAsync(id, cancellationToken);
        return row is null || files is null ? throw new PolicyRefusedException(PolicyLife.NoVersion, "There is no such version.") : (row, StoredFiles.Read(files.Files, row.Version));
    }

    /// <summary>Progress that is told at once: <see cref="Progress{T}"/> would tell it in any order.</summary>
    private sealed class Said<T>(Action<T> tell) : IProgress<T>
    {
        public void Report(T value) => tell(value);
    }

    public void Dispose()
    {
        foreach (var job in _jobs.Values)
            job.Cancel();
    }
}
