using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>
/// Changes of findings. Opening and closing belong to a leaf (<see cref="Ledger.ILedger.RecordAsync"/>); seeing one again is
/// counted without (<see cref="Upkeep.IUpkeep"/>).
/// </summary>
public static class FindingChanges
{
    /// <summary>Opens a finding. Throws <see cref="FindingConflictException"/> when one of its kind and subject is open.</summary>
    public static void Open(ConsoleDbContext context, Finding finding)
    {
        if (OpenOnes(context, finding.Kind, finding.Subject).Any())
            throw new FindingConflictException();
        Over(context, finding.Kind, finding.Subject, finding.FirstSeenAt);
        context.Findings.Add(finding);
    }

    /// <summary>What somebody closed while it held holds no more, or gives way to a new finding.</summary>
    public static void Over(ConsoleDbContext context, FindingKind kind, string subject, DateTimeOffset at)
        => context.Findings.Where(f => f.Kind == kind && f.Subject == subject && f.ClosedAt != null && f.OverAt == null).ExecuteUpdate(set => set.SetProperty(f => f.OverAt, at));

    /// <summary>Closes the open finding of this kind and subject; when the system does, it is over. Throws <see cref="FindingConflictException"/> when there is none.</summary>
    public static void Close(ConsoleDbContext context, FindingKind kind, string subject, string by, string reason, DateTimeOffset at)
    {
        var finding = OpenOnes(context, kind, subject).FirstOrDefault() ?? throw new FindingConflictException();
        (finding.ClosedAt, finding.ClosedBy, finding.ClosedReason) = (at, by, reason);
        if (by == Finding.System)
            finding.OverAt = at;
    }

    /// <summary>Counts that an open finding was seen again, with what was seen last. A closed one stays as it was.</summary>
    public static void SeenAgain(ConsoleDbContext context, FindingSighting sighting)
        => context.Findings.Where(f => f.Id == sighting.Id && f.ClosedAt == null).ExecuteUpdate(set => set
            .SetProperty(f => f.Count, f => f.Count + sighting.More)
            .SetProperty(f => f.LastSeenAt, sighting.At)
            .SetProperty(f => f.Detail, sighting.Detail)
            .SetProperty(f => f.Measured, sighting.Measured)
            .SetProperty(f => f.Reference, sighting.Reference));

    private static IQueryable<Finding> OpenOnes(ConsoleDbContext context, FindingKind kind, string subject)
        => context.Findings.Where(f => f.Kind == kind && f.Subject == subject && f.ClosedAt == null);
}

/// <summary>How often a finding was seen since the last count, and what was seen last.</summary>
public sealed record FindingSighting(long Id, long More, DateTimeOffset At, string Detail, string? Measured, string? Reference);

/// <summary>A finding of this kind and subject is open already, or none is.</summary>
public sealed class FindingConflictException() : Exception("The finding is no longer what the caller took it for.");
