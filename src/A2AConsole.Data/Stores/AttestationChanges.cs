using A2AConsole.Data.Entities;

namespace A2AConsole.Data.Stores;

/// <summary>Changes of attestation history, to be made by <see cref="Ledger.ILedger.RecordAsync"/> together with their leaf.</summary>
public static class AttestationChanges
{
    /// <summary>Adds an appraisal to its agent's history; makes the agent known, as <paramref name="template"/> says, when it is not. Returns the agent.</summary>
    public static Agent Add(ConsoleDbContext context, Agent template, AttestationRecord record)
    {
        var agent = context.Agents.FirstOrDefault(a => a.SpiffeId == template.SpiffeId);
        if (agent is null)
            context.Agents.Add(agent = template);
        record.Agent = agent;
        context.AttestationRecords.Add(record);
        return agent;
    }
}
