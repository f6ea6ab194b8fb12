using A2AConsole.Core.Crypto;
using Microsoft.Data.Sqlite;

namespace A2AConsole.Cli.Bench;

/// <summary>
/// Fills a data directory with a fleet of agents and certificates to look at. They are rows only: no keys, and no ledger leaves; a
/// page that lists them cannot tell.
/// </summary>
internal static class Fleet
{
    public static void Add(string database, int agents, DateTimeOffset now)
    {
        using var connection = new SqliteConnection($"Data Source={database};Foreign Keys=True");
        connection.Open();
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.Parameters.AddWithValue("$count", agents);
        insert.Parameters.AddWithValue("$algorithm", AlgorithmRegistry.Default.Id);
        insert.Parameters.AddWithValue("$now", now.ToUnixTimeMilliseconds());
        // Lifetimes of an hour whose ends are spread over the next one; one in forty missed its renewal, one in twenty has no owner.
        insert.CommandText = """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $count),
            fleet AS (
              SELECT i,
                CASE i % 10 WHEN 0 THEN 'stage' WHEN 1 THEN 'partner' WHEN 2 THEN 'test' ELSE 'prod' END AS env,
                'role-' || (i % 40) AS role, 'agent-' || (i * 7919 % 1000003) || '-' || i AS name,
                $now + (CASE WHEN i % 40 = 0 THEN i * 37 % 600 ELSE 600 + i * 6151 % 3000 END) * 1000 AS ends
              FROM n)
            INSERT INTO Agents (SpiffeId, Environment, Role, Name, Organisation, Owner, State, Tier, CreatedAt, EnrolledAt, LastSeenAt,
                Admitted, Refused, CertificateSerial, CertificateNotBefore, CertificateNotAfter, IsDemo)
            SELECT 'spiffe://bench.example/env/' || env || '/role/' || role || '/agent/' || name, env, role, name,
              'Organisation ' || (i % 60), CASE WHEN i % 20 = 0 THEN NULL ELSE 'owner' || (i % 500) || '@bench.example' END,
              CASE WHEN i % 50 = 0 THEN 'Revoked' ELSE 'Active' END,
              CASE i % 4 WHEN 0 THEN 'Low' WHEN 1 THEN 'Medium' WHEN 2 THEN 'High' ELSE 'Critical' END,
              $now - 864000000, $now - 864000000, $now - i * 911 % 3600000, i * 31 % 5000, i * 17 % 40,
              printf('%032x', i), ends - 3660000, ends, 0
            FROM fleet;
            INSERT INTO Certificates (Id, Serial, AgentNumber, KeyId, NotBefore, NotAfter, IssuedAt, RevokedAt, RevocationReason, RevokedBy, IssuerKeyId, Algorithm, Der)
            SELECT 4000000000000 + Number, CertificateSerial, Number, printf('%064x', Number), CertificateNotBefore, CertificateNotAfter,
              CertificateNotBefore, CASE WHEN State = 'Revoked' THEN $now - 60000 END,
              CASE WHEN State = 'Revoked' THEN 'superseded' END, CASE WHEN State = 'Revoked' THEN 'user:bench' END, printf('%064x', 1), $algorithm, zeroblob(550)
            FROM Agents WHERE Name LIKE 'agent-%';
            """;
        insert.ExecuteNonQuery();
        transaction.Commit();
    }
}
