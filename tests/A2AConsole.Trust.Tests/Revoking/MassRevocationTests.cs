using System.Diagnostics;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Testing;
using A2AConsole.Trust.Certificates;
using A2AConsole.Trust.Domain;
using A2AConsole.Trust.Revoking;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Trust.Tests.Revoking;

/// <summary>A role of a hundred thousand certificates is revoked by one act, on the real store, ledger and listener.</summary>
public sealed class MassRevocationTests : IDisposable
{
    private const int Crowd = 100_000;
    private readonly MemoryKeyCustody _keys = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("a2a-mass-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_hundred_thousand_certificates_are_refused_at_once_and_served_in_lists_of_at_most_100_kB()
    {
        FakeTimeProvider time;
        string issuer;
        await using (var before = await AuthorityHost.StartInAsync(_directory, _keys))
            (time, issuer) = (before.Time, before.Get<ISvidIssuer>().Issuers[0].KeyId);
        AddCrowd(issuer, time.GetUtcNow());
        await using var host = await AuthorityHost.StartInAsync(_directory, _keys, time: time);
        using var real = await host.EnrolledAsync();
        using var other = await host.EnrolledAsync("spiffe://acme.test/env/test/role/carrier/agent/c-1");

        var inForce = new InForce(() => (host.Gate.Check(real).IsAccepted, host.Standings.Certificates.Count(c => c.Withdrawal is not null)));
        var outcome = await host.Get<IRevocations>().RevokeAsync(new(RevocationScope.Role, "planner", RevocationReason.KeyCompromise, "stolen"), "user:admin", inForce);

        // All of them are refused before the first row says so; the other role goes on.
        Assert.Equal((false, Crowd + 1), inForce.Seen);
        Assert.True(host.Gate.Check(other).IsAccepted);
        Assert.Equal((Crowd + 1, (LifeRefusal?)null), (outcome.Certificates, outcome.Refusal));
        Assert.Equal(Crowd + 1, await host.QueryAsync(db => db.Certificates.CountAsync(c => c.RevocationCode == RevocationReason.KeyCompromise && c.RevokedAt != null)));
        Assert.Equal(Crowd + 1, await host.QueryAsync(db => db.Agents.CountAsync(a => a.State == AgentState.Revoked)));

        using var client = host.Client();
        var sizes = new List<int>();
        for (var shard = 0; shard < StatusAddresses.Shards; shard++)
            sizes.Add((await client.GetByteArrayAsync($"/crl/{issuer}/{shard}.crl")).Length);
        Assert.InRange(sizes.Max(), 1, 100_000);
        // None of them is missing: an entry takes at least its serial, a time and a reason.
        Assert.True(sizes.Sum() > Crowd * 40, $"{sizes.Sum():N0} bytes in all");

        await DebianPackages.RequireAsync("openssl", "openssl");
        var list = StatusAddresses.ShardOf(SvidRules.SerialOf(real));
        await File.WriteAllBytesAsync(At("list.der"), await client.GetByteArrayAsync($"/crl/{issuer}/{list}.crl"));
        await File.WriteAllTextAsync(At("real.pem"), CertificateText.PemOf([real]));
        await File.WriteAllTextAsync(At("root.pem"), CertificateText.PemOf(host.Domain.Roots));
        await File.WriteAllTextAsync(At("issuing.pem"), CertificateText.PemOf(host.Domain.Intermediates));
        await OpenSslAsync("crl", "-inform", "DER", "-in", At("list.der"), "-out", At("list.pem"));
        var verdict = await OpenSslAsync("verify", "-crl_check", "-CAfile", At("root.pem"), "-untrusted", At("issuing.pem"), "-CRLfile", At("list.pem"), At("real.pem"));
        Assert.Contains("certificate revoked", verdict, StringComparison.Ordinal);
    }

    private sealed class InForce(Func<(bool, int)> look) : IProgress<RevocationProgress>
    {
        public (bool, int)? Seen { get; private set; }

        public void Report(RevocationProgress value) => Seen ??= look();
    }

    private string At(string name) => Path.Combine(_directory, name);

    // Rows only: what the edge knows of them comes from the store. Their leaves are numbered before the ledger's first.
    private void AddCrowd(string issuer, DateTimeOffset now)
    {
        using var connection = new SqliteConnection($"Data Source={At("a2aconsole.db")};Pooling=False");
        connection.Open();
        using var insert = connection.CreateCommand();
        insert.Parameters.AddWithValue("$issuer", issuer);
        insert.Parameters.AddWithValue("$now", now.ToUnixTimeMilliseconds());
        insert.CommandText = $"""
            BEGIN;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Crowd})
            INSERT INTO Agents (SpiffeId, Environment, Role, Name, Organisation, State, Tier, CreatedAt, EnrolledAt, Admitted, Refused,
                CertificateSerial, CertificateNotBefore, CertificateNotAfter, IsDemo)
            SELECT 'spiffe://acme.test/env/prod/role/planner/agent/c-' || i, 'prod', 'planner', 'c-' || i, 'Acme', 'Active', 'Low', $now, $now, 0, 0,
              printf('%02x', 1 + i % 126) || lower(hex(randomblob(15))), $now - 60000, $now + 3600000, 0
            FROM n;
            INSERT INTO Certificates (Id, Serial, AgentNumber, KeyId, NotBefore, NotAfter, IssuedAt, IssuerKeyId, Algorithm, Der)
            SELECT -Number, CertificateSerial, Number, printf('%064x', Number), CertificateNotBefore, CertificateNotAfter, CertificateNotBefore,
              $issuer, '{AlgorithmRegistry.Default.Id}', randomblob(64)
            FROM Agents;
            COMMIT;
            """;
        insert.ExecuteNonQuery();
    }

    private static async Task<string> OpenSslAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return await output + await error;
    }
}
