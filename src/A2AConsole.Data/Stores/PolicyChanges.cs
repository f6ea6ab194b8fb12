using A2AConsole.Data.Entities;

namespace A2AConsole.Data.Stores;

/// <summary>Changes of the policies' versions. Each belongs to a leaf; whether a step may be taken is its caller's to judge, on the writer.</summary>
public static class PolicyChanges
{
    /// <summary>Adds the first version; nothing when another process was first.</summary>
    public static void AddFirst(ConsoleDbContext context, PolicyVersion version)
    {
        if (!context.PolicyVersions.Any())
            context.PolicyVersions.Add(version);
    }

    public static void Add(ConsoleDbContext context, PolicyVersion version) => context.PolicyVersions.Add(version);

    /// <summary>A version, to be changed.</summary>
    public static PolicyVersion? Find(ConsoleDbContext context, int id) => context.PolicyVersions.Find(id);

    /// <summary>Whether another version that was not given up has this name and number.</summary>
    public static bool IsTaken(ConsoleDbContext context, string name, string version, int except)
        => context.PolicyVersions.Any(v => v.Id != except && v.Name == name && v.Version == version && v.State != PolicyVersionState.Discarded);

    /// <summary>The number of another version that decides beside the active one.</summary>
    public static string? Beside(ConsoleDbContext context, int except)
        => context.PolicyVersions.Where(v => v.Id != except && (v.State == PolicyVersionState.Shadowing || v.State == PolicyVersionState.Approved)).Select(v => v.Version).FirstOrDefault();

    /// <summary>Ends whatever else is active.</summary>
    public static void Supersede(ConsoleDbContext context, int except, DateTimeOffset now)
    {
        foreach (var old in context.PolicyVersions.Where(v => v.Id != except && v.State == PolicyVersionState.Active).ToList())
            (old.State, old.EndedAt) = (PolicyVersionState.Superseded, now);
    }
}
