using System.Security.Cryptography;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Trust.Algorithms;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Trust.Tests.Algorithms;

public sealed class AlgorithmPoliciesTests
{
    private const string P256 = "ecdsa-p256-sha256";

    [Fact]
    public async Task A_decision_is_on_the_ledger_in_force_at_once_and_outlives_a_restart()
    {
        var directory = Directory.CreateTempSubdirectory("a2a-algorithms-").FullName;
        try
        {
            DateTimeOffset end;
            await using (var host = await AuthorityHost.StartInAsync(directory))
            {
                end = host.Time.GetUtcNow().AddDays(30);
                var policies = host.Get<IAlgorithmPolicies>();
                Assert.Null(await policies.SetAsync(new("ed25519", AlgorithmUses.Envelope | AlgorithmUses.AgentKey, AlgorithmStatus.Deprecated, end), "Moving to ML-DSA.", "user:admin"));
                var leaf = host.Ledger.Leaves[^1];
                Assert.Equal((LeafKind.Administration, LeafVerdict.Done, "user:admin", "algorithm:ed25519"), (leaf.Kind, leaf.Verdict, leaf.Actor, leaf.Subject));
                Assert.Contains("deprecated for agent-key, envelope", leaf.Detail, StringComparison.Ordinal);
                Assert.Contains("Moving to ML-DSA.", leaf.Detail, StringComparison.Ordinal);
                Assert.Equal(2, await host.QueryAsync(db => db.AlgorithmRules.CountAsync(r => r.ChangedBy == "user:admin" && r.Reason == "Moving to ML-DSA.")));
                Assert.True(host.Get<AlgorithmPolicySource>().Current.IsDeprecated(AlgorithmRegistry.Ed25519, AlgorithmUses.Envelope, host.Time.GetUtcNow()));
                Assert.True(policies.Current.IsUsable(AlgorithmRegistry.Ed25519, AlgorithmUses.Checkpoint, end));

                // The later decision about a use takes the earlier one's place.
                Assert.Null(await policies.SetAsync(new("ed25519", AlgorithmUses.AgentKey, AlgorithmStatus.Forbidden), "No such keys here.", "user:admin"));
                Assert.Equal(2, await host.QueryAsync(db => db.AlgorithmRules.CountAsync()));
            }
            await using var again = await AuthorityHost.StartInAsync(directory);
            var standing = again.Get<AlgorithmPolicySource>().Current.StandingOf(AlgorithmRegistry.Ed25519, AlgorithmUses.Envelope);
            Assert.Equal((AlgorithmStatus.Deprecated, end.ToUnixTimeMilliseconds()), (standing.Status, standing.NotAfter!.Value.ToUnixTimeMilliseconds()));
            Assert.False(again.Get<AlgorithmPolicySource>().Current.IsUsable(AlgorithmRegistry.Ed25519, AlgorithmUses.AgentKey, end));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task What_cannot_be_decided_changes_nothing()
    {
        await using var host = await AuthorityHost.StartAsync();
        var policies = host.Get<IAlgorithmPolicies>();
        var before = (host.Ledger.Leaves.Count, policies.Current);
        foreach (var (change, reason, code) in new (AlgorithmChange, string, string)[]
        {
            (new("ed25519", AlgorithmUses.Checkpoint, AlgorithmStatus.Forbidden), "why", AlgorithmRules.LastUsable),
            (new("ed25519", AlgorithmUses.Envelope | AlgorithmUses.Checkpoint, AlgorithmStatus.Forbidden), "why", AlgorithmRules.LastUsable),
            (new(P256, AlgorithmUses.Certificate, AlgorithmStatus.Deprecated, host.Time.GetUtcNow().AddYears(1)), "why", AlgorithmRules.LastUsable),
            (new("rot13", AlgorithmUses.Envelope, AlgorithmStatus.Allowed), "why", AlgorithmRules.Unknown),
            (new("ml-dsa-44", AlgorithmUses.AgentKey, AlgorithmStatus.Allowed), "why", AlgorithmRules.NotForThisUse),
            (new("ed25519", AlgorithmUses.None, AlgorithmStatus.Allowed), "why", AlgorithmPolicies.Incomplete),
            (new("ed25519", AlgorithmUses.Envelope, AlgorithmStatus.Forbidden), " ", AlgorithmPolicies.Incomplete),
        })
        {
            Assert.Equal(code, (await policies.SetAsync(change, reason, "user:admin"))?.Code);
        }
        host.Ledger.IsFailing = true;
        await Assert.ThrowsAsync<Data.Ledger.LedgerUnavailableException>(() => policies.SetAsync(new("ed25519", AlgorithmUses.Envelope, AlgorithmStatus.Forbidden), "why", "user:admin"));
        Assert.Equal(before, (host.Ledger.Leaves.Count, policies.Current));
        Assert.Equal(0, await host.QueryAsync(db => db.AlgorithmRules.CountAsync()));
    }

    [Fact]
    public async Task Two_at_once_do_not_give_up_the_last_two()
    {
        await using var host = await AuthorityHost.StartAsync();
        var policies = host.Get<IAlgorithmPolicies>();
        foreach (var other in (string[])["ml-dsa-44", "ml-dsa-65"])
            Assert.Null(await policies.SetAsync(new(other, AlgorithmUses.Envelope, AlgorithmStatus.Forbidden), "Not here.", "user:admin"));
        var faults = await Task.WhenAll(
            Task.Run(() => policies.SetAsync(new("ed25519", AlgorithmUses.Envelope, AlgorithmStatus.Forbidden), "One.", "user:admin")),
            Task.Run(() => policies.SetAsync(new(P256, AlgorithmUses.Envelope, AlgorithmStatus.Forbidden), "Other.", "user:admin")));
        Assert.Equal(AlgorithmRules.LastUsable, Assert.Single(faults, f => f is not null)!.Code);
        Assert.Single(policies.Current.UsableFor(AlgorithmUses.Envelope, host.Time.GetUtcNow()));
    }

    [Fact]
    public async Task What_another_process_decided_is_followed()
    {
        await using var host = await AuthorityHost.StartAsync();
        var policies = host.Get<AlgorithmPolicies>();
        var same = policies.Current;
        await policies.RefreshAsync(default);
        Assert.Same(same, policies.Current);
        await host.Get<Data.Upkeep.IUpkeep>().ApplyAsync(context => context.AlgorithmRules.Add(new()
        {
            Algorithm = "ed25519", Use = "envelope", Status = "Forbidden", ChangedAt = host.Time.GetUtcNow(), ChangedBy = "user:other", Reason = "elsewhere",
        }));
        await policies.RefreshAsync(default);
        Assert.False(policies.Current.IsUsable(AlgorithmRegistry.Ed25519, AlgorithmUses.Envelope, host.Time.GetUtcNow()));
    }

    [Fact]
    public async Task A_status_that_is_not_known_here_refuses()
    {
        await using var host = await AuthorityHost.StartAsync();
        await host.Get<Data.Upkeep.IUpkeep>().ApplyAsync(context => context.AlgorithmRules.Add(new()
        {
            Algorithm = "ed25519", Use = "envelope", Status = "Mandatory", ChangedAt = host.Time.GetUtcNow(), ChangedBy = "user:later", Reason = "by a later version",
        }));
        await host.Get<AlgorithmPolicies>().RefreshAsync(default);
        Assert.False(host.Get<AlgorithmPolicySource>().Current.IsUsable(AlgorithmRegistry.Ed25519, AlgorithmUses.Envelope, host.Time.GetUtcNow()));
    }

    [Fact]
    public async Task With_an_algorithm_that_may_not_sign_checkpoints_nothing_is_committed()
    {
        await using var host = await AuthorityHost.StartAsync();
        var policies = host.Get<IAlgorithmPolicies>();
        var fault = await policies.SetAsync(new("ed25519", AlgorithmUses.Checkpoint, AlgorithmStatus.Forbidden), "why", "user:admin");
        Assert.Equal(AlgorithmRules.LastUsable, fault?.Code);
        Assert.Contains("Ed25519 is the last algorithm accepted for checkpoint", fault!.Detail, StringComparison.Ordinal);

        // No decision leads there. Should the store say so all the same, the signature is not made.
        host.Get<AlgorithmPolicySource>().Replace(policies.Current.With(new("ed25519", AlgorithmUses.Checkpoint, AlgorithmStatus.Forbidden, null)));
        var size = host.Ledger.Head.Size;
        await Assert.ThrowsAsync<Data.Ledger.LedgerUnavailableException>(() => policies.SetAsync(new("ed25519", AlgorithmUses.Envelope, AlgorithmStatus.Forbidden), "why", "user:admin"));
        Assert.Throws<AlgorithmForbiddenException>(() => host.Get<INoteSigner>().SignLine("a note\n"));
        Assert.Equal(size, host.Ledger.Head.Size);
        host.Get<AlgorithmPolicySource>().Replace(AlgorithmPolicy.Default);
        Assert.Null(await policies.SetAsync(new("ed25519", AlgorithmUses.Envelope, AlgorithmStatus.Forbidden), "why", "user:admin"));
    }

    [Fact]
    public async Task A_kind_of_key_that_was_given_up_is_neither_certified_nor_let_in_although_it_was_before()
    {
        await using var host = await AuthorityHost.StartAsync();
        using var certificate = await host.EnrolledAsync();
        Assert.True(host.Gate.Check(certificate).IsAccepted);
        var token = await host.InviteAsync("spiffe://acme.test/env/test/role/planner/agent/p-2");
        Assert.Null(await host.Get<IAlgorithmPolicies>().SetAsync(new(P256, AlgorithmUses.AgentKey, AlgorithmStatus.Forbidden), "A test.", "user:admin"));

        Assert.Equal(SvidRefusalCodes.AlgorithmForbidden, host.Gate.Check(certificate).Refusal?.Code);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var response = await host.EnrollAsync(token, Csr.Pem(key));
        Assert.Contains("key-algorithm-forbidden", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Assert.Null(await host.Get<IAlgorithmPolicies>().SetAsync(new(P256, AlgorithmUses.AgentKey, AlgorithmStatus.Preferred), "It was one.", "user:admin"));
        Assert.True(host.Gate.Check(certificate).IsAccepted);
    }
}
