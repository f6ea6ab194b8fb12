using System.Text;
using System.Text.Json.Nodes;
using A2AConsole.Core.Reviews;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Testing;
using A2AConsole.Trust;

namespace A2AConsole.Cli.Tests.Verify;

/// <summary><c>a2a verify</c> on a review's record that a whole site signed and exported.</summary>
public sealed class ReviewRecordTests : IAsyncLifetime
{
    private static readonly ReviewActor Manager = new("manager@acme.example", true);

    private readonly TempDirectory _files = new();
    private TestSite _site = null!;
    private byte[] _file = [];

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        using var agent = await _site.EnrollAsync("b1");
        var reviews = _site.Get<IReviews>();
        var now = _site.Time.GetUtcNow();
        var campaign = await reviews.OpenAsync(new ReviewPlan("Autumn", new AgentFilter { Role = "planner" }, now.AddDays(14), now.AddDays(21)), Manager);
        Assert.Null(await reviews.ExportAsync(campaign));
        var number = (await _site.Get<ReviewQueries>().ItemsAsync(new ReviewFilter(campaign), null)).Rows.Single().AgentNumber;
        await reviews.DecideAsync(campaign, number, new(ReviewDecision.Confirmed, "still needed"), Manager);
        await reviews.FinishAsync(campaign, Manager);
        _file = (await reviews.ExportAsync(campaign))!;
    }

    [Fact]
    public async Task The_exported_record_passes_offline_with_only_bundle_and_ledger_key()
    {
        var run = await VerifyAsync(_file);
        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Contains("(review record)", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 agents, 1 confirmed, 0 changed, 0 retired, 0 lapsed", run.Output, StringComparison.Ordinal);
        Assert.Contains("the ledger has this record's digest", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_signature_alone_holds_and_says_that_nothing_is_known_of_the_ledger()
    {
        var json = JsonNode.Parse(_file)!;
        var run = await VerifyAsync(Encoding.UTF8.GetBytes(json["envelope"]!.ToJsonString()), "--certificate", _files.Put("chain.pem", json["certificateChain"]!.GetValue<string>()));
        Assert.Equal(0, run.Exit);
        Assert.Contains("no ledger proof was given", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("still needed", "not needed!!")]
    [InlineData("manager@acme.example", "auditor@acme.example")]
    public async Task A_changed_word_fails_signature_and_digest(string part, string other)
    {
        var json = JsonNode.Parse(_file)!;
        var payload = Encoding.UTF8.GetString(Convert.FromBase64String(json["envelope"]!["payload"]!.GetValue<string>()));
        Assert.Contains(part, payload, StringComparison.Ordinal);
        json["envelope"]!["payload"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(payload.Replace(part, other, StringComparison.Ordinal)));
        var run = await VerifyAsync(Encoding.UTF8.GetBytes(json.ToJsonString()));
        Assert.Equal(1, run.Exit);
        Assert.Contains("they were changed", run.Output, StringComparison.Ordinal);
        Assert.Contains("the leaf's digest is", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_of_another_domain_and_a_leaf_of_another_record_fail()
    {
        var run = await VerifyAsync(_file, "--trust-domain", "other.example");
        Assert.Equal(1, run.Exit);
        Assert.Contains("not other.example", run.Output, StringComparison.Ordinal);

        var json = JsonNode.Parse(_file)!;
        json["leaf"] = Convert.ToBase64String((await _site.Reader.LeafAsync(0))!);
        run = await VerifyAsync(Encoding.UTF8.GetBytes(json.ToJsonString()));
        Assert.Equal(1, run.Exit);
        Assert.Contains("the leaf records no finished review", run.Output, StringComparison.Ordinal);
    }

    private Task<CliRun> VerifyAsync(byte[] file, params string[] more)
        => CliRun.Of(["verify", _files.Put("autumn.a2a-review.json", file), "--bundle", _files.Put("bundle.pem", _site.Domain.BundlePem), "--ledger-key", _site.Domain.LedgerSigner.VerifierKey, .. more]);

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        _files.Dispose();
    }
}
