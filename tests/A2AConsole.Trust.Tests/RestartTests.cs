using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Trust.Tests;

public sealed class RestartTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("a2a-restart-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_restart_keeps_the_domain_its_agents_and_its_revocations_and_records_nothing_anew()
    {
        string fingerprint;
        string revoked;
        System.Security.Cryptography.X509Certificates.X509Certificate2 good;
        System.Security.Cryptography.X509Certificates.X509Certificate2 bad;
        await using (var first = await AuthorityHost.StartInAsync(_directory))
        {
            var created = Assert.Single(first.Ledger.Leaves);
            Assert.Equal((LeafKind.Administration, LeafVerdict.Done, "Trust domain created.", first.Domain.RootFingerprint), (created.Kind, created.Verdict, created.Detail, created.Digest));
            Assert.Equal(["issuing", "root", "server"], await first.QueryAsync(db => db.TrustAnchors.Select(a => a.Purpose).Order().ToListAsync()));
            fingerprint = first.Domain.RootFingerprint;
            good = await first.EnrolledAsync();
            bad = await first.EnrolledAsync("spiffe://acme.test/env/test/role/planner/agent/p-2");
            revoked = SvidRules.SerialOf(bad);
            await first.Authority.RevokeAsync(revoked, "key lost", "user:admin");
        }

        await using var second = await AuthorityHost.StartInAsync(_directory);
        Assert.Equal(fingerprint, second.Domain.RootFingerprint);
        Assert.Empty(second.Ledger.Leaves);
        Assert.True(second.Gate.Check(good).IsAccepted);
        Assert.Equal(SvidGate.Revoked, second.Gate.Check(bad).Refusal?.Code);
    }

    [Fact]
    public async Task A_wrong_passphrase_stops_the_start_with_one_clear_sentence()
    {
        await using (await AuthorityHost.StartInAsync(_directory))
        {
        }
        var error = await Assert.ThrowsAsync<TrustStartupException>(() => AuthorityHost.StartInAsync(_directory, o => o.KeyPassphrase = "wrong"));
        Assert.Contains("passphrase is wrong", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_without_its_key_directory_stops_the_start()
    {
        await using (await AuthorityHost.StartInAsync(_directory))
        {
        }
        Directory.Delete(Path.Combine(_directory, "keys"), recursive: true);
        var error = await Assert.ThrowsAsync<TrustStartupException>(() => AuthorityHost.StartInAsync(_directory));
        Assert.Contains("restore that directory from a backup", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_authority_role_nothing_listens_but_the_domain_is_open()
    {
        await using var host = await AuthorityHost.StartInAsync(_directory, o => o.AuthorityEnabled = false);
        Assert.NotEmpty(host.Domain.RootFingerprint);
        Assert.Throws<InvalidOperationException>(() => host.Address);
    }
}
