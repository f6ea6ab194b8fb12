using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Tests.Identity;

/// <summary>Both state machines, each pair of state and step: what is not in the table is forbidden, and says so by a code.</summary>
public sealed class LifeTests
{
    // Rows: from; columns: the steps in their order. Upper case: the state it leads to; lower case: the code.
    private static readonly string[] Agents =
    [
        // Invite        Enrol            Renew                 Rotate                Suspend           Resume               Revoke                   Retire
        "Invited         Active           agent-not-enrolled    agent-not-enrolled    agent-not-active  agent-not-suspended  agent-nothing-to-revoke  Retired",
        "Active          Active           Active                Active                Suspended         agent-not-suspended  Revoked                  Retired",
        "agent-suspended agent-suspended  agent-suspended       agent-suspended       agent-not-active  Active               Revoked                  Retired",
        "Invited         agent-revoked    agent-revoked         agent-revoked         agent-not-active  agent-not-suspended  Revoked                  Retired",
        "agent-retired   agent-retired    agent-retired         agent-retired         agent-retired     agent-retired        agent-retired            agent-retired",
    ];

    private static readonly string[] Certificates =
    [
        // Supersede             Hold                 Release               Revoke               Expire
        "Superseded              Held                 certificate-not-held  Revoked              Expired",
        "certificate-superseded  Held                 certificate-not-held  Revoked              Expired",
        "certificate-held        certificate-held     Valid                 Revoked              Expired",
        "certificate-revoked     certificate-revoked  certificate-revoked   certificate-revoked  certificate-revoked",
        "certificate-expired     certificate-expired  certificate-expired   certificate-expired  Expired",
    ];

    [Fact]
    public void Each_step_of_an_agent_leads_where_the_table_says()
    {
        foreach (var from in Enum.GetValues<AgentState>())
        {
            foreach (var step in Enum.GetValues<AgentStep>())
            {
                var expected = Cell(Agents, (int)from, (int)step);
                var can = AgentLife.TryStep(from, step, out var to, out var refusal);
                Assert.Equal(expected, can ? to.ToString() : refusal!.Code);
                // What is forbidden changes nothing and says what would be right.
                Assert.True(can || (to == from && refusal!.Detail.Length > 20));
            }
        }
    }

    [Fact]
    public void Only_an_active_agent_is_admitted()
    {
        foreach (var state in Enum.GetValues<AgentState>())
            Assert.Equal(state == AgentState.Active, AgentLife.WhyNotAdmitted(state) is null);
        Assert.Equal("agent-suspended", AgentLife.WhyNotAdmitted(AgentState.Suspended)?.Code);
        Assert.Equal("agent-retired", AgentLife.WhyNotAdmitted(AgentState.Retired)?.Code);
    }

    [Fact]
    public void Each_step_of_a_certificate_leads_where_the_table_says()
    {
        foreach (var from in Enum.GetValues<CertificateState>())
        {
            foreach (var step in Enum.GetValues<CertificateStep>())
            {
                var expected = Cell(Certificates, (int)from, (int)step);
                var can = CertificateLifecycle.TryStep(from, step, superseded: false, out var to, out var refusal);
                Assert.Equal(expected, can ? to.ToString() : refusal!.Code);
                Assert.True(can || to == from);
            }
        }
        Assert.True(CertificateLifecycle.TryStep(CertificateState.Held, CertificateStep.Release, superseded: true, out var released, out _));
        Assert.Equal(CertificateState.Superseded, released);
    }

    [Fact]
    public void A_certificates_state_follows_from_its_record()
    {
        var end = new DateTimeOffset(2026, 6, 1, 9, 0, 0, TimeSpan.Zero);
        var (before, after, earlier) = (end.AddMinutes(-1), end.AddMinutes(1), end.AddMinutes(-30));
        Assert.Equal(CertificateState.Valid, CertificateLifecycle.Of(end, null, null, null, before));
        Assert.Equal(CertificateState.Valid, CertificateLifecycle.Of(end, null, null, null, end));
        Assert.Equal(CertificateState.Expired, CertificateLifecycle.Of(end, null, null, null, after));
        Assert.Equal(CertificateState.Superseded, CertificateLifecycle.Of(end, null, null, earlier, before));
        Assert.Equal(CertificateState.Held, CertificateLifecycle.Of(end, earlier, RevocationReason.CertificateHold, earlier, before));
        Assert.Equal(CertificateState.Expired, CertificateLifecycle.Of(end, earlier, RevocationReason.CertificateHold, null, after));
        Assert.Equal(CertificateState.Revoked, CertificateLifecycle.Of(end, earlier, RevocationReason.KeyCompromise, earlier, after));
        // Revoked before reasons were recorded by number.
        Assert.Equal(CertificateState.Revoked, CertificateLifecycle.Of(end, earlier, null, null, before));
    }

    private static string Cell(string[] table, int row, int column) => table[row].Split(' ', StringSplitOptions.RemoveEmptyEntries)[column];
}
