using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;

namespace A2AConsole.Data.Stores;

/// <summary>Changes of grants. Each belongs to a leaf.</summary>
public static class GrantChanges
{
    /// <summary>An agent with what it has, as it is on the writer.</summary>
    public static GrantHolderFacts? Holder(ConsoleDbContext context, int number) => GrantQueries.Holders(context, number).FirstOrDefault();

    public static void Add(ConsoleDbContext context, Grant grant) => context.Grants.Add(grant);

    /// <summary>A grant, to be changed.</summary>
    public static Grant? Find(ConsoleDbContext context, int id) => context.Grants.Find(id);
}
