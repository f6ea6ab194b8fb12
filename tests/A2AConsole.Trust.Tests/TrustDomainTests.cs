using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;
using A2AConsole.Trust.Domain;

namespace A2AConsole.Trust.Tests;

public sealed class TrustDomainTests : IDisposable
{
    private readonly TrustDomainFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void The_first_start_makes_everything_and_the_second_finds_it()
    {
        var first = _fixture.OpenFiles();
        var second = _fixture.OpenFiles();

        Assert.Equal(first.RootFingerprint, second.RootFingerprint);
        Assert.Equal(first.BundlePem, second.BundlePem);
        Assert.Equal(first.Intermediates[0].RawData, second.Intermediates[0].RawData);
        Assert.Equal(first.ServerIdentity.Certificate.RawData, second.ServerIdentity.Certificate.RawData);
        Assert.Equal(first.LedgerSigner.VerifierKey, second.LedgerSigner.VerifierKey);
        Assert.Equal("acme.test/ledger", second.LedgerSigner.Name);
        Assert.True(second.ServerIdentity.Certificate.HasPrivateKey);
    }

    [Fact]
    public void The_authority_certificates_carry_what_their_profiles_say()
    {
        var domain = _fixture.Open();
        var (root, issuing, server) = (domain.Roots[0], domain.Intermediates[0], domain.ServerIdentity.Certificate);

        Assert.Equal((true, true, 1), Constraints(root));
        Assert.Equal((true, true, 0), Constraints(issuing));
        Assert.Equal((false, false, 0), Constraints(server));
        Assert.Equal(root.SubjectName.RawData, root.IssuerName.RawData);
        Assert.Equal(root.SubjectName.RawData, issuing.IssuerName.RawData);
        foreach (var ca in new[] { root, issuing })
        {
            var usage = ca.Extensions.OfType<X509KeyUsageExtension>().Single();
            Assert.True(usage.Critical);
            Assert.Equal(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, usage.KeyUsages);
        }
        Assert.True(server.MatchesHostname("localhost"));
        Assert.True(server.MatchesHostname("127.0.0.1"));
        Assert.True(server.MatchesHostname("::1"));
        Assert.InRange((root.NotAfter - root.NotBefore).TotalDays, 3650, 3654);
        Assert.InRange((issuing.NotAfter - issuing.NotBefore).TotalDays, 365, 366);
        Assert.InRange((server.NotAfter - server.NotBefore).TotalDays, 30, 31);

        static (bool, bool, int) Constraints(X509Certificate2 certificate)
        {
            var constraints = certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single();
            Assert.True(constraints.Critical);
            return (constraints.CertificateAuthority, constraints.HasPathLengthConstraint, constraints.PathLengthConstraint);
        }
    }

    [Fact]
    public void The_server_certificate_is_renewed_with_a_new_key_after_two_thirds_of_its_life()
    {
        var domain = _fixture.Open();
        var before = domain.ServerIdentity;

        _fixture.Time.Advance(TimeSpan.FromDays(19));
        Assert.False(domain.RenewIfDue());
        _fixture.Time.Advance(TimeSpan.FromDays(2));
        Assert.True(domain.RenewIfDue());

        var after = domain.ServerIdentity;
        Assert.NotEqual(before.Certificate.GetPublicKey(), after.Certificate.GetPublicKey());
        Assert.Equal(after.Certificate.RawData, _fixture.Open().ServerIdentity.Certificate.RawData);
    }

    [Fact]
    public void The_issuing_CA_is_renewed_under_its_own_key_so_that_what_it_issued_goes_on_to_verify()
    {
        var domain = _fixture.Open();
        var before = domain.Intermediates[0];

        _fixture.Time.Advance(TimeSpan.FromDays(250));
        Assert.True(domain.RenewIfDue());

        var after = domain.Intermediates[0];
        Assert.NotEqual(before.RawData, after.RawData);
        Assert.Equal(before.GetPublicKey(), after.GetPublicKey());
        Assert.True(after.NotAfter > before.NotAfter);
        Assert.Equal(after.RawData, _fixture.Open().Intermediates[0].RawData);
    }

