using System.Globalization;
using System.Text.Json.Nodes;
using A2AConsole.Cli.Checks;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Replay;

namespace A2AConsole.Cli.Policies;

/// <summary>What <c>a2a policy</c> prints: lines for people, one JSON object for programs.</summary>
internal static class PolicyOutput
{
    public static void Validated(LoadedBundle loaded, bool json, TextWriter output)
    {
        if (json)
        {
            ReportWriter.WriteJson(new JsonObject
            {
                ["ok"] = loaded.Bundle is not null,
                ["bundle"] = Named(loaded.Bundle?.Id),
                ["policies"] = loaded.Bundle?.Policies.Count,
                ["tests"] = loaded.Bundle?.Tests.Count,
                ["interactions"] = loaded.Bundle?.Interactions?.Interactions.Count,
                ["problems"] = List(loaded.Problems, p => new JsonObject
                {
                    ["severity"] = p.Severity == ProblemSeverity.Error ? "error" : "warning", ["code"] = p.Code, ["file"] = p.File, ["line"] = p.Line, ["column"] = p.Column, ["message"] = p.Message,
                }),
            }, output);
            return;
        }
        foreach (var problem in loaded.Problems)
            output.WriteLine($"{(problem.Severity == ProblemSeverity.Error ? "error  " : "warning")}  {OneLine(problem.ToString())}  [{problem.Code}]");
        output.WriteLine(loaded.Bundle is { } bundle ? Line($"OK: {bundle.Id.Name} {bundle.Id.Version} {bundle.Id.Digest}, {bundle.Policies.Count} policies, {bundle.Tests.Count} tests") : "FAILED");
    }

    public static void Tested(PolicyBundle bundle, IReadOnlyList<TestResult> results, bool json, TextWriter output)
    {
        var failed = results.Where(r => !r.Passed).ToList();
        if (json)
        {
            ReportWriter.WriteJson(new JsonObject
            {
                ["ok"] = results.Count > 0 && failed.Count == 0,
                ["bundle"] = Named(bundle.Id),
                ["passed"] = results.Count - failed.Count,
                ["failed"] = failed.Count,
                ["tests"] = List(results, r => new JsonObject { ["name"] = r.Test.Name, ["file"] = r.Test.File, ["line"] = r.Test.Line, ["passed"] = r.Passed, ["difference"] = r.Difference, ["verdict"] = VerdictNames.Of(r.Decision.Verdict), ["policies"] = Texts(r.Decision.Determining) }),
            }, output);
            return;
        }
        foreach (var result in failed)
            output.WriteLine(OneLine(Line($"fail  {result.Test.File}:{result.Test.Line} {result.Test.Name}: {result.Difference}")));
        output.WriteLine(results.Count == 0 ? "FAILED: the bundle has no tests" : Line($"{(failed.Count == 0 ? "OK" : "FAILED")}: {results.Count - failed.Count} passed, {failed.Count} failed"));
    }

    public static void Compared(PolicyBundle before, PolicyBundle after, BundleDiff diff, bool json, TextWriter output)
    {
        if (json)
        {
            ReportWriter.WriteJson(new JsonObject
            {
                ["same"] = diff.IsEmpty,
                ["before"] = Named(before.Id),
                ["after"] = Named(after.Id),
                ["policies"] = List(diff.Policies, Change),
                ["rows"] = List(diff.Rows, Change),
                ["files"] = List(diff.Files, c => new JsonObject { ["kind"] = Word(c.Kind), ["name"] = c.Name }),
                ["decisions"] = List(diff.Decisions, d => new JsonObject { ["test"] = d.Test, ["before"] = Decided(d.Before), ["after"] = Decided(d.After) }),
            }, output);
            return;
        }
        foreach (var (what, changes) in new[] { ("policy", diff.Policies), ("row", diff.Rows), ("file", diff.Files) })
        {
            foreach (var change in changes)
                output.WriteLine($"{Word(change.Kind),-7}  {what,-6}  {OneLine(change.Name)}");
        }
        foreach (var d in diff.Decisions)
            output.WriteLine(OneLine($"decides  {d.Test}: {VerdictNames.Of(d.Before.Verdict)} ({string.Join(", ", d.Before.Determining)}) becomes {VerdictNames.Of(d.After.Verdict)} ({string.Join(", ", d.After.Determining)})"));
        output.WriteLine(diff.IsEmpty ? "The bundles are the same." : Line($"{diff.Policies.Count} policies, {diff.Rows.Count} rows and {diff.Files.Count} other files differ; {diff.Decisions.Count} of the tests' requests are decided differently."));
    }

