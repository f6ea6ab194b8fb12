using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Trust.Gate;

namespace A2AConsole.Trust.Tests.Revoking;

public sealed class WithdrawnTests
{
    [Fact]
    public void What_is_revoked_while_it_is_released_is_in_the_lists()
    {
        var standings = new Standings(null!, TimeProvider.System);
        var agent = new Agent
        {
            Number = 1, SpiffeId = "spiffe://acme.test/env/test/role/planner/agent/p-1", Environment = "test", Role = "planner", Name = "p-1", Organisation = "Acme",
            Tier = RiskTier.Low, State = AgentState.Active,
        };
        var hold = new Withdrawal(DateTimeOffset.UtcNow, RevocationReason.CertificateHold);
        var revocation = new Withdrawal(DateTimeOffset.UtcNow, RevocationReason.KeyCompromise);
        // The two steps come from two threads, each as of its own leaf; which comes first is chance, so often enough.
        const int times = 3000;
        CertificateStanding certificate = null!;
        using var together = new Barrier(2);
        var releases = new Thread(() =>
        {
            for (var i = 0; i < times; i++)
            {
                together.SignalAndWait();
                standings.Apply([certificate], null, i * 10 + 2);
                together.SignalAndWait();
            }
        });
        releases.Start();
        var missing = 0;
        for (var i = 0; i < times; i++)
        {
            var serial = $"{i:x8}";
            standings.Issued(agent, new Certificate { Id = i * 10, Serial = serial, AgentNumber = 1, KeyId = "", IssuerKeyId = "ca", Algorithm = "", Der = [], NotAfter = DateTimeOffset.MaxValue });
            Assert.True(standings.TryFind(serial, out var issued));
            certificate = issued;
            standings.Apply([issued], hold, i * 10 + 1);
            together.SignalAndWait();
            standings.Apply([issued], revocation, i * 10 + 3);
            together.SignalAndWait();
            if (issued.Withdrawal != revocation || !standings.WithdrawnOnes.Contains(issued))
                missing++;
        }
        releases.Join();
        Assert.Equal(0, missing);
    }
}