    [Fact]
    public void Lost_keys_of_a_recorded_domain_are_not_replaced_by_new_ones()
    {
        _fixture.RecordedRoot = new string('a', 64);
        var error = Assert.Throws<TrustStartupException>(() => _fixture.Open());
        Assert.Contains("restore that directory from a backup", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("issuing.key", "issuing CA's key is missing")]
    [InlineData("root.crt", "root certificate is missing")]
    public void A_key_directory_with_a_gap_is_refused(string lost, string message)
    {
        _fixture.OpenFiles();
        File.Delete(Path.Combine(_fixture.KeyDirectory, lost));
        var error = Assert.Throws<TrustStartupException>(() => _fixture.OpenFiles());
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_ledger_key_of_a_recorded_domain_is_not_replaced_by_a_new_one()
    {
        _fixture.RecordedRoot = _fixture.OpenFiles().RootFingerprint;
        File.Delete(Path.Combine(_fixture.KeyDirectory, "ledger.key"));
        var error = Assert.Throws<TrustStartupException>(() => _fixture.OpenFiles());
        Assert.Contains("ledger's key is missing", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("root.crt", "issuing.key", "issuing.crt", "server.key", "server.crt", "ledger.key")]
    [InlineData("issuing.key", "issuing.crt", "server.key", "server.crt", "ledger.key")]
    [InlineData("issuing.crt", "server.key", "server.crt")]
    [InlineData("server.crt")]
    public void A_first_start_that_was_cut_off_is_completed_by_the_next(params string[] notYetMade)
    {
        _fixture.OpenFiles();
        foreach (var file in notYetMade.Append(AuthorityRosterFile.FileName))
            File.Delete(Path.Combine(_fixture.KeyDirectory, file));
        var domain = _fixture.OpenFiles();
        Assert.Equal(domain.RootFingerprint, _fixture.OpenFiles().RootFingerprint);
        Assert.Equal(domain.Roots[0].SubjectName.RawData, domain.Intermediates[0].IssuerName.RawData);
    }

    [Fact]
    public void Another_domain_name_than_the_keys_is_refused()
    {
        _fixture.Open();
        _fixture.Options.TrustDomain = "other.test";
        var error = Assert.Throws<TrustStartupException>(() => _fixture.Open());
        Assert.Contains("another trust domain", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_server_key_is_made_good_by_a_new_certificate()
    {
        var before = _fixture.OpenFiles().ServerIdentity.Certificate;
        File.Delete(Path.Combine(_fixture.KeyDirectory, "server.key"));
        var after = _fixture.OpenFiles().ServerIdentity.Certificate;
        Assert.NotEqual(before.SerialNumber, after.SerialNumber);
    }

    [Fact]
    public void Another_server_name_gives_another_server_certificate()
    {
        _fixture.Open();
        _fixture.Options.ServerNames.Add("edge.acme.test");
        Assert.True(_fixture.Open().ServerIdentity.Certificate.MatchesHostname("edge.acme.test"));
    }

    [Fact]
    public void Serials_are_positive_of_sixteen_bytes_and_never_repeat()
    {
        var domain = _fixture.Open();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicKey = PublicKey.CreateFromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), out _);
        var id = Core.Identity.SpiffeId.Parse("spiffe://acme.test/env/test/role/planner/agent/p-1");
        var serials = Enumerable.Range(0, 300).Select(_ => Convert.FromHexString(domain.Issue(id, publicKey, _fixture.Time.GetUtcNow()).Serial)).ToList();
        Assert.All(serials, s => Assert.True(s.Length == 16 && s[0] is > 0 and < 0x80));
        Assert.Equal(serials.Count, serials.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void An_agent_certificate_never_outlives_its_issuer()
    {
        _fixture.Options.SvidLifetime = TimeSpan.FromDays(5000);
        var domain = _fixture.Open();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicKey = PublicKey.CreateFromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), out _);
        var svid = domain.Issue(Core.Identity.SpiffeId.Parse("spiffe://acme.test/env/test/role/planner/agent/p-1"), publicKey, _fixture.Time.GetUtcNow());
        Assert.Equal(domain.Intermediates[0].NotAfter.ToUniversalTime(), svid.NotAfter.UtcDateTime);
    }

    [Theory]
    [InlineData(1, "UtcTime")]
    [InlineData(40, "GeneralizedTime")]
    public void What_is_said_of_an_issued_certificate_is_what_the_framework_reads_in_it(int years, string timeTag)
    {
        _fixture.Options.RootLifetime = _fixture.Options.IssuingLifetime = TimeSpan.FromDays(366 * 50);
        _fixture.Options.SvidLifetime = TimeSpan.FromDays(366 * years);
        var domain = _fixture.Open();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var id = Core.Identity.SpiffeId.Parse("spiffe://acme.test/env/test/role/planner/agent/p-1");
        var issued = domain.Issue(id, PublicKey.CreateFromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), out _), _fixture.Time.GetUtcNow().AddMilliseconds(777));
        using var read = X509CertificateLoader.LoadCertificate(issued.Der);

        Assert.Equal(3, read.Version);
        Assert.Equal((issued.Serial, issued.NotBefore.UtcDateTime, issued.NotAfter.UtcDateTime), (SvidRules.SerialOf(read), read.NotBefore.ToUniversalTime(), read.NotAfter.ToUniversalTime()));
        Assert.Equal(domain.Intermediates[0].SubjectName.RawData, read.IssuerName.RawData);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), read.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal(["2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.17", "2.5.29.14", "2.5.29.35"], read.Extensions.Take(6).Select(e => e.Oid!.Value));
        Assert.Equal([true, true, false, false, false, false], read.Extensions.Take(6).Select(e => e.Critical));
        var validity = new System.Formats.Asn1.AsnReader(issued.Der, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence().ReadSequence();
        for (var i = 0; i < 4; i++)
            validity.ReadEncodedValue();
        var times = validity.ReadSequence();
        times.ReadEncodedValue();
        Assert.Equal(timeTag, ((System.Formats.Asn1.UniversalTagNumber)times.PeekTag().TagValue).ToString());

        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, VerificationTime = read.NotBefore.AddMinutes(1) } };
        chain.ChainPolicy.CustomTrustStore.AddRange(domain.Roots);
        chain.ChainPolicy.ExtraStore.AddRange(domain.Intermediates);
        Assert.True(chain.Build(read), string.Join(' ', chain.ChainStatus.Select(s => s.StatusInformation)));
    }
}
