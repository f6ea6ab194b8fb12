using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Ledger;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Bundles;

namespace A2AConsole.Policy.Life;

/// <summary>
/// The life of a version: draft, tested, shadowing, approved by a second person, active, rolled back to. Each step is one leaf with the row's change in one transaction, and
/// is judged once more on the writer: two people who act at once get one answer each. Which role may is its caller's to judge. Throws <see cref="PolicyRefusedException"/>.
/// </summary>
public sealed class PolicyLife(PolicyEngine engine, ActivePolicy active, PolicyQueries queries, ILedger ledger, TimeProvider time)
{
    public const string NoVersion = "policy-no-version", VersionTaken = "policy-version-taken", NotValid = "policy-not-valid", TestsFail = "policy-tests-fail";

    private const int MaxNote = 300;

    /// <summary>Begins a draft from a version. <paramref name="version"/> is what it will be called.</summary>
    public async Task<int> DraftAsync(int basedOn, string version, string note, string actor, CancellationToken cancellationToken = default)
    {
        var (row, files) = await ReadAsync(basedOn, cancellationToken);
        return await AddAsync(Renamed(files, version), row.Name, version, basedOn, note, actor, cancellationToken);
    }

    /// <summary>Begins a draft from files, as a pipeline or an editor made them.</summary>
    public async Task<int> ImportAsync(BundleFiles files, string note, string actor, CancellationToken cancellationToken = default)
    {
        var (name, version) = NameOf(files) ?? throw new PolicyRefusedException(NotValid, "bundle.json with a name and a version is missing or cannot be read.");
        return await AddAsync(files, name, version, null, note, actor, cancellationToken);
    }

    /// <summary>Saves a file of a draft; null takes it away. <paramref name="digest"/> is that of the files which were edited: what somebody else saved is not overwritten. Returns the new one.</summary>
    public async Task<string> SaveAsync(int id, string digest, string path, string? text, string actor, CancellationToken cancellationToken = default)
    {
        var (row, files) = await ReadAsync(id, cancellationToken);
        BundleFiles saved;
        byte[] stored;
        try
        {
            saved = text is null ? files.Without(path) : files.With(path, Encoding.UTF8.GetBytes(text));
            stored = StoredFiles.Write(saved);
        }
        catch (BundleException e)
        {
            throw new PolicyRefusedException(NotValid, PolicyEngine.Sentence(e.Message));
        }
        var named = NameOf(saved);
        await StepAsync(VersionStep.Edit, row with { Version = named?.Version ?? row.Version }, actor, $"{path} was {(text is null ? "taken away" : "edited")}", saved.Digest, (context, version) =>
        {
            if (version.Digest != digest)
                throw new PolicyRefusedException(VersionRules.Changed, "The draft was changed meanwhile: read it again.");
            (version.Files, version.Digest, version.TestsPassed, version.TestsFailed, version.MutantsKilled, version.MutantsSurvived) = (stored, saved.Digest, 0, 0, null, null);
            if (named is { } n)
            {
                RefuseTaken(context, n.Name, n.Version, id);
                (version.Name, version.Version) = n;
            }
        }, cancellationToken);
        return saved.Digest;
    }

    /// <summary>Validates a draft and runs its tests; it is tested when all is well, else it stays a draft.</summary>
    public async Task<VersionTests> TestAsync(int id, string actor, CancellationToken cancellationToken = default)
    {
        var (row, files) = await ReadAsync(id, cancellationToken);
        Refuse(VersionRules.Check(VersionStep.Test, row.State, row.CreatedBy, actor));
        var report = await Task.Run(() => Judge(files, cancellationToken), cancellationToken);
        var said = report.IsGood ? $"{report.Results.Count} tests passed" : report.Bundle is null ? "it does not validate" : $"{report.Failed} of {report.Results.Count} tests fail";
        await StepAsync(VersionStep.Test, row, actor, said, row.Digest, (_, version) =>
        {
            if (version.Digest != files.Digest)
                throw new PolicyRefusedException(VersionRules.Changed, "The draft was changed while its tests ran: run them again.");
            (version.TestsPassed, version.TestsFailed) = (report.Results.Count - report.Failed, report.Failed);
            if (!report.IsGood)
                version.State = PolicyVersionState.Draft;
        }, cancellationToken, report.IsGood ? null : report.Bundle is null ? NotValid : TestsFail);
        return report;
    }

    /// <summary>Keeps what the tests of a version are worth. No step: its state stays.</summary>
    internal Task MeasuredAsync(PolicyVersionRow row, MutationReport report, string actor, CancellationToken cancellationToken)
    {
        var leaf = Leaf(row, actor, $"its tests notice {report.Killed} of {report.Killed + report.Survived} changes to its policies", row.Digest, null);
        return ledger.RecordAsync(leaf, (context, index) =>
        {
            if (PolicyChanges.Find(context, row.Id) is not { } version || version.Digest != row.Digest)
                throw new PolicyRefusedException(VersionRules.Changed, "The version was changed while its tests were measured: measure them again.");
            (version.MutantsKilled, version.MutantsSurvived, version.Leaf) = (report.Killed, report.Survived, index);
        }, cancellationToken);
    }

