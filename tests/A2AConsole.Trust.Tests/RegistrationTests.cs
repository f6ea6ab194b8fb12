using System.Net;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Trust.Tests;

public sealed class RegistrationTests : IAsyncLifetime
{
    private const string Admin = "user:admin@acme.test";
    private AuthorityHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AuthorityHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static EntryTerms Terms(string name = EntryTerms.EveryName) => new()
    {
        Environment = "test", Role = "planner", Name = name, Organisation = "Acme", Owner = "olga@acme.test", Tier = RiskTier.High,
        Lifetime = TimeSpan.FromHours(2), KeyAlgorithms = [AlgorithmRegistry.EcdsaP256.Id], Evidence = [new(EvidenceKind.JoinToken, "{ }", false)],
    };

    [Fact]
    public async Task An_entry_is_kept_and_on_the_ledger_with_who_made_it()
    {
        var entry = await _host.Registrations.CreateAsync(Terms(), Admin);
        var row = await _host.QueryAsync(db => db.RegistrationEntries.Include(e => e.Evidence).SingleAsync());
        Assert.Equal((entry.Id, "test", "planner", "*", 7200, Admin, "{}"), (row.Id, row.Environment, row.Role, row.Name, row.CertificateSeconds, row.CreatedBy, Assert.Single(row.Evidence).Reference));
        var leaf = _host.Ledger.Leaves[^1];
        Assert.Equal((LeafKind.Administration, LeafVerdict.Done, Admin, "entry:test/planner/*"), (leaf.Kind, leaf.Verdict, leaf.Actor, leaf.Subject));
        Assert.Equal("Entry created: high tier, join-token, certificates of at most 7200 s.", leaf.Detail);
    }

    [Fact]
    public async Task A_change_is_on_the_ledger_with_what_differs()
    {
        var entry = await _host.Registrations.CreateAsync(Terms(), Admin);
        Assert.Equal(["tier high → critical"], await _host.Registrations.ChangeAsync(entry.Id, Terms() with { Tier = RiskTier.Critical }, "user:boss"));
        var leaf = _host.Ledger.Leaves[^1];
        Assert.Equal(("Entry changed: tier high → critical.", "user:boss"), (leaf.Detail, leaf.Actor));
        Assert.Equal((RiskTier.Critical, "user:boss", Admin), await _host.QueryAsync(db => db.RegistrationEntries.Select(e => new ValueTuple<RiskTier, string, string>(e.Tier, e.ChangedBy, e.CreatedBy)).SingleAsync()));

        var leaves = _host.Ledger.Leaves.Count;
        Assert.Empty(await _host.Registrations.ChangeAsync(entry.Id, Terms() with { Tier = RiskTier.Critical, Evidence = [new(EvidenceKind.JoinToken, "{\n}", false)] }, "user:boss"));
        Assert.Equal(leaves, _host.Ledger.Leaves.Count);
    }

    [Fact]
    public async Task What_cannot_be_kept_is_refused_with_its_fields_and_changes_nothing()
    {
        var entry = await _host.Registrations.CreateAsync(Terms(), Admin);
        var leaves = _host.Ledger.Leaves.Count;
        await RefusedAsync(nameof(EntryTerms.Name), () => _host.Registrations.CreateAsync(Terms(), Admin));
        await RefusedAsync(nameof(EntryTerms.Lifetime), () => _host.Registrations.CreateAsync(Terms("p-1") with { Lifetime = TimeSpan.FromDays(2) }, Admin));
        await RefusedAsync(nameof(EntryTerms.Name), () => _host.Registrations.ChangeAsync(entry.Id, Terms("p-1"), Admin));
        await RefusedAsync("", () => _host.Registrations.ChangeAsync(999, Terms(), Admin));
        await RefusedAsync("reason", () => _host.Registrations.SetEnabledAsync(entry.Id, false, " ", Admin));
        Assert.Equal(leaves, _host.Ledger.Leaves.Count);
    }

