using A2AConsole.Data.Entities;
using A2AConsole.Testing;
using A2AConsole.Trust.Findings.Inspection;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Trust.Tests.Findings;

/// <summary>Runs alone: what is measured is this process's processor time.</summary>
[CollectionDefinition(nameof(InspectionScaleTests), DisableParallelization = true)]
public sealed class InspectionScaleCollection;

/// <summary>An inspection of ten thousand agents, with what it costs when nothing has changed, as nearly always.</summary>
[Collection(nameof(InspectionScaleTests))]
public sealed class InspectionScaleTests(ITestOutputHelper output)
{
    private const int Agents = 10_000;
    private const int Unanswered = 50;

    [Fact]
    public async Task Ten_thousand_agents_cost_less_than_a_second_of_processor_time_and_no_write()
    {
        await using var site = await TestSite.StartAsync();
        using var first = await site.EnrollAsync("p-1");
        await site.QueryAsync(async db =>
        {
            // Copies of the one that was enrolled: identities, serials and keys of their own, all of them answered for but a few.
            await db.Database.ExecuteSqlRawAsync($"""
                WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {Agents})
                INSERT INTO Agents (Number, SpiffeId, Environment, Role, Name, Organisation, Owner, State, Tier, CreatedAt, Admitted, Refused, CertificateSerial, CertificateNotBefore, CertificateNotAfter, IsDemo, EntryId, Assurance)
                SELECT i, SpiffeId || i, Environment, Role, Name || i, Organisation, 'olga', State, Tier, CreatedAt, 0, 0, CertificateSerial || i, CertificateNotBefore, CertificateNotAfter, 0, EntryId, Assurance FROM Agents, n WHERE Number = 1
                """);
            await db.Database.ExecuteSqlRawAsync("""
                INSERT INTO Certificates (Id, Serial, AgentNumber, KeyId, NotBefore, NotAfter, IssuedAt, IssuerKeyId, Algorithm, Der)
                SELECT c.Id + a.Number * 10, c.Serial || a.Number, a.Number, c.KeyId || a.Number, c.NotBefore, c.NotAfter, c.IssuedAt, c.IssuerKeyId, c.Algorithm, c.Der FROM Certificates c, Agents a WHERE c.AgentNumber = 1 AND a.Number > 1
                """);
            foreach (var duty in Enum.GetValues<Duty>())
                await db.Database.ExecuteSqlAsync($"INSERT INTO Responsibilities (AgentNumber, Duty, Holder) SELECT Number, {duty.ToString()}, 'team' FROM Agents WHERE Number > {Unanswered}");
            return await db.Agents.CountAsync();
        });
        var inspector = site.Get<Inspector>();
        Assert.Equal(new InspectionResult(Unanswered, Unanswered, 0, 0), await inspector.InspectAsync());

        var size = site.Ledger.Head.Size;
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var before = Environment.CpuUsage.TotalTime;
            Assert.Equal(new InspectionResult(Unanswered, 0, 0, 0), await inspector.InspectAsync());
            var spent = Environment.CpuUsage.TotalTime - before;
            best = spent < best ? spent : best;
        }
        output.WriteLine($"an inspection of {Agents} agents: {best.TotalMilliseconds:0} ms of processor time");
        Assert.Equal(size, site.Ledger.Head.Size);
        Assert.True(best < TimeSpan.FromSeconds(1), $"{best.TotalMilliseconds:0} ms");
    }
}
