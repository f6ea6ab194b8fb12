using A2AConsole.Core.Identity;

namespace A2AConsole.Trust.Tests;

/// <summary>Inviting where each invitation makes its own entry, and so changes the entries that the others decided by.</summary>
public sealed class InvitationTests
{
    [Fact]
    public async Task Many_at_once_each_with_an_entry_of_its_own_are_all_invited()
    {
        await using var host = await AuthorityHost.StartAsync();
        var tokens = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(() => host.Authority.InviteAsync(
            new AgentInvitation($"spiffe://acme.test/env/test/role/many/agent/a-{i}", "Acme", null, RiskTier.Low) { MakesEntry = true }, "user:test"))));
        Assert.Equal(24, tokens.Select(t => t.Text).Distinct().Count());
        var agents = await host.QueryAsync(db => Task.FromResult(db.Agents.Where(a => a.Role == "many").Select(a => a.State).ToList()));
        Assert.Equal(Enumerable.Repeat(AgentState.Invited, 24), agents);
    }
}
