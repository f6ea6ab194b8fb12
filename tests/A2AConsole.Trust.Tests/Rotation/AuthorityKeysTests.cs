using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Testing;
using A2AConsole.Trust.Certificates;
using A2AConsole.Trust.Custody;
using A2AConsole.Trust.Domain;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Trust.Tests.Rotation;

public sealed class AuthorityKeysTests : IDisposable
{
    private const string By = "user:admin";
    private readonly MemoryKeyCustody _keys = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("a2a-rotation-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("begun")]
    [InlineData("made")]
    [InlineData("recorded")]
    [InlineData("in force")]
    public async Task A_step_that_was_cut_off_anywhere_is_completed_by_the_next_start_and_recorded_once(string cutAfter)
    {
        await using (var first = await AuthorityHost.StartInAsync(_directory, _keys))
        {
            CutAfter(first, cutAfter);
            await Assert.ThrowsAsync<InvalidOperationException>(() => Keys(first).PrepareAsync(AuthorityCertificate.Root, By, "yearly"));
        }
        await using (var second = await AuthorityHost.StartInAsync(_directory, _keys))
        {
            Assert.Equal("root:Active issuing:Active root-2:Prepared issuing-2:Prepared", Text(second));
            Assert.Equal(2, second.Domain.Roots.Count);
            CutAfter(second, cutAfter);
            await Assert.ThrowsAsync<InvalidOperationException>(() => Keys(second).ActivateAsync("root-2", By, "yearly", force: true));
        }
        await using var third = await AuthorityHost.StartInAsync(_directory, _keys);
        Assert.Equal("root:Retired issuing:Retired root-2:Active issuing-2:Active", Text(third));
        Assert.Null((await Keys(third).StatusAsync()).Pending);
        var leaves = await LeavesAsync(third);
        Assert.Single(leaves, l => l.Detail!.StartsWith("Authority keys, prepare", StringComparison.Ordinal));
        Assert.Single(leaves, l => l.Detail!.StartsWith("Authority keys, activate (forced)", StringComparison.Ordinal) && l.Actor == By);
        await MirroredAsync(third);
        // And it works: an agent enrols under the new authority.
        using var agent = await third.EnrolledAsync();
        Assert.Equal("O=acme.test, CN=issuing CA 2", agent.Issuer);
        Assert.True(third.Gate.Check(agent).IsAccepted);
    }

    [Fact]
    public async Task Nothing_is_in_force_that_the_ledger_did_not_take()
    {
        await using var host = await AuthorityHost.StartAsync();
        host.Ledger.IsFailing = true;
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => Keys(host).PrepareAsync(AuthorityCertificate.Root, By, ""));
        Assert.Single(host.Domain.Roots);
        Assert.NotNull((await Keys(host).StatusAsync()).Pending);

        host.Ledger.IsFailing = false;
        await Keys(host).ResumeAsync();
        Assert.Equal(2, host.Domain.Roots.Count);
        Assert.Null((await Keys(host).StatusAsync()).Pending);
    }

    [Fact]
    public async Task Certificates_of_a_retired_or_tainted_authority_count_and_those_of_a_revoked_one_do_not()
    {
        await using var host = await AuthorityHost.StartAsync();
        using var old = await host.EnrolledAsync();
        var closed = 0;
        host.Standings.Withdrawn += () => closed++;

        await Keys(host).PrepareAsync(AuthorityCertificate.Issuing, By, "");
        await Keys(host).ActivateAsync("issuing-2", By, "");
        Assert.True(host.Gate.Check(old).IsAccepted);
        await Keys(host).TaintAsync("issuing", By, "");
        Assert.True(host.Gate.Check(old).IsAccepted);

        var inUse = await Assert.ThrowsAsync<AuthorityStepException>(() => Keys(host).RevokeAsync("issuing", By, ""));
        Assert.Equal("authority-in-use", inUse.Code);
        Assert.StartsWith("1 agents live by certificates of issuing", inUse.Message, StringComparison.Ordinal);
        Assert.Equal(0, closed);

        await Keys(host).RevokeAsync("issuing", By, "", force: true);
        Assert.False(host.Gate.Check(old).IsAccepted);
        Assert.Equal(1, closed);
        Assert.True(host.Standings.TryFind(SvidRules.SerialOf(old), out var standing));
        Assert.Equal(RevocationReason.CaCompromise, standing.Withdrawal?.Reason);
    }

