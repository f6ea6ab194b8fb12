using System.Text.Json.Nodes;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Engine;
using A2AConsole.Policy.Limits;
using A2AConsole.Policy.Replay;

namespace A2AConsole.Cli.Tests.Policies;

/// <summary><c>a2a policy</c> from the command line: what it prints and exits with.</summary>
public sealed class PolicyCommandTests : IDisposable
{
    private static readonly string Bundle = Path.Combine(AppContext.BaseDirectory, "policies", "supply-chain");
    private readonly string _directory = Directory.CreateTempSubdirectory("a2aconsole-policy-").FullName;

    private static async Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments)
    {
        Require();
        var (output, error) = (new StringWriter(), new StringWriter());
        var exit = await CommandLine.RunAsync(["policy", .. arguments], output, error);
        return (exit, output.ToString(), error.ToString());
    }

    private static void Require() => Assert.SkipUnless(CedarModule.IsEmbedded, new CedarMissingException().Message);

    /// <summary>A copy of the bundle with one text replaced in one file.</summary>
    private string Changed(string file, string from, string to)
    {
        var copy = Path.Combine(_directory, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(copy);
        foreach (var path in Directory.GetFiles(Bundle))
            File.Copy(path, Path.Combine(copy, Path.GetFileName(path)));
        var target = Path.Combine(copy, file);
        var text = File.ReadAllText(target);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(target, text.Replace(from, to, StringComparison.Ordinal));
        return copy;
    }

    [Fact]
    public async Task Validate_says_the_digest_or_where_it_is_wrong()
    {
        var (exit, output, _) = await RunAsync("validate", Bundle, "--json");
        var json = JsonNode.Parse(output)!;
        Assert.Equal((ExitCode.Ok, true, BundleFiles.Read(Bundle).Digest), (exit, (bool)json["ok"]!, (string)json["bundle"]!["digest"]!));

        (exit, output, _) = await RunAsync("validate", Changed("20-guards.cedar", "context.risk > 100", "context.riks > 100"));
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Matches(@"error\s+20-guards.cedar:\d+:\d+: .*riks", output);
        Assert.EndsWith("FAILED", output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_names_what_fails()
    {
        var (exit, output, _) = await RunAsync("test", Bundle);
        Assert.Equal(ExitCode.Ok, exit);
        Assert.StartsWith("OK: ", output, StringComparison.Ordinal);

        (exit, output, _) = await RunAsync("test", Changed("risk-table.json", "\"verifyCostCents\":50000,", "\"verifyCostCents\":60000,"), "--json");
        Assert.Equal(ExitCode.Failed, exit);
        var failed = JsonNode.Parse(output)!["tests"]!.AsArray().Single(t => !(bool)t!["passed"]!)!;
        Assert.Equal("medium by cost", (string)failed["name"]!);
    }

    [Fact]
    public async Task Diff_exits_with_1_when_bundles_differ()
    {
        Assert.Equal(ExitCode.Ok, (await RunAsync("diff", Bundle, Bundle)).Exit);
        var (exit, output, _) = await RunAsync("diff", Bundle, Changed("30-tiers-reroute.cedar", "|| resource.hazardous", ""));
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Matches(@"changed\s+policy\s+reroute-human", output);
        Assert.Contains("high by cargo: human (reroute-human) becomes allow", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_counts_and_values_what_would_change()
    {
        var records = Path.Combine(_directory, "decisions.jsonl");
        Require();
        var loaded = new BundleLoader(CedarModule.Load()).Load(Bundle).Bundle!;
        var test = loaded.Tests.Single(t => t.Name == "medium by cost");
        await using (var file = File.Create(records))
        {
            for (var i = 0; i < 3; i++)
            {
                file.Write(new RecordedDecision($"m{i}", DateTimeOffset.UnixEpoch, test.Request, PolicyVerdict.Verify, ["reroute-verify"], loaded.Id.Digest, new Money("500.00", "EUR")).Write());
                file.WriteByte((byte)'\n');
            }
        }
        var (exit, output, _) = await RunAsync("replay", Bundle, "--records", records, "--fail-on-change");
        Assert.Equal((ExitCode.Ok, "0 of 3 decisions would change"), (exit, output.Trim()));

        var raised = Changed("risk-table.json", "\"verifyCostCents\":50000,", "\"verifyCostCents\":60000,");
        (exit, output, _) = await RunAsync("replay", raised, "--records", records);
        Assert.Equal(ExitCode.Ok, exit);
        Assert.Contains("3 from verify to allow, worth 1500.00 EUR", output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, (await RunAsync("replay", raised, "--records", records, "--fail-on-change", "--json")).Exit);

        await File.AppendAllTextAsync(records, "{}\n");
        (exit, output, _) = await RunAsync("replay", Bundle, "--records", records);
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("line 4 is no recorded decision", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mutate_prints_a_score_and_fails_below_the_least()
    {
        var small = Path.Combine(_directory, "small");
        Directory.CreateDirectory(small);
        await File.WriteAllTextAsync(Path.Combine(small, "bundle.json"), """{ "name": "small", "version": "1", "currency": "EUR", "approver": { "type": "H" } }""");
        await File.WriteAllTextAsync(Path.Combine(small, "s.cedarschema"), "entity H; entity A; entity R; action a appliesTo { principal: A, resource: R, context: { n: Long } };");
        await File.WriteAllTextAsync(Path.Combine(small, "p.cedar"), "@id(\"p\") permit (principal, action, resource) when { context.n < 5 };");
        await File.WriteAllTextAsync(Path.Combine(small, "tests.json"), """{ "tests": [ { "name": "t", "principal": "A::\"a\"", "action": "Action::\"a\"", "resource": "R::\"r\"", "context": { "n": 1 }, "expect": "allow" } ] }""");
        var (exit, output, _) = await RunAsync("mutate", small, "--json");
        var json = JsonNode.Parse(output)!;
        Assert.Equal(ExitCode.Ok, exit);
        Assert.Contains(json["survivors"]!.AsArray(), s => (string)s!["operator"]! == "relax-comparison");
        Assert.InRange((double)json["score"]!, 0.1, 0.9);
        Assert.Equal(ExitCode.Failed, (await RunAsync("mutate", small, "--min-score", "1")).Exit);
        Assert.Equal(ExitCode.Usage, (await RunAsync("mutate", small, "--min-score", "2")).Exit);
    }

    [Fact]
    public async Task What_cannot_be_read_exits_with_3_and_help_has_examples()
    {
        var (exit, _, error) = await RunAsync("test", Path.Combine(_directory, "nothing"));
        Assert.Equal(ExitCode.Unreadable, exit);
        Assert.Contains("no such directory", error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Unreadable, (await RunAsync("replay", Bundle, "--records", Path.Combine(_directory, "nothing"))).Exit);
        Assert.Equal(ExitCode.Unreadable, (await RunAsync("diff", Bundle, Changed("bundle.json", "EUR", "EURO"))).Exit);
        Assert.Equal(ExitCode.Usage, (await RunAsync("replay", Bundle)).Exit);
        var (_, help, _) = await RunAsync("replay", "--help");
        Assert.Contains("a2a policy replay", help, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
