using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Life;
using A2AConsole.Testing;

namespace A2AConsole.Policy.Tests.Life;

/// <summary>A store with its ledger and a small bundle that serves: what agents do is allowed up to 100.</summary>
internal sealed class PolicySite : IAsyncDisposable
{
    public const string Ann = "ann", Bob = "bob";

    private readonly TestSite _site;
    private readonly string _bundle;

    private PolicySite(TestSite site, string bundle) => (_site, _bundle) = (site, bundle);

    public PolicyLife Life => _site.Get<PolicyLife>();

    public ActivePolicy Active => _site.Get<ActivePolicy>();

    public PolicyQueries Queries => _site.Get<PolicyQueries>();

    public PolicyJobs Jobs => _site.Get<PolicyJobs>();

    public TestSite Site => _site;

    public GrantQueries Grants => _site.Get<GrantQueries>();

    public DateTimeOffset Now => _site.Time.GetUtcNow();

    public static string Policies(long limit) => $$"""
        @id("all") @reason("Agents act") permit (principal is T::Agent, action == T::Action::"do", resource);
        @id("too-much") @reason("Above the limit") forbid (principal, action == T::Action::"do", resource) when { context.amount > {{limit}} };
        """;

    public const string Tests = """
        {"entities": [{"uid": {"type": "T::Agent", "id": "a"}, "attrs": {"tier": 1}, "parents": []}],
         "defaults": {"context": {"amount": 1, "note": "", "evidence": {"secondVerification": false}}},
         "tests": [{"name": "a little", "principal": {"type": "T::Agent", "id": "a"}, "action": {"type": "T::Action", "id": "do"}, "resource": {"type": "T::Thing", "id": "x"}, "expect": "allow"},
                   {"name": "a lot", "principal": {"type": "T::Agent", "id": "a"}, "action": {"type": "T::Action", "id": "do"}, "resource": {"type": "T::Thing", "id": "x"}, "context": {"amount": 1000}, "expect": "deny", "because": ["too-much"]}]}
        """;

    public static BundleFiles Files(long limit = 100) => Cedar.Files(Policies(limit), tests: Tests);

    public static async Task<PolicySite> StartAsync(BundleFiles? first = null, Action<PolicyOptions>? configure = null)
    {
        Cedar.Require();
        var directory = Directory.CreateTempSubdirectory("a2a-bundle-").FullName;
        var files = first ?? Files();
        foreach (var path in files.Paths)
            await File.WriteAllBytesAsync(Path.Combine(directory, path), files[path].ToArray(), TestContext.Current.CancellationToken);
        var site = await TestSite.StartAsync(new TestSiteOptions
        {
            WithoutEdge = true,
            Services = services => services.AddPolicy(o =>
            {
                (o.Bundle, o.Deadline) = (directory, TimeSpan.FromSeconds(60));
                configure?.Invoke(o);
            }),
        });
        await site.Get<ActivePolicy>().Ready;
        return new PolicySite(site, directory);
    }

    public async Task RestartAsync()
    {
        await _site.RestartAsync();
        await Active.Ready;
    }

    public Task<PolicyVersionRow?> RowAsync(int id) => Queries.FindAsync(id, TestContext.Current.CancellationToken);

    public async Task<PolicyVersionState> StateAsync(int id) => (await RowAsync(id))!.State;

    public async Task<string> DigestAsync(int id) => (await RowAsync(id))!.Digest;

    public async Task<PolicyVersionRow> FirstAsync() => (await Queries.VersionsAsync(TestContext.Current.CancellationToken)).Single(v => v.State == PolicyVersionState.Active);

    /// <summary>A draft of Ann's with another limit, saved.</summary>
    public async Task<int> DraftAsync(string version, long limit, string author = Ann)
    {
        var id = await Life.DraftAsync((await FirstAsync()).Id, version, "another limit", author, TestContext.Current.CancellationToken);
        await Life.SaveAsync(id, await DigestAsync(id), "p.cedar", Policies(limit), author, TestContext.Current.CancellationToken);
        return id;
    }

    /// <summary>A version that may be activated.</summary>
    public async Task<int> ApprovedAsync(string version, long limit)
    {
        var id = await DraftAsync(version, limit);
        await Life.TestAsync(id, Ann, TestContext.Current.CancellationToken);
        await Life.ShadowAsync(id, Ann, TestContext.Current.CancellationToken);
        await Life.ApproveAsync(id, await DigestAsync(id), "read it", Bob, TestContext.Current.CancellationToken);
        return id;
    }

    public async Task<IReadOnlyList<LedgerLeaf>> LeavesAsync() => [.. (await _site.LeavesAsync()).Where(l => l.Kind == LeafKind.Policy)];

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        Directory.Delete(_bundle, recursive: true);
    }
}
