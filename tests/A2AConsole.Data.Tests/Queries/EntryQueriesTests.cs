using A2AConsole.Core.Attestation;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Tests.Queries;

/// <summary>Entries, the agents under them, and keys and runtimes that two identities share.</summary>
public sealed class EntryQueriesTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 30, 0, TimeSpan.Zero);
    private readonly QueryStore _store = new() { Count = 60 };
    private long _leaf = 1_000_000;

    public async ValueTask InitializeAsync()
    {
        await _store.InitializeAsync();
        await using var db = _store.Contexts.CreateDbContext();
        EntryChanges.Create(db, Terms("prod", "planner", "*", RiskTier.High, EvidenceKind.Tpm), "user:a", Now);
        EntryChanges.Create(db, Terms("prod", "planner", "p-1", RiskTier.High, EvidenceKind.JoinToken), "user:a", Now);
        EntryChanges.Create(db, Terms("test", "buyer", "*", RiskTier.Low, EvidenceKind.JoinToken), "user:b", Now).IsEnabled = false;
        await db.SaveChangesAsync();
    }

    public async ValueTask DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Entries_are_listed_in_order_with_what_they_lack()
    {
        var (rows, total) = await Queries.PageAsync(new EntryFilter());
        Assert.Equal(["prod/planner/*", "prod/planner/p-1", "test/buyer/*"], rows.Select(r => r.Entry.Terms.ToString()));
        Assert.Equal(3, total);
        Assert.Equal([false, true, false], rows.Select(r => r.Shortfall is not null));
        var (second, same) = await Queries.PageAsync(new EntryFilter(), skip: 1, take: 1);
        Assert.Equal(("prod/planner/p-1", 3), (Assert.Single(second).Entry.Terms.ToString(), same));
    }

    [Fact]
    public async Task Each_filter_lets_through_what_it_says()
    {
        async Task<string> Passing(EntryFilter filter) => string.Join(' ', (await Queries.PageAsync(filter)).Rows.Select(r => r.Entry.Terms));
        Assert.Equal("test/buyer/*", await Passing(new() { Text = "BUY" }));
        Assert.Equal("prod/planner/* prod/planner/p-1", await Passing(new() { Environment = "prod" }));
        Assert.Equal("test/buyer/*", await Passing(new() { Role = "buyer" }));
        Assert.Equal("test/buyer/*", await Passing(new() { Tier = RiskTier.Low }));
        Assert.Equal("prod/planner/*", await Passing(new() { Kind = EvidenceKind.Tpm }));
        Assert.Equal("test/buyer/*", await Passing(new() { IsEnabled = false }));
        Assert.Equal("prod/planner/p-1", await Passing(new() { HasShortfall = true }));
        Assert.Equal("", await Passing(new() { Environment = "staging" }));
    }

    [Fact]
    public async Task An_entry_knows_its_agents()
    {
        var id = (await Queries.PageAsync(new EntryFilter())).Rows[0].Entry.Id;
        await using (var db = _store.Contexts.CreateDbContext())
            await db.Agents.Where(a => a.Number <= 7).ExecuteUpdateAsync(a => a.SetProperty(x => x.EntryId, id));
        Assert.Equal(7, (await Queries.FindAsync(id))!.Agents);
        var first = await Queries.AgentsAsync(id, take: 4);
        var second = await Queries.AgentsAsync(id, first[^1], take: 4);
        Assert.Equal(Enumerable.Range(1, 7), first.Concat(second).Select(a => a.Number).Order());
        Assert.Null(await Queries.FindAsync(-1));
    }

    [Fact]
    public async Task A_key_in_two_identities_is_found_and_those_that_cross_environments_go_first()
    {
        var (a, b) = (_store.Agents.First(x => x.Environment == "staging"), _store.Agents.First(x => x.Environment == "production"));
        var c = _store.Agents.Last(x => x.Environment == "production");
        await using (var db = _store.Contexts.CreateDbContext())
        {
            db.AddRange(Certificate("aaaa", b), Certificate("aaaa", c), Certificate("bbbb", a), Certificate("bbbb", b), Certificate("cccc", a), Certificate("cccc", a));
            await db.SaveChangesAsync();
        }
        var shared = await new SharingQueries(_store.Contexts).KeysAsync();
        Assert.Equal([("bbbb", true), ("aaaa", false)], shared.Select(s => (s.What, s.CrossesEnvironments)));
        Assert.Equal([a.SpiffeId, b.SpiffeId], shared[0].Agents.Select(x => x.SpiffeId).OrderBy(x => x == b.SpiffeId));
    }

    [Fact]
    public async Task A_runtime_under_two_identities_is_found_when_both_were_affirmed()
    {
        var (a, b) = (_store.Agents[0], _store.Agents[1]);
        await using (var db = _store.Contexts.CreateDbContext())
        {
            db.AddRange(Record("ek-1", a, true), Record("ek-1", b, true), Record("ek-2", a, true), Record("ek-2", b, false), Record(null, a, true), Record(null, b, true));
            await db.SaveChangesAsync();
        }
        var shared = Assert.Single(await new SharingQueries(_store.Contexts).RuntimesAsync());
        Assert.Equal(("ek-1", 2), (shared.What, shared.Agents.Count));
    }

    private EntryQueries Queries => new(_store.Contexts);

    private static EntryTerms Terms(string environment, string role, string name, RiskTier tier, string kind) => new()
    {
        Environment = environment, Role = role, Name = name, Organisation = "Acme", Tier = tier, Lifetime = TimeSpan.FromHours(1),
        KeyAlgorithms = ["ecdsa-p256-sha256"], Evidence = [new(kind, "{}", AtRenewal: kind != EvidenceKind.JoinToken)],
    };

    private Certificate Certificate(string keyId, Agent agent) => new()
    {
        Id = ++_leaf, Serial = $"{_leaf:x}", AgentNumber = agent.Number, KeyId = keyId, IssuerKeyId = "00", Algorithm = "ecdsa-p256-sha256",
        NotBefore = Now, NotAfter = Now.AddHours(1), IssuedAt = Now, Der = [0x30, 0x00],
    };

    private AttestationRecord Record(string? runtime, Agent agent, bool isAffirming) => new()
    {
        Id = ++_leaf, AgentNumber = agent.Number, Kind = EvidenceKind.Tpm, At = Now, IsAffirming = isAffirming, KeyId = "00", Runtime = runtime, Claims = "[]",
    };
}
