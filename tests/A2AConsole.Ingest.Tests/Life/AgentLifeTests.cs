using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Testing;
using A2AConsole.Trust;
using A2AConsole.Trust.Life;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Ingest.Tests.Life;

/// <summary>What people do to agents, as the edge and the authority carry it out.</summary>
public sealed class AgentLifeTests : IAsyncLifetime
{
    private TestSite _site = null!;

    private IAgentLife Life => _site.Get<IAgentLife>();

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Suspending_closes_live_connections_at_once_and_refuses_new_ones_until_resumed()
    {
        var agent = await _site.EnrollAsync("drifter");
        var other = await _site.EnrollAsync("honest");
        Assert.Equal(HttpStatusCode.OK, (await other.SendAsync()).Status);
        await using var connection = await RawConnection.OpenAsync(_site, agent);
        await connection.SendAsync("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", await connection.ReadSomeAsync(), StringComparison.Ordinal);

        Assert.Null(await Life.SuspendAsync(await NumberAsync(agent), "user:ann", "under investigation"));
        await connection.ClosedAsync().WaitAsync(TimeSpan.FromSeconds(1));
        using (var again = agent.Connect())
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => again.GetAsync("/healthz"));
        var refused = await _site.Ledger.FindAsync(async () => (await _site.LeavesAsync()).FirstOrDefault(l => l.Code == "agent-suspended"));
        Assert.Equal((LeafKind.Connection, agent.Serial), (refused.Kind, refused.Certificate));
        Assert.Equal(HttpStatusCode.OK, (await other.SendAsync()).Status);