    public static void Mutated(PolicyBundle bundle, MutationReport report, bool json, TextWriter output)
    {
        if (json)
        {
            ReportWriter.WriteJson(new JsonObject
            {
                ["bundle"] = Named(bundle.Id),
                ["mutants"] = report.Results.Count,
                ["rejected"] = report.Rejected,
                ["killed"] = report.Killed,
                ["survived"] = report.Survived,
                ["score"] = Math.Round(report.Score, 4),
                ["survivors"] = List(report.Results.Where(r => r.Fate == MutantFate.Survived), r => new JsonObject { ["policy"] = r.Mutant.PolicyId, ["operator"] = r.Mutant.Operator, ["change"] = r.Mutant.Change }),
            }, output);
            return;
        }
        foreach (var survivor in report.Results.Where(r => r.Fate == MutantFate.Survived))
            output.WriteLine(OneLine($"survived  {survivor.Mutant.PolicyId}: {survivor.Mutant.Operator}, {survivor.Mutant.Change}"));
        output.WriteLine(Line($"{report.Results.Count} mutants: {report.Rejected} refused by validation, {report.Killed} noticed by tests, {report.Survived} not; score {report.Score:0.00}"));
    }

    public static void Replayed(PolicyBundle bundle, ReplayReport report, bool json, TextWriter output)
    {
        if (json)
        {
            ReportWriter.WriteJson(new JsonObject
            {
                ["bundle"] = Named(bundle.Id),
                ["total"] = report.Total,
                ["changed"] = report.Changed,
                ["transitions"] = List(report.Transitions, t => new JsonObject { ["before"] = VerdictNames.Of(t.Before), ["after"] = VerdictNames.Of(t.After), ["count"] = t.Count, ["worth"] = Worth(t) }),
                ["changes"] = List(report.Changes, c => new JsonObject
                {
                    ["line"] = c.Number, ["id"] = c.Recorded.Id, ["principal"] = c.Recorded.Request.Principal.ToString(), ["action"] = c.Recorded.Request.Action.ToString(), ["resource"] = c.Recorded.Request.Resource.ToString(),
                    ["before"] = VerdictNames.Of(c.Recorded.Verdict), ["after"] = Decided(c.Now), ["amount"] = c.Recorded.Money?.Amount, ["currency"] = c.Recorded.Money?.Currency,
                }),
                ["unreadable"] = List(report.Unreadable, u => new JsonObject { ["line"] = u.Number, ["message"] = u.Message }),
            }, output);
            return;
        }
        foreach (var change in report.Changes)
            output.WriteLine(OneLine(Line($"{change.Recorded.Id}: {change.Recorded.Request.Principal} {change.Recorded.Request.Action.Id} {change.Recorded.Request.Resource}: {VerdictNames.Of(change.Recorded.Verdict)} becomes {VerdictNames.Of(change.Now.Verdict)} ({string.Join(", ", change.Now.Determining)}){(change.Recorded.Money is { } m ? $", {m.Amount} {m.Currency}" : "")}")));
        foreach (var unreadable in report.Unreadable)
            output.WriteLine(OneLine(Line($"line {unreadable.Number} is no recorded decision: {unreadable.Message}")));
        foreach (var t in report.Transitions)
            output.WriteLine(Line($"{t.Count} from {VerdictNames.Of(t.Before)} to {VerdictNames.Of(t.After)}{(t.Worth.Count == 0 ? "" : ", worth " + string.Join(" and ", Worth(t).Select(w => $"{w.Value} {w.Key}")))}"));
        output.WriteLine(Line($"{report.Changed} of {report.Total} decisions would change"));
    }

    private static JsonObject Worth(ReplayTransition transition)
        => new(transition.Worth.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => KeyValuePair.Create(w.Key, (JsonNode?)Amount(w.Value, CurrencyUnits.Digits(w.Key) ?? 0))));

    private static string Amount(Int128 minor, int digits)
    {
        var text = Int128.Abs(minor).ToString(CultureInfo.InvariantCulture).PadLeft(digits + 1, '0');
        return (minor < 0 ? "-" : "") + (digits == 0 ? text : $"{text[..^digits]}.{text[^digits..]}");
    }

    private static JsonObject? Named(BundleId? id) => id is null ? null : new JsonObject { ["name"] = id.Name, ["version"] = id.Version, ["digest"] = id.Digest };

    private static JsonObject Change(BundleChange change) => new() { ["kind"] = Word(change.Kind), ["name"] = change.Name, ["before"] = change.Before, ["after"] = change.After };

    private static JsonObject Decided(PolicyDecision decision) => new() { ["verdict"] = VerdictNames.Of(decision.Verdict), ["policies"] = Texts(decision.Determining), ["fault"] = decision.Fault?.Code };

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t)];

    private static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonObject> write) => [.. items.Select(i => (JsonNode)write(i))];

    private static string Word(ChangeKind kind) => kind switch
    {
        ChangeKind.Added => "added",
        ChangeKind.Removed => "removed",
        ChangeKind.Changed => "changed",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // Names and messages may quote a file that somebody else wrote: no control character reaches the terminal.
    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
