using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Testing;
using A2AConsole.Trust;
using A2AConsole.Trust.Domain;
using A2AConsole.Trust.Gate;
using A2AConsole.Trust.Revoking;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Ingest.Tests.Life;

/// <summary>Revoking by every scope, as the edge and the authority carry it out.</summary>
public sealed class RevocationTests : IAsyncLifetime
{
    private TestSite _site = null!;

    private IRevocations Revocations => _site.Get<IRevocations>();

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Theory]
    [InlineData(RevocationScope.Role, "planner")]
    [InlineData(RevocationScope.Environment, "test")]
    [InlineData(RevocationScope.Organisation, "Acme")]
    [InlineData(RevocationScope.AuthorityKey, null)]
    [InlineData(RevocationScope.Agent, null)]
    [InlineData(RevocationScope.Certificate, null)]
    public async Task Each_scope_closes_live_connections_and_refuses_new_ones(RevocationScope scope, string? target)
    {
        var agent = await _site.EnrollAsync("stolen");
        await using var connection = await RawConnection.OpenAsync(_site, agent);
        await connection.SendAsync("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", await connection.ReadSomeAsync(), StringComparison.Ordinal);
        var number = _site.Get<IAgentDirectory>().NumberOf(agent.SpiffeId)!.Value;
        var connections = _site.Get<IEdgeConnections>();
        Assert.Equal((1, (DateTimeOffset?)null), (connections.Of(number).Open, connections.Of(number).CutAt));
        target ??= scope switch
        {
            RevocationScope.AuthorityKey => _site.Get<ISvidIssuer>().Issuers[0].KeyId,
            RevocationScope.Agent => agent.SpiffeId,
            _ => agent.Serial,
        };

        var outcome = await Revocations.RevokeAsync(new(scope, target, RevocationReason.KeyCompromise, "the key was on a lost laptop"), "user:ann");
        Assert.Equal((1, (LifeRefusal?)null), (outcome.Certificates, outcome.Refusal));
        await connection.ClosedAsync().WaitAsync(TimeSpan.FromSeconds(5));
        // The console shows the connection drop, and why.
        await Eventually.TrueAsync(() => connections.Of(number).Open == 0);
        Assert.Equal(_site.Time.GetUtcNow(), connections.Of(number).CutAt);
        Assert.Contains("revoked", connections.Of(number).Why, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(SvidGate.Revoked, _site.Get<SvidGate>().Check(agent.Certificate).Refusal?.Code);

        var row = await CertificateAsync(agent.Serial);
        Assert.Equal((RevocationReason.KeyCompromise, "the key was on a lost laptop", "user:ann"), (row.RevocationCode, row.RevocationReason, row.RevokedBy));
        Assert.Equal(AgentState.Revoked, (await AgentAsync(agent)).State);
        var act = Assert.Single(await _site.QueryAsync(db => db.Revocations.AsNoTracking().ToListAsync()));
        Assert.Equal((outcome.Leaf, scope, target, 1), (act.Id, act.Scope, act.Target, act.Certificates));
        Assert.NotNull(act.FinishedAt);
        Assert.Equal(["Active→Revoked", "Valid→Revoked"], (await HistoryAsync()).TakeLast(2));
        Assert.Contains(await _site.LeavesAsync(), l => l is { Kind: LeafKind.Revocation, Code: "keyCompromise", Actor: "user:ann" });

        // Invited anew it comes back.
        var back = await _site.EnrollAsync("stolen");
        Assert.True(_site.Get<SvidGate>().Check(back.Certificate).IsAccepted);
    }

    [Fact]
    public async Task Whoever_is_outside_of_the_scope_goes_on()
    {
        var planner = await _site.EnrollAsync("one");
        var carrier = await _site.EnrollAsync("two", "carrier");
        await Revocations.RevokeAsync(new(RevocationScope.Role, "carrier", RevocationReason.PrivilegeWithdrawn, "role dissolved"), "user:ann");
        Assert.Equal(HttpStatusCode.OK, (await planner.SendAsync()).Status);
        Assert.Equal(SvidGate.Revoked, _site.Get<SvidGate>().Check(carrier.Certificate).Refusal?.Code);
    }

    [Fact]
    public async Task A_join_token_from_before_does_not_bring_anybody_back()
    {
        var agent = await _site.EnrollAsync("stolen");
        var before = await _site.Authority.InviteAsync(new AgentInvitation(agent.SpiffeId, "Acme", null, RiskTier.Low), "user:test");
        await Revocations.RevokeAsync(new(RevocationScope.Role, "planner", RevocationReason.KeyCompromise, "all of them"), "user:ann");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var csr = new CertificateRequest("CN=agent", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        Assert.Equal("token-expired", (await _site.Authority.EnrollAsync(csr, before.Text, null)).Refusal?.Code);
    }

    [Fact]
    public async Task Many_are_refused_with_one_commit_and_their_rows_follow_in_parts_with_a_leaf_each()
    {
        const int count = 1_200;
        await AddAgentsAsync(count);
        Assert.All(_site.Get<IStandings>().Certificates, c => Assert.Null(c.Withdrawal));
        var steps = new List<(RevocationProgress Progress, int Refused)>();
        var progress = new Heard(p => steps.Add((p, _site.Get<IStandings>().Certificates.Count(c => c.Withdrawal is not null))));
        var outcome = await Revocations.RevokeAsync(new(RevocationScope.Role, "mass", RevocationReason.CaCompromise, "drill"), "user:ann", progress);

        Assert.Equal(count, outcome.Certificates);
        // In force for all before the first row is marked.
        Assert.Equal((new RevocationProgress(0, count), count), steps[0]);
        Assert.Equal(new RevocationProgress(count, count), steps[^1].Progress);
        Assert.Equal(3, steps.Count);
        Assert.Equal(count, await _site.QueryAsync(db => db.Certificates.CountAsync(c => c.RevocationCode == RevocationReason.CaCompromise && c.RevokedBy == "user:ann")));
        Assert.Equal(count, await _site.QueryAsync(db => db.Agents.CountAsync(a => a.Role == "mass" && a.State == AgentState.Revoked)));
        Assert.Equal(2 * count, await _site.QueryAsync(db => db.StateTransitions.CountAsync(t => t.To == "Revoked")));
        var parts = (await _site.LeavesAsync()).Where(l => l.Kind == LeafKind.Revocation && l.Count is not null).ToList();
        Assert.Equal([1000, 200], parts.Select(p => p.Count!.Value));
        Assert.All(parts, p => Assert.Equal(64, p.Digest!.Length));
    }

    [Fact]
    public async Task What_a_process_left_unmarked_is_in_force_and_marked_after_the_next_start()
    {
        await AddAgentsAsync(3);
        await _site.Ledger.RecordAsync(
            new() { Kind = LeafKind.Revocation, Verdict = LeafVerdict.Done, At = _site.Time.GetUtcNow(), Actor = "user:ann" },
            (db, index) => Data.Stores.RevocationChanges.Begin(db, new Revocation
            {
                Id = index, Scope = RevocationScope.Role, Target = "mass", Reason = RevocationReason.KeyCompromise, At = _site.Time.GetUtcNow(), Actor = "user:ann", Note = "cut off",
            }));
        await _site.RestartAsync();
        Assert.Equal(3, _site.Get<IStandings>().Certificates.Count(c => c.Withdrawal?.Reason == RevocationReason.KeyCompromise));
        await Eventually.TrueAsync(() => _site.QueryAsync(db => db.Revocations.AllAsync(r => r.FinishedAt != null)));
        Assert.Equal(3, await _site.QueryAsync(db => db.Certificates.CountAsync(c => c.RevokedAt != null)));
    }

    [Fact]
    public async Task A_suspended_agents_certificate_is_revoked_for_good_and_resuming_does_not_bring_it_back()
    {
        var agent = await _site.EnrollAsync("stolen");
        var number = (await AgentAsync(agent)).Number;
        await _site.Get<Trust.Life.IAgentLife>().SuspendAsync(number, "user:ann", "looking into it");
        await Revocations.RevokeAsync(new(RevocationScope.Role, "planner", RevocationReason.KeyCompromise, "it was stolen"), "user:ann");
        Assert.Equal("agent-not-suspended", (await _site.Get<Trust.Life.IAgentLife>().ResumeAsync(number, "user:ann", "no"))?.Code);
        Assert.Equal(RevocationReason.KeyCompromise, (await CertificateAsync(agent.Serial)).RevocationCode);
        Assert.Contains("Held→Revoked", await HistoryAsync());
    }

    [Fact]
    public async Task Only_what_is_final_can_be_asked_for_and_only_with_a_note()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Revocations.RevokeAsync(new(RevocationScope.Role, "planner", RevocationReason.CertificateHold, "hold"), "user:ann"));
        await Assert.ThrowsAsync<ArgumentException>(() => Revocations.RevokeAsync(new(RevocationScope.Role, "planner", RevocationReason.KeyCompromise, " "), "user:ann"));
        Assert.Equal("agent-unknown", (await Revocations.RevokeAsync(new(RevocationScope.Agent, "spiffe://nobody", RevocationReason.KeyCompromise, "x"), "user:ann")).Refusal?.Code);
        Assert.Equal("certificate-unknown", (await Revocations.RevokeAsync(new(RevocationScope.Certificate, "00ff", RevocationReason.KeyCompromise, "x"), "user:ann")).Refusal?.Code);
    }

    [Fact]
    public async Task What_a_rotation_replaced_is_revoked_as_superseded_after_a_minute()
    {
        var agent = await _site.EnrollAsync("renewer");
        await _site.Get<Trust.Life.IAgentLife>().RequestRotationAsync((await AgentAsync(agent)).Number, "user:ann", "quarterly");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var csr = new CertificateRequest("CN=agent", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        Assert.NotNull((await _site.Authority.RenewAsync(agent.Certificate, csr, null)).Certificate);
        var revocations = _site.Get<Revocations>();
        await revocations.WithdrawSupersededAsync(CancellationToken.None);
        Assert.Null((await CertificateAsync(agent.Serial)).RevokedAt);

        _site.Clock.Advance(TimeSpan.FromSeconds(61));
        await Eventually.TrueAsync(async () =>
        {
            await revocations.WithdrawSupersededAsync(CancellationToken.None);
            return (await CertificateAsync(agent.Serial)).RevocationCode == RevocationReason.Superseded;
        });
        Assert.Equal(AgentState.Active, (await AgentAsync(agent)).State);
        Assert.Equal(SvidGate.Revoked, _site.Get<SvidGate>().Check(agent.Certificate).Refusal?.Code);
    }

    private sealed class Heard(Action<RevocationProgress> heard) : IProgress<RevocationProgress>
    {
        public void Report(RevocationProgress value) => heard(value);
    }

    // Rows as the authority writes them; their keys are of no matter here.
    private async Task AddAgentsAsync(int count)
    {
        var now = _site.Time.GetUtcNow();
        await _site.Ledger.RecordAsync(new() { Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, At = now, Actor = "system" }, (db, index) =>
        {
            for (var i = 0; i < count; i++)
            {
                var serial = $"{i + 1:x32}";
                var agent = new Agent
                {
                    SpiffeId = _site.Identity($"m-{i}", "mass"), Environment = "test", Role = "mass", Name = $"m-{i}", Organisation = "Acme", State = AgentState.Active,
                    CreatedAt = now, CertificateSerial = serial, CertificateNotBefore = now, CertificateNotAfter = now.AddHours(1),
                };
                db.Agents.Add(agent);
                db.Certificates.Add(new Certificate
                {
                    Id = -count + i, Serial = serial, Agent = agent, KeyId = $"{i:x64}", IssuerKeyId = new string('0', 64), Algorithm = "ecdsa-p256-sha256",
                    NotBefore = now, NotAfter = now.AddHours(1), IssuedAt = now, Der = [0x30, 0x00],
                });
            }
        });
        await _site.Get<Standings>().LoadAsync(CancellationToken.None);
    }

    private Task<Agent> AgentAsync(TestAgent agent) => _site.QueryAsync(db => db.Agents.AsNoTracking().SingleAsync(a => a.SpiffeId == agent.SpiffeId));

    private Task<Certificate> CertificateAsync(string serial) => _site.QueryAsync(db => db.Certificates.AsNoTracking().SingleAsync(c => c.Serial == serial));

    private async Task<List<string>> HistoryAsync()
        => (await _site.QueryAsync(db => db.StateTransitions.AsNoTracking().OrderBy(t => t.Id).ThenBy(t => t.Serial).ToListAsync())).ConvertAll(t => $"{t.From}→{t.To}");
}
