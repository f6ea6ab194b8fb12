using A2AConsole.Core.Admission;
using A2AConsole.Core.Identity;
using A2AConsole.Data;
using A2AConsole.Data.Entities;

namespace A2AConsole.Testing;

/// <summary>
/// Makes up agents, certificates and traffic, the same ones each time, with what trips lists up: equal names and times, agents
/// that were never seen, have no owner or no certificate, and certificates in every part of their life.
/// </summary>
public static class AgentSeed
{
    private static readonly string[] Roles = ["procurement", "warehouse", "forecast", "carrier", "customs", "payments"];
    private static readonly string[] Environments = ["production", "production", "production", "staging", "partner"];
    private static readonly string[] Organisations = ["Acme", "Kestrel Components", "NordShip", "Portside", "Dockyard"];

    /// <summary>Adds <paramref name="count"/> agents, numbered from 1, as they are at <paramref name="now"/>; saves.</summary>
    public static async Task<IReadOnlyList<Agent>> AddAgentsAsync(ConsoleDbContext db, int count, DateTimeOffset now, int seed = 42)
    {
        var random = new Random(seed);
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        var agents = new List<Agent>(count);
        for (var number = 1; number <= count; number++)
        {
            var agent = Make(number, random, now);
            agents.Add(agent);
            db.Agents.Add(agent);
            if (agent.CertificateSerial is not null)
                db.Certificates.Add(CertificateOf(agent, number, now));
            if (number % 5_000 == 0)
                await FlushAsync(db);
        }
        await FlushAsync(db);
        return agents;
    }

    /// <summary>Adds what an agent did in the last seven days: hours, counterparties and refused events; saves.</summary>
    public static async Task AddTrafficAsync(ConsoleDbContext db, Agent agent, IReadOnlyList<Agent> peers, DateTimeOffset now, int seed = 42)
    {
        var random = new Random(seed + agent.Number);
        var hour = (int)(now.ToUnixTimeSeconds() / 3600);
        for (var back = 0; back < 24 * 7; back++)
        {
            var daily = 40 + (int)(30 * Math.Sin((hour - back) % 24 / 24.0 * 2 * Math.PI));
            db.AgentHours.Add(new AgentHour { AgentNumber = agent.Number, Hour = hour - back, Code = "admitted", Count = daily + random.Next(12) });
            if (random.Next(9) == 0)
                db.AgentHours.Add(new AgentHour
                {
                    AgentNumber = agent.Number, Hour = hour - back, Code = Refusal.All[random.Next(Refusal.All.Count)].Text, Count = 1 + random.Next(6),
                });
        }
        foreach (var peer in peers)
            db.Counterparties.Add(new Counterparty
            {
                AgentNumber = agent.Number, Peer = peer.SpiffeId, Type = "purchase.approved", Count = 1 + random.Next(900),
                FirstSeenAt = now.AddDays(-6).ToUnixTimeMilliseconds(), LastSeenAt = now.AddMinutes(-random.Next(900)).ToUnixTimeMilliseconds(),
            });
        await FlushAsync(db);
    }

    private static async Task FlushAsync(ConsoleDbContext db)
    {
        await db.SaveChangesAsync();
        db.ChangeTracker.Clear();
    }

    private static Agent Make(int number, Random random, DateTimeOffset now)
    {
        var environment = Environments[random.Next(Environments.Length)];
        var role = Roles[random.Next(Roles.Length)];
        // The number keeps the identity unique; the name is shared by several, so that sorting by it has ties.
        var name = $"{role}-{number / 3:d5}";
        var state = random.Next(100) switch { < 4 => AgentState.Invited, < 6 => AgentState.Revoked, _ => AgentState.Active };
        DateTimeOffset? notBefore = state == AgentState.Invited ? null : now.AddSeconds(-random.Next(3_900));
        return new Agent
        {
            Number = number,
            SpiffeId = $"spiffe://acme.example/env/{environment}/role/{role}/agent/{name}-{number}",
            Environment = environment,
            Role = role,
            Name = name,
            Organisation = Organisations[random.Next(Organisations.Length)],
            Owner = random.Next(20) == 0 ? null : $"owner{random.Next(20):d2}@acme.example",
            State = state,
            Tier = (RiskTier)random.Next(4),
            CreatedAt = now.AddDays(-random.Next(1, 90)),
            EnrolledAt = notBefore is null ? null : now.AddDays(-1),
            LastSeenAt = notBefore is null || random.Next(20) == 0 ? null : now.AddMinutes(-random.Next(300)),
            Admitted = notBefore is null ? 0 : random.Next(1_000_000),
            Refused = notBefore is not null && random.Next(10) == 0 ? random.Next(40) : 0,
            CertificateSerial = notBefore is null ? null : $"{number:x16}{random.NextInt64():x16}",
            CertificateNotBefore = notBefore,
            CertificateNotAfter = notBefore?.AddHours(1),
        };
    }

    private static Certificate CertificateOf(Agent agent, int id, DateTimeOffset now) => new()
    {
        Id = id,
        Serial = agent.CertificateSerial!,
        AgentNumber = agent.Number,
        KeyId = $"{id:x64}",
        IssuerKeyId = new string('0', 64),
        Algorithm = "ecdsa-p256-sha256",
        NotBefore = agent.CertificateNotBefore!.Value,
        NotAfter = agent.CertificateNotAfter!.Value,
        IssuedAt = agent.CertificateNotBefore.Value.AddMinutes(1),
        RevokedAt = agent.State == AgentState.Revoked ? now.AddMinutes(-5) : null,
        RevocationReason = agent.State == AgentState.Revoked ? "keyCompromise" : null,
        RevokedBy = agent.State == AgentState.Revoked ? "user:admin@acme.example" : null,
        RevocationCode = agent.State == AgentState.Revoked ? Core.Identity.RevocationReason.KeyCompromise : null,
        Der = [0x30, 0x00],
    };
}
