using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

using A2AConsole.Testing;
using A2AConsole.Trust.Certificates;
namespace A2AConsole.Trust.Tests;

public sealed class RenewalTests : IAsyncLifetime
{
    private AuthorityHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AuthorityHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_holder_of_a_current_certificate_gets_the_next_one()
    {
        using var current = await _host.EnrolledAsync();
        _host.Time.Advance(TimeSpan.FromMinutes(40));
        using var response = await _host.RenewAsync(current, Csr.NewPem());
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        using var body = await response.Content.ReadFromJsonAsync<JsonDocument>();
        using var next = X509Certificate2.CreateFromPem(body!.RootElement.GetProperty("certificateChain").GetString());

        Assert.True(_host.Gate.Check(next).IsAccepted);
        Assert.True(next.NotAfter > current.NotAfter);
        var leaf = _host.Ledger.Leaves[^1];
        Assert.Equal((LeafKind.Renewal, LeafVerdict.Done, AuthorityHost.AgentId), (leaf.Kind, leaf.Verdict, leaf.Actor));
        Assert.Equal(SvidRules.SerialOf(next), (await _host.QueryAsync(db => db.Agents.SingleAsync())).CertificateSerial);
    }

    [Fact]
    public async Task Renewal_without_a_certificate_is_refused()
        => await EnrolmentTests.RefusedAsync(await _host.RenewAsync(null, Csr.NewPem()), HttpStatusCode.Unauthorized, "renewal-certificate-required");

    [Fact]
    public async Task A_revoked_certificate_is_refused_at_once_and_for_good()
    {
        using var current = await _host.EnrolledAsync();
        var serial = SvidRules.SerialOf(current);
        var heard = 0;
        _host.Standings.Withdrawn += () => heard++;
        Assert.True(_host.Gate.Check(current).IsAccepted);

        Assert.True(await _host.Authority.RevokeAsync(serial, "key lost", "user:admin"));
        Assert.Equal(1, heard);
        Assert.True(_host.Standings.TryFind(serial, out var standing));
        Assert.NotNull(standing.Withdrawal);
        Assert.Equal(SvidGate.Revoked, _host.Gate.Check(current).Refusal?.Code);
        await EnrolmentTests.RefusedAsync(await _host.RenewAsync(current, Csr.NewPem()), HttpStatusCode.Forbidden, "certificate-revoked");

        Assert.False(await _host.Authority.RevokeAsync(serial, "again", "user:admin"));
        Assert.False(await _host.Authority.RevokeAsync("00ff", "unknown", "user:admin"));
        var leaf = Assert.Single(_host.Ledger.Leaves, l => l.Kind == LeafKind.Revocation);
        Assert.Equal(("user:admin", AuthorityHost.AgentId, serial, "key lost"), (leaf.Actor, leaf.Subject, leaf.Certificate, leaf.Detail));
        Assert.Equal(AgentState.Revoked, (await _host.QueryAsync(db => db.Agents.SingleAsync())).State);
    }

    [Fact]
    public async Task An_older_certificate_does_not_get_round_the_revocation_of_the_newest()
    {
        using var older = await _host.EnrolledAsync();
        using var response = await _host.RenewAsync(older, Csr.NewPem());
        var newest = (await _host.QueryAsync(db => db.Agents.SingleAsync())).CertificateSerial!;
        await _host.Authority.RevokeAsync(newest, "key lost", "user:admin");
        await EnrolmentTests.RefusedAsync(await _host.RenewAsync(older, Csr.NewPem()), HttpStatusCode.Forbidden, "certificate-revoked");
    }

    [Fact]
    public async Task A_key_that_was_stolen_once_does_not_begin_a_line_of_its_own()
    {
        using var stolen = await _host.EnrolledAsync();
        _host.Time.Advance(TimeSpan.FromMinutes(30));
        using var honest = await RenewedAsync(stolen);
        // The answer may have been lost: for a while the same certificate may ask again.
        _host.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        using var again = await RenewedAsync(stolen);

        _host.Time.Advance(TimeSpan.FromSeconds(2));
        await EnrolmentTests.RefusedAsync(await _host.RenewAsync(stolen, Csr.NewPem()), HttpStatusCode.Forbidden, "certificate-superseded");
        var leaf = _host.Ledger.Leaves[^1];
        Assert.Equal((LeafKind.Renewal, LeafVerdict.Refused, "certificate-superseded", SvidRules.SerialOf(stolen)), (leaf.Kind, leaf.Verdict, leaf.Code, leaf.Certificate));
        // It is a while since the other one renewed: whoever has the earlier of two lines is refused in its turn, and knows.
        _host.Time.Advance(TimeSpan.FromMinutes(9));
        (await RenewedAsync(honest)).Dispose();
        _host.Time.Advance(TimeSpan.FromMinutes(2));
        await EnrolmentTests.RefusedAsync(await _host.RenewAsync(honest, Csr.NewPem()), HttpStatusCode.Forbidden, "certificate-superseded");
    }

