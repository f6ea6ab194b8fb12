using A2AConsole.Core.Crypto;
using Microsoft.Data.Sqlite;

namespace A2AConsole.Cli.Bench;

/// <summary>
/// Fills a database with agents and living certificates of one environment to revoke: rows only, without keys or ledger leaves, under
/// an issuing CA's own id, so that its revocation lists hold them.
/// </summary>
internal static class Crowd
{
    public const string Environment = "stage";

    public static void Add(string database, int agents, string trustDomain, string issuerKeyId, DateTimeOffset now)
    {
        using var connection = new SqliteConnection($"Data Source={database};Foreign Keys=True");
        connection.Open();
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.Parameters.AddWithValue("$count", agents);
        insert.Parameters.AddWithValue("$domain", trustDomain);
        insert.Parameters.AddWithValue("$issuer", issuerKeyId);
        insert.Parameters.AddWithValue("$algorithm", AlgorithmRegistry.Default.Id);
        insert.Parameters.AddWithValue("$environment", Environment);
        insert.Parameters.AddWithValue("$now", now.ToUnixTimeMilliseconds());
        // Serials as the authority makes them: 16 random bytes, positive, without a leading zero. Ids before those of all leaves.
        insert.CommandText = """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $count)
            INSERT INTO Agents (SpiffeId, Environment, Role, Name, Organisation, State, Tier, CreatedAt, EnrolledAt, Admitted, Refused,
                CertificateSerial, CertificateNotBefore, CertificateNotAfter, IsDemo)
            SELECT 'spiffe://' || $domain || '/env/' || $environment || '/role/crowd/agent/c-' || i, $environment, 'crowd', 'c-' || i, 'Crowd',
              'Active', 'Low', $now, $now, 0, 0, printf('%02x', 1 + i % 126) || lower(hex(randomblob(15))), $now - 60000, $now + 3600000, 0
            FROM n;
            INSERT INTO Certificates (Id, Serial, AgentNumber, KeyId, NotBefore, NotAfter, IssuedAt, IssuerKeyId, Algorithm, Der)
            SELECT -Number, CertificateSerial, Number, printf('%064x', Number), CertificateNotBefore, CertificateNotAfter, CertificateNotBefore,
              $issuer, $algorithm, randomblob(700)
            FROM Agents WHERE Role = 'crowd';
            """;
        insert.ExecuteNonQuery();
        transaction.Commit();
    }
}