    /// <summary>Lets a tested version decide beside the active one, without effect.</summary>
    public async Task ShadowAsync(int id, string actor, CancellationToken cancellationToken = default)
    {
        var (row, _) = await ReadAsync(id, cancellationToken);
        await StepAsync(VersionStep.Shadow, row, actor, "it decides beside the active one, without effect", row.Digest, (context, _) =>
        {
            if (PolicyChanges.Beside(context, id) is { } other)
                throw new PolicyRefusedException(VersionRules.ShadowTaken, $"Version {other} decides beside the active one already: withdraw or activate it first.");
        }, cancellationToken);
        await active.RefreshAsync(cancellationToken);
    }

    /// <summary>Takes a version back from beside the active one; it is tested again after that.</summary>
    public async Task WithdrawAsync(int id, string reason, string actor, CancellationToken cancellationToken = default)
    {
        var (row, _) = await ReadAsync(id, cancellationToken);
        await StepAsync(VersionStep.Withdraw, row, actor, "it was withdrawn: " + Cut(reason), row.Digest, (_, version) => (version.ApprovedAt, version.ApprovedBy) = (null, null), cancellationToken);
        await active.RefreshAsync(cancellationToken);
    }

    /// <summary>A second person approves what she read: <paramref name="digest"/> is that of the files on her screen.</summary>
    public async Task ApproveAsync(int id, string digest, string reason, string actor, CancellationToken cancellationToken = default)
    {
        var (row, _) = await ReadAsync(id, cancellationToken);
        await StepAsync(VersionStep.Approve, row, actor, "approved: " + Cut(reason), row.Digest, (_, version) =>
        {
            if (version.Digest != digest)
                throw new PolicyRefusedException(VersionRules.Changed, "The version was changed since you opened it: read it again.");
            (version.ApprovedAt, version.ApprovedBy) = (time.GetUtcNow(), actor);
        }, cancellationToken);
        await active.RefreshAsync(cancellationToken);
    }

    /// <summary>Lets an approved version decide.</summary>
    public Task ActivateAsync(int id, string reason, string actor, CancellationToken cancellationToken = default)
        => ServeAsync(id, VersionStep.Activate, "activated: " + Cut(reason), actor, cancellationToken);

    /// <summary>Lets a version decide again that did before, in one step.</summary>
    public Task RollBackAsync(int id, string reason, string actor, CancellationToken cancellationToken = default)
        => ServeAsync(id, VersionStep.RollBack, "rolled back to: " + Cut(reason), actor, cancellationToken);

    /// <summary>Gives a version up that was never active.</summary>
    public async Task DiscardAsync(int id, string reason, string actor, CancellationToken cancellationToken = default)
    {
        var (row, _) = await ReadAsync(id, cancellationToken);
        await StepAsync(VersionStep.Discard, row, actor, "discarded: " + Cut(reason), row.Digest, (_, version) => version.EndedAt = time.GetUtcNow(), cancellationToken);
        await active.RefreshAsync(cancellationToken);
    }

    /// <summary>What is wrong with files, and how their tests end. Nothing is recorded.</summary>
    public VersionTests Judge(BundleFiles files, CancellationToken cancellationToken = default)
    {
        RefuseWithoutEngine();
        var loaded = engine.Load(files);
        if (loaded.Bundle is null)
            return new VersionTests(null, loaded.Problems, []);
        using var decider = engine.PatientDecider(loaded.Bundle);
        return new VersionTests(loaded.Bundle, loaded.Problems, TestRun.Of(decider, cancellationToken: cancellationToken));
    }

    /// <summary>What is wrong with files, without running their tests.</summary>
    public IReadOnlyList<BundleProblem> Validate(BundleFiles files)
    {
        RefuseWithoutEngine();
        return engine.Load(files).Problems;
    }

    private async Task ServeAsync(int id, VersionStep step, string said, string actor, CancellationToken cancellationToken)
    {
        var (row, files) = await ReadAsync(id, cancellationToken);
        Refuse(VersionRules.Check(step, row.State, row.CreatedBy, actor));
        // What cannot be loaded here and now must not become active: then nothing would decide.
        var report = await Task.Run(() => Judge(files, cancellationToken), cancellationToken);
        if (report.Bundle is null)
            throw new PolicyRefusedException(NotValid, $"The version does not validate: {report.Problems.FirstOrDefault(p => p.Severity == ProblemSeverity.Error)}");
        if (step == VersionStep.Activate && !report.IsGood)
            throw new PolicyRefusedException(TestsFail, $"{report.Failed} of its tests fail.");
        var now = time.GetUtcNow();
        await StepAsync(step, row, actor, said, row.Digest, (context, version) =>
        {
            if (version.Digest != files.Digest)
                throw new PolicyRefusedException(VersionRules.Changed, "The version was changed meanwhile: look at it again.");
            PolicyChanges.Supersede(context, id, now);
            (version.ActivatedAt, version.ActivatedBy, version.EndedAt) = (now, actor, null);
        }, cancellationToken);
        await active.RefreshAsync(cancellationToken);
    }

