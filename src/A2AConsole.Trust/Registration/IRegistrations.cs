using A2AConsole.Core.Registration;

namespace A2AConsole.Trust;

/// <summary>
/// Keeps the registration entries: nothing is issued that none of them allows. Each change is a leaf that says who changed what; environment,
/// role and name of an entry never change, and entries are disabled, not removed.
/// </summary>
public interface IRegistrations
{
    /// <summary>What is wrong with an entry, field by field; none when it could be kept. Whether it exists already is asked when it is kept.</summary>
    IReadOnlyList<EntryFault> Check(EntryTerms terms);

    /// <summary>Makes an entry. Throws <see cref="EntryRefusedException"/>.</summary>
    Task<RegisteredEntry> CreateAsync(EntryTerms terms, string actor, bool isDemo = false, CancellationToken cancellationToken = default);

    /// <summary>Makes those of the entries that do not exist; leaves the others as they are. Throws <see cref="EntryRefusedException"/>.</summary>
    Task EnsureAsync(IEnumerable<EntryTerms> entries, string actor, bool isDemo = false, CancellationToken cancellationToken = default);

    /// <summary>
    /// Changes what an entry says, for certificates that are issued from now on. <paramref name="seen"/>: the digest of what the person who changes it was shown;
    /// when it says something else by now, nothing is changed. Returns what was changed, in words; nothing when nothing differs.
    /// Throws <see cref="EntryRefusedException"/>.
    /// </summary>
    Task<IReadOnlyList<string>> ChangeAsync(int id, EntryTerms terms, string actor, ReadOnlyMemory<byte>? seen = null, CancellationToken cancellationToken = default);

    /// <summary>Enables or disables an entry, with a reason. Disabled, its agents keep their certificates until they end. Throws <see cref="EntryRefusedException"/>.</summary>
    Task SetEnabledAsync(int id, bool isEnabled, string reason, string actor, CancellationToken cancellationToken = default);
}

/// <summary>An entry cannot be kept as it is; says why, field by field.</summary>
public sealed class EntryRefusedException(IReadOnlyList<EntryFault> faults) : Exception(string.Join(" ", faults.Select(f => f.Message)))
{
    /// <summary>At least one.</summary>
    public IReadOnlyList<EntryFault> Faults => faults;
}
