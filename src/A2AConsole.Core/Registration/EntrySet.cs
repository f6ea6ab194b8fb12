using System.Collections.Immutable;
using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Registration;

/// <summary>
/// All entries at one moment, and which of them an identity falls under: the one that names it, else its role's. Environment and role
/// must be the entry's own, so that nothing that is asked for under one environment can end in another. Immutable.
/// </summary>
public sealed class EntrySet
{
    private readonly ImmutableDictionary<(string Environment, string Role, string Name), RegisteredEntry> _entries;

    private EntrySet(ImmutableDictionary<(string, string, string), RegisteredEntry> entries) => _entries = entries;

    /// <summary>Takes the entries; environment, role and name are unique among them.</summary>
    public EntrySet(IEnumerable<RegisteredEntry> entries) : this(entries.ToImmutableDictionary(KeyOf))
    {
    }

    public int Count => _entries.Count;

    /// <summary>Whether there is an entry for the environment, role and name of this one.</summary>
    public bool Contains(EntryTerms terms) => _entries.ContainsKey((terms.Environment, terms.Role, terms.Name));

    /// <summary>These entries with one more, or another in place of the one for the same environment, role and name.</summary>
    public EntrySet With(RegisteredEntry entry) => new(_entries.SetItem(KeyOf(entry), entry));

    /// <summary>
    /// The entry that <paramref name="id"/> falls under, enabled or not, or null. A named entry that is disabled does not fall back to the
    /// role's: disabling it would change nothing then.
    /// </summary>
    public RegisteredEntry? Find(SpiffeId id)
        => _entries.GetValueOrDefault((id.Environment, id.Role, id.Name)) ?? _entries.GetValueOrDefault((id.Environment, id.Role, EntryTerms.EveryName));

    private static (string Environment, string Role, string Name) KeyOf(RegisteredEntry entry) => (entry.Terms.Environment, entry.Terms.Role, entry.Terms.Name);
}
