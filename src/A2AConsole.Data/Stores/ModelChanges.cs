using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>The changes of trained models, each made together with its leaf (<see cref="Ledger.ILedger.RecordAsync"/>).</summary>
public static class ModelChanges
{
    /// <summary>As many versions of a kind are kept.</summary>
    public const int Kept = 5;

    /// <summary>Adds a trained model. An active one takes the place of the one before; those beyond <see cref="Kept"/> go.</summary>
    public static void Add(ConsoleDbContext context, long leaf, DetectionModel model)
    {
        model.Leaf = leaf;
        var others = context.DetectionModels.Where(m => m.Kind == model.Kind).OrderByDescending(m => m.Id).ToList();
        if (model.IsActive)
        {
            foreach (var before in others.Where(m => m.IsActive))
                (before.IsActive, before.Reason) = (false, "A newer one took its place.");
        }
        context.DetectionModels.Add(model);
        // The one in use is never the oldest that goes.
        context.DetectionModels.RemoveRange(others.Where(m => !m.IsActive).Skip(Kept - 1));
    }

    /// <summary>Puts the version before the active one back in use; its id. Throws <see cref="Core.Alerts.TriageRefusedException"/> when there is none.</summary>
    public static int RollBack(ConsoleDbContext context, string kind, string reason)
    {
        var all = context.DetectionModels.Where(m => m.Kind == kind).OrderByDescending(m => m.Id).ToList();
        var active = all.Find(m => m.IsActive);
        if (active is null || all.Find(m => m.Id < active.Id && m.Reason == "A newer one took its place.") is not { } before)
            throw new Core.Alerts.TriageRefusedException("model-no-earlier", "There is no earlier version to go back to.");
        (active.IsActive, active.Reason) = (false, reason);
        (before.IsActive, before.Reason) = (true, null);
        return before.Id;
    }

    /// <summary>Writes what the ranker says of alerts; those that are gone are left out.</summary>
    public static void Rank(ConsoleDbContext context, IEnumerable<(long Alert, double Rank)> ranks)
    {
        foreach (var (id, rank) in ranks)
            if (context.Alerts.Find(id) is { } alert)
                alert.Rank = rank;
    }
}