    [Fact]
    public async Task An_agent_that_renewed_lives_by_the_new_authority_and_the_old_one_can_be_revoked_without_force()
    {
        await using var host = await AuthorityHost.StartAsync();
        using var old = await host.EnrolledAsync();
        await Keys(host).PrepareAsync(AuthorityCertificate.Root, By, "");
        host.Time.Advance(host.Get<TrustOptions>().BundleRefresh);
        Assert.Equal("authority-not-propagated", (await Assert.ThrowsAsync<AuthorityStepException>(() => Keys(host).ActivateAsync("root-2", By, ""))).Code);
        await Keys(host).ActivateAsync("root-2", By, "", force: true);
        await Keys(host).TaintAsync("root", By, "");
        Assert.Equal([1, 1, 0, 0], (await Keys(host).StatusAsync()).Authorities.Select(a => a.LiveAgents));

        using var renewed = await host.RenewAsync(old, Csr.NewPem());
        Assert.Equal(System.Net.HttpStatusCode.Created, renewed.StatusCode);
        Assert.Equal([0, 0, 1, 1], (await Keys(host).StatusAsync()).Authorities.Select(a => a.LiveAgents));
        await Keys(host).RevokeAsync("root", By, "");
        Assert.Single(host.Domain.Roots);
        await MirroredAsync(host);
    }

    [Fact]
    public async Task A_certificate_forged_with_a_tainted_key_buys_no_new_one()
    {
        await using var host = await AuthorityHost.StartAsync();
        using var genuine = await host.EnrolledAsync();
        await Keys(host).PrepareAsync(AuthorityCertificate.Issuing, By, "");
        await Keys(host).ActivateAsync("issuing-2", By, "");
        await Keys(host).TaintAsync("issuing", By, "stolen");

        // The thief has the old CA's key: same name, same serial, a key of his own.
        var stolen = host.Get<ISvidIssuer>().Issuers.Single(i => i.Name == "issuing");
        using var thief = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=p-1", thief, HashAlgorithmName.SHA256);
        foreach (var extension in genuine.Extensions.Where(e => e.Oid!.Value != "2.5.29.14"))
            request.CertificateExtensions.Add(extension);
        using var forged = request.Create(stolen.Certificate.SubjectName, new CustodySignatureGenerator(stolen.Key), genuine.NotBefore, genuine.NotAfter, genuine.SerialNumberBytes.Span);
        using var withKey = forged.CopyWithPrivateKey(thief);

        using var answer = await host.RenewAsync(withKey, Csr.NewPem());
        using var problem = (await answer.Content.ReadFromJsonAsync<JsonDocument>())!;
        Assert.Equal((403, "certificate-unlogged"), ((int)answer.StatusCode, problem.RootElement.GetProperty("code").GetString()));
        Assert.Equal(1, await host.QueryAsync(db => db.Certificates.CountAsync()));
    }

    [Fact]
    public async Task The_bundle_is_served_in_the_SPIFFE_form_with_every_root_that_counts()
    {
        await using var host = await AuthorityHost.StartAsync();
        await Keys(host).PrepareAsync(AuthorityCertificate.Root, By, "");
        using var client = host.Client();
        using var bundle = JsonDocument.Parse(await client.GetStringAsync("/v1/bundle.json"));
        var keys = bundle.RootElement.GetProperty("keys").EnumerateArray().ToList();
        Assert.Equal(2, keys.Count);
        Assert.Equal(host.Domain.BundleSequence, bundle.RootElement.GetProperty("spiffe_sequence").GetInt64());
        Assert.Equal(1800, bundle.RootElement.GetProperty("spiffe_refresh_hint").GetInt64());
        for (var i = 0; i < keys.Count; i++)
        {
            Assert.Equal(("x509-svid", "EC", "P-256"), (keys[i].GetProperty("use").GetString(), keys[i].GetProperty("kty").GetString(), keys[i].GetProperty("crv").GetString()));
            using var root = X509CertificateLoader.LoadCertificate(keys[i].GetProperty("x5c")[0].GetBytesFromBase64());
            using var key = root.GetECDsaPublicKey()!;
            var point = key.ExportParameters(false).Q;
            Assert.Equal(System.Buffers.Text.Base64Url.EncodeToString(point.X), keys[i].GetProperty("x").GetString());
            Assert.Equal(System.Buffers.Text.Base64Url.EncodeToString(point.Y), keys[i].GetProperty("y").GetString());
            Assert.Equal(host.Domain.Roots[i].RawData, root.RawData);
        }
    }

