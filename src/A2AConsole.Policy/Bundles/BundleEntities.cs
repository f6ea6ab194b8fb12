using A2AConsole.Core.Policies;

namespace A2AConsole.Policy.Bundles;

/// <summary>One of the bundle's own entities, as the engine takes it.</summary>
internal sealed record BundleEntity(EntityUid Uid, ReadOnlyMemory<byte> Encoded, IReadOnlyCollection<EntityUid> References, PolicyEntity Value);

/// <summary>The entities that a bundle brings itself: the rows of its risk table. No request may bring one of their types.</summary>
internal sealed class BundleEntities(IEnumerable<BundleEntity> entities)
{
    private readonly Dictionary<EntityUid, BundleEntity> _byUid = entities.ToDictionary(e => e.Uid);
    private readonly HashSet<string> _types = [.. entities.Select(e => e.Uid.Type)];

    public BundleEntity this[EntityUid uid] => _byUid[uid];

    public IEnumerable<BundleEntity> All => _byUid.Values;

    /// <summary>Whether entities of this type belong to the bundle.</summary>
    public bool Owns(string type) => _types.Contains(type);

    /// <summary>Those that are referred to, and those that they refer to, and so on; in ordinal order.</summary>
    public IEnumerable<EntityUid> Closure(IEnumerable<EntityUid> references)
    {
        var found = new SortedSet<EntityUid>(Comparer<EntityUid>.Create((a, b)
            => string.CompareOrdinal(a.Type, b.Type) is var t and not 0 ? t : string.CompareOrdinal(a.Id, b.Id)));
        var open = new Stack<EntityUid>(references);
        while (open.TryPop(out var uid))
        {
            if (!_byUid.TryGetValue(uid, out var entity) || !found.Add(uid))
                continue;
            foreach (var reference in entity.References)
                open.Push(reference);
        }
        return found;
    }
}