    private async Task StepAsync(VersionStep step, PolicyVersionRow row, string actor, string said, string digest, Action<ConsoleDbContext, PolicyVersion> change, CancellationToken cancellationToken, string? refused = null)
    {
        Refuse(VersionRules.Check(step, row.State, row.CreatedBy, actor));
        await ledger.RecordAsync(Leaf(row, actor, said, digest, refused), (context, index) =>
        {
            var version = PolicyChanges.Find(context, row.Id) ?? throw new PolicyRefusedException(NoVersion, "There is no such version any more.");
            Refuse(VersionRules.Check(step, version.State, version.CreatedBy, actor));
            (version.State, version.Leaf) = (VersionRules.After(step), index);
            change(context, version);
        }, cancellationToken);
    }

    private LedgerLeaf Leaf(PolicyVersionRow row, string actor, string said, string digest, string? refused) => new()
    {
        Kind = LeafKind.Policy, Verdict = refused is null ? LeafVerdict.Done : LeafVerdict.Refused, Code = refused, At = time.GetUtcNow(), Actor = "user:" + actor,
        Subject = PolicyWords.Subject(row.Name, row.Version), Digest = digest["sha256:".Length..], Detail = LedgerLeaf.Sentence($"{row.Name} {row.Version}: {said}"),
    };

    private async Task<int> AddAsync(BundleFiles files, string name, string version, int? basedOn, string note, string actor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        byte[] stored;
        try
        {
            stored = StoredFiles.Write(files);
        }
        catch (BundleException e)
        {
            throw new PolicyRefusedException(NotValid, PolicyEngine.Sentence(e.Message));
        }
        PolicyVersion? added = null;
        var leaf = new LedgerLeaf
        {
            Kind = LeafKind.Policy, Verdict = LeafVerdict.Done, At = now, Actor = "user:" + actor, Subject = PolicyWords.Subject(name, version), Digest = files.Digest["sha256:".Length..],
            Detail = LedgerLeaf.Sentence($"{name} {version}: a draft was begun: {Cut(note)}"),
        };
        await ledger.RecordAsync(leaf, (context, index) =>
        {
            RefuseTaken(context, name, version, 0);
            added = new PolicyVersion
            {
                Name = name, Version = version, Digest = files.Digest, State = PolicyVersionState.Draft, Files = stored, BasedOnId = basedOn, CreatedAt = now, CreatedBy = actor, Note = Cut(note), Leaf = index,
            };
            PolicyChanges.Add(context, added);
        }, cancellationToken);
        return added!.Id;
    }

    private static void RefuseTaken(ConsoleDbContext context, string name, string version, int except)
    {
        if (PolicyChanges.IsTaken(context, name, version, except))
            throw new PolicyRefusedException(VersionTaken, $"There is a version {version} of {name} already: take another number.");
    }

    private async Task<(PolicyVersionRow Row, BundleFiles Files)> ReadAsync(int id, CancellationToken cancellationToken)
    {
        var row = await queries.FindAsync(id, cancellationToken);
        var files = row is null ? null : await queries.FilesAsync(id, cancellationToken);
        return row is null || files is null ? throw new PolicyRefusedException(NoVersion, "There is no such version.") : (row, StoredFiles.Read(files.Files, $"{files.Name} {files.Version}"));
    }

    private static BundleFiles Renamed(BundleFiles files, string version)
    {
        if (version.Length is 0 or > 64 || version.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new PolicyRefusedException(NotValid, "A version is 1 to 64 printable characters without spaces.");
        if (!files.Has(ManifestReader.File) || JsonNode.Parse(files[ManifestReader.File].Span) is not JsonObject manifest)
            throw new PolicyRefusedException(NotValid, "The version has no bundle.json to begin from.");
        manifest["version"] = version;
        return files.With(ManifestReader.File, Encoding.UTF8.GetBytes(manifest.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n"));
    }

    private static (string Name, string Version)? NameOf(BundleFiles files)
    {
        try
        {
            return files.Has(ManifestReader.File) ? ManifestReader.Read(Json.JsonNodeAt.Parse(files[ManifestReader.File].Span)) is var manifest ? (manifest.Name, manifest.Version) : null : null;
        }
        catch (Json.JsonFaultException)
        {
            return null;
        }
    }

    private void RefuseWithoutEngine()
    {
        if (engine.WhyNone is { } none)
            throw new PolicyRefusedException("policy-no-engine", none);
    }

    private static void Refuse((string Code, string Message)? fault)
    {
        if (fault is { } f)
            throw new PolicyRefusedException(f.Code, f.Message);
    }

    private static string Cut(string text) => text.Trim() is var t && t.Length > MaxNote ? t[..MaxNote] : t;
}

/// <summary>What came of judging a version. <see cref="Bundle"/> is null when it does not validate.</summary>
public sealed record VersionTests(PolicyBundle? Bundle, IReadOnlyList<BundleProblem> Problems, IReadOnlyList<TestResult> Results)
{
    public int Failed => Results.Count(r => !r.Passed);

    public bool IsGood => Bundle is not null && Failed == 0;
}