    [Fact]
    public async Task A_second_generation_without_its_roster_or_with_a_damaged_one_stops_the_start()
    {
        await using (var host = await AuthorityHost.StartInAsync(_directory, _keys))
            await Keys(host).PrepareAsync(AuthorityCertificate.Issuing, By, "");
        var file = Path.Combine(_directory, "keys", AuthorityRosterFile.FileName);
        var text = await File.ReadAllTextAsync(file);

        foreach (var damaged in new[] { "", "{}", text[..^20], text.Replace("\"Active\"", "\"Retired\"", StringComparison.Ordinal), text.Replace("\"Prepared\"", "\"Active\"", StringComparison.Ordinal), text.Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal) })
        {
            await File.WriteAllTextAsync(file, damaged);
            Assert.Contains("is damaged", (await Assert.ThrowsAsync<TrustStartupException>(() => AuthorityHost.StartInAsync(_directory, _keys))).Message, StringComparison.Ordinal);
        }
        File.Delete(file);
        Assert.Contains("is missing", (await Assert.ThrowsAsync<TrustStartupException>(() => AuthorityHost.StartInAsync(_directory, _keys))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_another_process_of_the_same_directory_does_is_taken_over()
    {
        await using var host = await AuthorityHost.StartInAsync(_directory, _keys);
        var changes = 0;
        host.Domain.Changed += () => changes++;
        Assert.False(host.Get<TrustDomain>().ReloadIfChanged());

        var directory = new PrivateDirectory(Path.Combine(_directory, "keys"));
        var other = new TrustDomain(host.Get<TrustOptions>(), _keys, _keys, new CertificateFiles(directory), new AuthorityRosterFile(directory), host.Time, () => null);
        var next = AuthorityRules.Apply(other.Roster, new AuthorityStep(AuthorityStepKind.Prepare, "root-2", By, "", host.Time.GetUtcNow()), TimeSpan.Zero);
        other.Make(next);
        other.Put(next);

        Assert.True(host.Get<TrustDomain>().ReloadIfChanged());
        Assert.Equal((2, 1), (host.Domain.Roots.Count, changes));
    }

    private static IAuthorityKeys Keys(AuthorityHost host) => host.Get<IAuthorityKeys>();

    private static void CutAfter(AuthorityHost host, string part)
        => host.Get<AuthorityKeys>().Done = done =>
        {
            if (done == part)
                throw new InvalidOperationException("cut off");
        };

    private static string Text(AuthorityHost host) => string.Join(' ', host.Get<TrustDomain>().Roster.Members.Select(m => $"{m.Name}:{m.State}"));

    private static async Task<List<LedgerLeaf>> LeavesAsync(AuthorityHost host)
        => [.. (await host.Get<ILedgerReader>().LeavesAsync(0, 1000)).Select(l => LeafReader.Parse(l)).Where(l => l.Kind == LeafKind.Administration)];

    // The database says of each certificate what the key directory says.
    private static async Task MirroredAsync(AuthorityHost host)
    {
        var rows = await host.QueryAsync(db => db.TrustAnchors.ToDictionaryAsync(a => a.Fingerprint, a => a.State));
        foreach (var authority in (await Keys(host).StatusAsync()).Authorities)
            Assert.Equal(authority.State, rows[authority.Fingerprint]);
    }
}