    [Fact]
    public async Task What_an_agent_held_besides_its_revoked_certificate_does_not_come_back_with_it()
    {
        using var older = await _host.EnrolledAsync();
        using var newest = await RenewedAsync(older);
        Assert.True(_host.Gate.Check(older).IsAccepted);
        Assert.True(await _host.Authority.RevokeAsync(SvidRules.SerialOf(newest), "key lost", "user:admin"));
        using var anew = await _host.EnrolledAsync();
        Assert.True(_host.Gate.Check(anew).IsAccepted);
        Assert.Equal(SvidGate.Revoked, _host.Gate.Check(older).Refusal?.Code);
        Assert.NotNull((await _host.QueryAsync(db => db.Certificates.SingleAsync(c => c.Serial == SvidRules.SerialOf(older)))).RevokedAt);
    }

    [Fact]
    public async Task A_revoked_agent_that_is_invited_again_enrols_again()
    {
        using var first = await _host.EnrolledAsync();
        await _host.Authority.RevokeAsync(SvidRules.SerialOf(first), "key lost", "user:admin");
        using var second = await _host.EnrolledAsync();
        Assert.True(_host.Gate.Check(second).IsAccepted);
        Assert.Equal(AgentState.Active, (await _host.QueryAsync(db => db.Agents.SingleAsync())).State);
    }

    [Fact]
    public async Task An_expired_certificate_is_refused()
    {
        using var current = await _host.EnrolledAsync();
        Assert.True(_host.Gate.Check(current).IsAccepted);
        _host.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.False(_host.Gate.Check(current).IsAccepted);
        await EnrolmentTests.RefusedAsync(await _host.RenewAsync(current, Csr.NewPem()), HttpStatusCode.Forbidden, "svid-expired");
    }

    [Fact]
    public async Task A_certificate_of_a_foreign_authority_with_the_same_names_is_refused()
    {
        await using var foreign = await AuthorityHost.StartAsync();
        using var stranger = await foreign.EnrolledAsync();
        (await _host.EnrolledAsync()).Dispose();
        await EnrolmentTests.RefusedAsync(await _host.RenewAsync(stranger, Csr.NewPem()), HttpStatusCode.Forbidden, "svid-untrusted");
    }

    [Fact]
    public void The_servers_own_certificate_is_no_agent()
        => Assert.False(_host.Gate.Check(_host.Domain.ServerIdentity.Certificate).IsAccepted);

    [Fact]
    public async Task An_issued_certificate_that_is_not_on_record_is_refused()
    {
        using var known = await _host.EnrolledAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var unrecorded = X509CertificateLoader.LoadCertificate(((Domain.TrustDomain)_host.Domain).Issue(
            Core.Identity.SpiffeId.Parse(AuthorityHost.AgentId), PublicKey.CreateFromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), out _), _host.Time.GetUtcNow()).Der);
        using var withKey = unrecorded.CopyWithPrivateKey(key);
        await EnrolmentTests.RefusedAsync(await _host.RenewAsync(withKey, Csr.NewPem()), HttpStatusCode.Forbidden, "certificate-unlogged");
        var finding = await _host.Ledger.FindAsync(() => _host.QueryAsync(db => db.Findings.FirstOrDefaultAsync()));
        Assert.Equal((FindingKind.UnloggedCertificate, CertificateText.FingerprintOf(unrecorded)), (finding.Kind, finding.Subject));
    }

    private async Task<X509Certificate2> RenewedAsync(X509Certificate2 current)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var response = await _host.RenewAsync(current, Csr.Pem(key));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        using var body = await response.Content.ReadFromJsonAsync<JsonDocument>();
        using var certificate = X509Certificate2.CreateFromPem(body!.RootElement.GetProperty("certificateChain").GetString());
        return certificate.CopyWithPrivateKey(key);
    }

    [Fact]
    public async Task A_renewal_for_another_name_is_refused()
    {
        using var current = await _host.EnrolledAsync();
        await EnrolmentTests.RefusedAsync(await _host.RenewAsync(current, Csr.NewPem("spiffe://acme.test/env/test/role/planner/agent/p-2")), HttpStatusCode.Forbidden, "csr-name-mismatch");
        var leaf = _host.Ledger.Leaves[^1];
        Assert.Equal((LeafKind.Renewal, LeafVerdict.Refused, AuthorityHost.AgentId, SvidRules.SerialOf(current)), (leaf.Kind, leaf.Verdict, leaf.Actor, leaf.Certificate));
    }
}