        Assert.Null(await Life.ResumeAsync(await NumberAsync(agent), "user:ann", "cleared"));
        using var back = agent.Connect();
        Assert.Equal(HttpStatusCode.OK, (await agent.PostAsync(agent.Sign(), over: back)).Status);
    }

    [Fact]
    public async Task A_suspension_puts_certificates_on_hold_and_resuming_lets_them_count_again()
    {
        var agent = await _site.EnrollAsync("drifter");
        var number = await NumberAsync(agent);
        Assert.Null(await Life.SuspendAsync(number, "user:ann", "under investigation"));
        var held = await CertificateAsync(agent.Serial);
        Assert.Equal((RevocationReason.CertificateHold, "under investigation", "user:ann"), (held.RevocationCode, held.RevocationReason, held.RevokedBy));
        Assert.Equal(AgentState.Suspended, (await AgentAsync(agent)).State);

        Assert.Null(await Life.ResumeAsync(number, "user:bob", "cleared"));
        var good = await CertificateAsync(agent.Serial);
        Assert.Null(good.RevokedAt);
        Assert.Null(good.RevocationCode);
        var history = await _site.QueryAsync(db => db.StateTransitions.Where(t => t.AgentNumber == number).OrderBy(t => t.Id).ThenBy(t => t.Serial).ToListAsync());
        Assert.Equal(
            ["Invited→Active", "Active→Suspended", "Valid→Held", "Suspended→Active", "Held→Valid"],
            history.Select(t => $"{t.From}→{t.To}"));
        Assert.Equal(["", "", agent.Serial, "", agent.Serial], history.Select(t => t.Serial));
        Assert.Equal("cleared", history[^1].Reason);
        // Each row is named after the leaf that says it.
        var leaf = LeafReader.Parse((await _site.Reader.LeafAsync(history[^1].Id))!);
        Assert.Equal((LeafKind.Administration, "user:bob", agent.SpiffeId, "Resumed: cleared"), (leaf.Kind, leaf.Actor, leaf.Subject, leaf.Detail));
    }

    [Fact]
    public async Task A_suspension_outlives_a_restart()
    {
        var agent = await _site.EnrollAsync("drifter");
        var number = await NumberAsync(agent);
        await Life.SuspendAsync(number, "user:ann", "under investigation");
        await _site.RestartAsync();
        Assert.Equal("agent-suspended", _site.Get<SvidGate>().Check(agent.Certificate).Refusal?.Code);
        Assert.Null(await Life.ResumeAsync(number, "user:ann", "cleared"));
        Assert.True(_site.Get<SvidGate>().Check(agent.Certificate).IsAccepted);
    }

    [Fact]
    public async Task Nothing_is_issued_to_a_suspended_a_retired_or_a_held_agent_and_each_says_why()
    {
        var suspended = await _site.EnrollAsync("suspended");
        var retired = await _site.EnrollAsync("retired");
        var held = await _site.EnrollAsync("held");
        var before = await _site.Authority.InviteAsync(new AgentInvitation(retired.SpiffeId, "Acme", null, RiskTier.Low), "user:test");
        await Life.SuspendAsync(await NumberAsync(suspended), "user:ann", "why");
        await Life.RetireAsync(await NumberAsync(retired), "user:ann", "why");
        var heldNumber = await NumberAsync(held);
        await _site.Ledger.RecordAsync(
            new() { Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, At = _site.Time.GetUtcNow(), Actor = "system" },
            (db, _) => db.Agents.Where(a => a.Number == heldNumber).ExecuteUpdate(s => s.SetProperty(a => a.RenewalHeldAt, _site.Time.GetUtcNow()).SetProperty(a => a.RenewalHeldReason, "review lapsed")));

        Assert.Equal("agent-suspended", await RenewAsync(suspended));
        Assert.Equal("certificate-revoked", await RenewAsync(retired));
        Assert.Equal("renewal-held", await RenewAsync(held));
        Assert.Equal("agent-suspended", (await Assert.ThrowsAsync<InvitationRefusedException>(() => InviteAsync(suspended))).Code);
        Assert.Equal("agent-retired", (await Assert.ThrowsAsync<InvitationRefusedException>(() => InviteAsync(retired))).Code);
        Assert.Equal("renewal-held", await EnrolAsync((await InviteAsync(held)).Text));
        // A token from before the retirement is of no use after it.
        Assert.Equal("token-expired", await EnrolAsync(before.Text));
        // Held back is not refused: what it has goes on to count.
        Assert.Equal(HttpStatusCode.OK, (await held.SendAsync()).Status);
    }

    [Fact]
    public async Task A_retired_agent_is_refused_for_good()
    {
        var agent = await _site.EnrollAsync("old");
        var number = await NumberAsync(agent);
        Assert.Null(await Life.RetireAsync(number, "user:ann", "replaced by a new system"));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => agent.Client.GetAsync("/healthz"));
        var certificate = await CertificateAsync(agent.Serial);
        Assert.Equal(RevocationReason.CessationOfOperation, certificate.RevocationCode);
        Assert.Equal("agent-retired", (await Life.ResumeAsync(number, "user:ann", "no"))?.Code);
        Assert.Equal("agent-retired", (await Life.RetireAsync(number, "user:ann", "no"))?.Code);
        Assert.Equal("agent-retired", (await Life.RequestRotationAsync(number, "user:ann", "no"))?.Code);
    }

    [Fact]
    public async Task A_forbidden_step_writes_nothing()
    {
        var agent = await _site.EnrollAsync("steady");
        var size = _site.Ledger.Head.Size;
        Assert.Equal("agent-not-suspended", (await Life.ResumeAsync(await NumberAsync(agent), "user:ann", "no"))?.Code);
        Assert.Equal("agent-unknown", (await Life.SuspendAsync(4711, "user:ann", "no"))?.Code);
        await Assert.ThrowsAsync<ArgumentException>(() => Life.SuspendAsync(1, "user:ann", " "));
        Assert.Equal(size, _site.Ledger.Head.Size);
    }

    [Fact]
    public async Task A_rotation_is_asked_for_with_each_answer_until_a_new_key_came_and_then_the_old_one_ends()
    {
        var agent = await _site.EnrollAsync("renewer");
        var number = await NumberAsync(agent);
        Assert.Null(await HeaderAsync(agent));
        Assert.Null(await Life.RequestRotationAsync(number, "user:ann", "quarterly"));
        Assert.Equal("now", await HeaderAsync(agent));

        // The old key again is no rotation.
        Assert.Null(await RenewAsync(agent, agent.Key));
        Assert.Equal("now", await HeaderAsync(agent));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Null(await RenewAsync(agent, key));
        Assert.Null(await HeaderAsync(agent));
        Assert.Null((await AgentAsync(agent)).RotationRequestedAt);

        var old = await CertificateAsync(agent.Serial);
        Assert.Equal(_site.Time.GetUtcNow().AddMinutes(1), old.WithdrawAt);
        Assert.Equal(_site.Time.GetUtcNow(), old.SupersededAt);
    }

    [Fact]
    public async Task A_certificate_that_is_not_on_the_ledger_is_refused_and_reported()
    {
        var honest = await _site.EnrollAsync("target");
        var forged = _site.Forge("target");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => forged.Client.GetAsync("/healthz"));
        var leaf = await _site.Ledger.FindAsync(async () => (await _site.LeavesAsync()).FirstOrDefault(l => l.Code == SvidGate.Unlogged && l.Kind == LeafKind.Connection));
        Assert.Equal(forged.Serial, leaf.Certificate);
        var finding = await _site.Ledger.FindAsync(() => _site.QueryAsync(db => db.Findings.FirstOrDefaultAsync()));
        Assert.Equal((FindingKind.UnloggedCertificate, forged.Certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant()), (finding.Kind, finding.Subject));
        Assert.Equal(await NumberAsync(honest), finding.AgentNumber);
        Assert.Single(await _site.LeavesAsync(), l => l.Kind == LeafKind.Finding);
        Assert.Equal(HttpStatusCode.OK, (await honest.SendAsync()).Status);
    }

    [Fact]
    public async Task A_forged_certificate_under_a_serial_that_is_on_record_is_refused_too()
    {
        var honest = await _site.EnrollAsync("target");
        var forged = _site.Forge("target", serial: Convert.FromHexString(honest.Serial));
        Assert.Equal(honest.Serial, forged.Serial);
        Assert.Equal(SvidGate.Unlogged, _site.Get<SvidGate>().Check(forged.Certificate).Refusal?.Code);
        Assert.True(_site.Get<SvidGate>().Check(honest.Certificate).IsAccepted);
    }

    [Fact]
    public async Task What_memory_has_forgotten_is_looked_for_on_record_before_anybody_is_alarmed()
    {
        var agent = await _site.EnrollAsync("late");
        _site.Clock.Advance(TimeSpan.FromMinutes(75));
        _site.Get<Trust.Gate.Standings>().Prune();
        Assert.Empty(_site.Get<Trust.Gate.IStandings>().Certificates);
        _site.Clock.AdjustTime(TestSite.Start.AddMinutes(5));
        Assert.True(_site.Get<SvidGate>().Check(agent.Certificate).IsAccepted);
    }

    [Fact]
    public async Task Owners_and_duties_are_changed_with_a_leaf_each()
    {
        var agent = await _site.EnrollAsync("orphan");
        var number = await NumberAsync(agent);
        Assert.Null(await Life.AssignOwnerAsync(number, " ann@acme.example ", "user:admin", "nobody answered for it"));
        Assert.Null(await Life.SetResponsibilitiesAsync(number, new Dictionary<Duty, string?> { [Duty.Audits] = "audit team", [Duty.RotatesKeys] = "ann@acme.example" }, "user:admin", "as agreed"));
        Assert.Null(await Life.SetResponsibilitiesAsync(number, new Dictionary<Duty, string?> { [Duty.Audits] = null }, "user:admin", "team dissolved"));
        Assert.Equal("ann@acme.example", (await AgentAsync(agent)).Owner);
        var duty = Assert.Single(await _site.QueryAsync(db => db.Responsibilities.ToListAsync()));
        Assert.Equal((Duty.RotatesKeys, "ann@acme.example"), (duty.Duty, duty.Holder));
        var said = (await _site.LeavesAsync()).Where(l => l.Actor == "user:admin" && l.Subject == agent.SpiffeId).Select(l => l.Detail).ToList();
        Assert.Equal(["Given to ann@acme.example: nobody answered for it", "Responsibilities (RotatesKeys ann@acme.example, Audits audit team): as agreed", "Responsibilities (Audits nobody): team dissolved"], said);
    }

    private Task<Agent> AgentAsync(TestAgent agent) => _site.QueryAsync(db => db.Agents.AsNoTracking().SingleAsync(a => a.SpiffeId == agent.SpiffeId));

    private async Task<int> NumberAsync(TestAgent agent) => (await AgentAsync(agent)).Number;

    private Task<Certificate> CertificateAsync(string serial) => _site.QueryAsync(db => db.Certificates.AsNoTracking().SingleAsync(c => c.Serial == serial));

    private Task<IssuedJoinToken> InviteAsync(TestAgent agent) => _site.Authority.InviteAsync(new AgentInvitation(agent.SpiffeId, "Acme", null, RiskTier.Low), "user:test");

    private async Task<string?> EnrolAsync(string token)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (await _site.Authority.EnrollAsync(Csr(key), token, "127.0.0.1")).Refusal?.Code;
    }

    private async Task<string?> RenewAsync(TestAgent agent, ECDsa? key = null)
        => (await _site.Authority.RenewAsync(agent.Certificate, Csr(key ?? agent.Key), "127.0.0.1")).Refusal?.Code;

    private static byte[] Csr(ECDsa key) => new CertificateRequest("CN=agent", key, HashAlgorithmName.SHA256).CreateSigningRequest();

    private static async Task<string?> HeaderAsync(TestAgent agent)
    {
        using var response = await agent.Client.GetAsync("/healthz");
        return response.Headers.TryGetValues("a2a-renew", out var values) ? string.Join(",", values) : null;
    }
}