    [Fact]
    public async Task Who_saw_an_older_wording_changes_nothing()
    {
        var shown = await _host.Registrations.CreateAsync(Terms(), Admin);
        await _host.Registrations.ChangeAsync(shown.Id, Terms() with { Tier = RiskTier.Critical }, Admin);
        await RefusedAsync("", () => _host.Registrations.ChangeAsync(shown.Id, Terms() with { Owner = null }, Admin, shown.Digest));
    }

    [Fact]
    public async Task A_new_agent_begins_as_its_entry_says_and_its_certificate_lives_as_long()
    {
        var entry = await _host.Registrations.CreateAsync(Terms() with { Lifetime = TimeSpan.FromHours(2) }, Admin);
        var token = await _host.Authority.InviteAsync(new AgentInvitation(AuthorityHost.AgentId, "Somebody else", null, RiskTier.Low), Admin);
        using var response = await _host.EnrollAsync(token.Text, Csr.NewPem());
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var agent = await _host.QueryAsync(db => db.Agents.SingleAsync());
        Assert.Equal(("Acme", "olga@acme.test", RiskTier.High), (agent.Organisation, agent.Owner, agent.Tier));
        Assert.Equal((entry.Id, AssuranceLevel.Invited, agent.EnrolledAt!.Value.ToUnixTimeSeconds()), (agent.EntryId, agent.Assurance, agent.AttestedAt!.Value.ToUnixTimeSeconds()));
        // A quarter of the entry's two hours: nobody but an invitation vouches for it.
        Assert.Equal(_host.Time.GetUtcNow().AddMinutes(30).ToUnixTimeSeconds(), agent.CertificateNotAfter!.Value.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Without_an_entry_nobody_is_invited()
    {
        var refused = await Assert.ThrowsAsync<InvitationRefusedException>(() => _host.Authority.InviteAsync(new AgentInvitation(AuthorityHost.AgentId, "Acme", null, RiskTier.Low), Admin));
        Assert.Equal(EntryRefusalCodes.Missing, refused.Code);
        Assert.Equal(0, await _host.QueryAsync(db => db.Agents.CountAsync()));
    }

    [Fact]
    public async Task Who_may_register_entries_makes_the_least_one_by_inviting()
    {
        await _host.InviteAsync();
        var row = await _host.QueryAsync(db => db.RegistrationEntries.Include(e => e.Evidence).SingleAsync());
        Assert.Equal(("test", "planner", "p-1", "user:admin", EvidenceKind.JoinToken), (row.Environment, row.Role, row.Name, row.CreatedBy, Assert.Single(row.Evidence).Kind));
        await _host.InviteAsync();
        Assert.Equal(1, await _host.QueryAsync(db => db.RegistrationEntries.CountAsync()));
        await Assert.ThrowsAsync<InvitationRefusedException>(() => _host.Authority.InviteAsync(new AgentInvitation("spiffe://acme.test/env/prod/role/planner/agent/p-1", "Acme", null, RiskTier.Low), Admin));
    }

    [Fact]
    public async Task An_owner_invites_agents_of_her_own_only()
    {
        await _host.Registrations.CreateAsync(Terms(), Admin);
        AgentInvitation By(string owner, string name) => new($"spiffe://acme.test/env/test/role/planner/agent/{name}", "Acme", owner, RiskTier.Low) { OnBehalfOf = owner };
        await _host.Authority.InviteAsync(By("olga@acme.test", "p-1"), "user:olga@acme.test");
        foreach (var name in new[] { "p-1", "p-2" })
        {
            var refused = await Assert.ThrowsAsync<InvitationRefusedException>(() => _host.Authority.InviteAsync(By("ivan@acme.test", name), "user:ivan@acme.test"));
            Assert.Equal("not-your-agent", refused.Code);
        }
        Assert.Equal(1, await _host.QueryAsync(db => db.Agents.CountAsync()));
        Assert.Equal(1, await _host.QueryAsync(db => db.JoinTokens.CountAsync()));
    }

    [Fact]
    public async Task An_entry_without_an_owner_makes_nobody_the_owner_who_asks()
    {
        await _host.Registrations.CreateAsync(Terms() with { Owner = null }, Admin);
        var mine = new AgentInvitation("spiffe://acme.test/env/test/role/planner/agent/mine", "Acme", "ivan@acme.test", RiskTier.Low);
        var refused = await Assert.ThrowsAsync<InvitationRefusedException>(() => _host.Authority.InviteAsync(mine with { OnBehalfOf = "ivan@acme.test" }, "user:ivan@acme.test"));
        Assert.Equal("not-your-agent", refused.Code);
        Assert.Equal(0, await _host.QueryAsync(db => db.Agents.CountAsync()));
        // Who oversees may give it to him; then it is his to invite again.
        await _host.Authority.InviteAsync(mine, Admin);
        await _host.Authority.InviteAsync(mine with { OnBehalfOf = "ivan@acme.test" }, "user:ivan@acme.test");
    }

    [Fact]
    public async Task Under_a_disabled_entry_nothing_is_invited_issued_or_renewed()
    {
        var entry = await _host.Registrations.CreateAsync(Terms(), Admin);
        using var current = await _host.EnrolledAsync();
        var token = await _host.InviteAsync("spiffe://acme.test/env/test/role/planner/agent/p-2");
        await _host.Registrations.SetEnabledAsync(entry.Id, false, "the line stands still", Admin);
        Assert.Equal("Entry disabled: the line stands still", _host.Ledger.Leaves[^1].Detail);

        Assert.Equal(EntryRefusalCodes.Disabled, (await Assert.ThrowsAsync<InvitationRefusedException>(() => _host.InviteAsync())).Code);
        await EnrolmentTests.RefusedAsync(await _host.EnrollAsync(token, Csr.NewPem()), HttpStatusCode.Forbidden, EntryRefusalCodes.Disabled);
        await EnrolmentTests.RefusedAsync(await _host.RenewAsync(current, Csr.NewPem()), HttpStatusCode.Forbidden, EntryRefusalCodes.Disabled);
        var leaf = _host.Ledger.Leaves[^1];
        Assert.Equal((LeafKind.Renewal, LeafVerdict.Refused, EntryRefusalCodes.Disabled, AuthorityHost.AgentId), (leaf.Kind, leaf.Verdict, leaf.Code, leaf.Actor));

        await _host.Registrations.SetEnabledAsync(entry.Id, true, "it runs again", Admin);
        using var renewed = await _host.RenewAsync(current, Csr.NewPem());
        Assert.Equal(HttpStatusCode.Created, renewed.StatusCode);
        // The refused token was not spent.
        using var enrolled = await _host.EnrollAsync(token, Csr.NewPem());
        Assert.Equal(HttpStatusCode.Created, enrolled.StatusCode);
    }

    [Fact]
    public async Task An_entry_that_another_process_removed_or_disabled_is_noticed_in_the_transaction()
    {
        var entry = await _host.Registrations.CreateAsync(Terms(), Admin);
        var token = await _host.InviteAsync();
        // Between the decision and the transaction: what the authority decided by no longer stands when the leaf is written.
        _host.Ledger.Before = async leaf =>
        {
            if (leaf.Kind != LeafKind.Enrolment || leaf.Verdict != LeafVerdict.Done)
                return;
            _host.Ledger.Before = null;
            await _host.Registrations.SetEnabledAsync(entry.Id, false, "at the last moment", Admin);
        };
        await EnrolmentTests.RefusedAsync(await _host.EnrollAsync(token, Csr.NewPem()), HttpStatusCode.Forbidden, EntryRefusalCodes.Disabled);
        Assert.Equal(0, await _host.QueryAsync(db => db.Certificates.CountAsync()));
    }

    [Fact]
    public async Task Another_entrys_change_at_the_last_moment_does_no_harm_but_its_own_does()
    {
        var entry = await _host.Registrations.CreateAsync(Terms(), Admin);
        var token = await _host.InviteAsync();
        var other = 0;
        _host.Ledger.Before = async leaf =>
        {
            if (leaf.Kind == LeafKind.Enrolment && leaf.Verdict == LeafVerdict.Done && other++ == 0)
                await _host.Registrations.CreateAsync(Terms() with { Role = "buyer" }, Admin);
        };
        using (var response = await _host.EnrollAsync(token, Csr.NewPem()))
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);

        var second = await _host.InviteAsync();
        _host.Ledger.Before = async leaf =>
        {
            if (leaf.Kind == LeafKind.Enrolment && leaf.Verdict == LeafVerdict.Done)
                await _host.Registrations.ChangeAsync(entry.Id, Terms() with { Lifetime = TimeSpan.FromMinutes(4) }, Admin);
        };
        await EnrolmentTests.RefusedAsync(await _host.EnrollAsync(second, Csr.NewPem()), HttpStatusCode.Conflict, "entry-changed");
    }

    [Fact]
    public async Task A_key_that_the_entry_does_not_name_is_refused()
    {
        await _host.Registrations.CreateAsync(Terms(), Admin);
        var token = await _host.InviteAsync();
        // Past the service, since today's registry has one algorithm for agents' keys only.
        await _host.QueryAsync(db => db.RegistrationEntries.ExecuteUpdateAsync(e => e.SetProperty(x => x.KeyAlgorithms, "ed25519")));
        _host.Book.Expire();
        await EnrolmentTests.RefusedAsync(await _host.EnrollAsync(token, Csr.NewPem()), HttpStatusCode.Forbidden, EntryRefusalCodes.KeyAlgorithm);
    }

    [Fact]
    public async Task Evidence_that_an_entry_requires_cannot_be_left_out()
    {
        await _host.Registrations.CreateAsync(Terms() with { Evidence = [new(EvidenceKind.Tpm, "{}", true)] }, Admin);
        await EnrolmentTests.RefusedAsync(await _host.EnrollAsync(await _host.InviteAsync(), Csr.NewPem()), HttpStatusCode.Forbidden, EntryRefusalCodes.EvidenceMissing);
    }

    [Fact]
    public async Task Agents_from_before_there_were_entries_get_one_for_each_role()
    {
        var directory = Directory.CreateTempSubdirectory("a2a-adoption-").FullName;
        try
        {
            await using (var before = await AuthorityHost.StartInAsync(directory))
            {
                using var first = await before.EnrolledAsync();
                using var second = await before.EnrolledAsync("spiffe://acme.test/env/test/role/planner/agent/p-2");
                using var third = await before.EnrolledAsync("spiffe://acme.test/env/prod/role/planner/agent/p-2");
                await before.QueryAsync(async db =>
                {
                    await db.Agents.ExecuteUpdateAsync(a => a.SetProperty(x => x.EntryId, (int?)null));
                    return await db.RegistrationEntries.ExecuteDeleteAsync();
                });
            }
            await using var host = await AuthorityHost.StartInAsync(directory);
            Assert.Equal(["prod/planner/*", "test/planner/*"], await host.QueryAsync(db => db.RegistrationEntries.OrderBy(e => e.Environment).Select(e => e.Environment + "/" + e.Role + "/" + e.Name).ToListAsync()));
            Assert.Equal(2, host.Ledger.Leaves.Count(l => l.Subject?.StartsWith("entry:", StringComparison.Ordinal) == true && l.Actor == "system"));
            using var token = await host.EnrollAsync((await host.Authority.InviteAsync(new AgentInvitation(AuthorityHost.AgentId, "Acme", null, RiskTier.Low), Admin)).Text, Csr.NewPem());
            Assert.Equal(HttpStatusCode.Created, token.StatusCode);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task RefusedAsync(string field, Func<Task> act)
        => Assert.Equal(field, Assert.Single((await Assert.ThrowsAsync<EntryRefusedException>(act)).Faults).Field);
}
