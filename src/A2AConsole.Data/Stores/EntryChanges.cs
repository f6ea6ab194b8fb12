using System.Text.Json;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>
/// Changes of registration entries, each to be made by <see cref="Ledger.ILedger.RecordAsync"/> together with its leaf. Throws
/// <see cref="EntryConflictException"/>, and then nothing is written.
/// </summary>
public static class EntryChanges
{
    /// <summary>Adds an entry.</summary>
    public static RegistrationEntry Create(ConsoleDbContext context, EntryTerms terms, string actor, DateTimeOffset now, bool isDemo = false)
    {
        RefuseDouble(context, 0, terms);
        var row = new RegistrationEntry
        {
            Environment = terms.Environment, Role = terms.Role, Name = terms.Name, Organisation = terms.Organisation, KeyAlgorithms = "",
            CreatedAt = now, CreatedBy = actor, ChangedAt = now, ChangedBy = actor, IsDemo = isDemo,
        };
        Write(row, terms);
        context.RegistrationEntries.Add(row);
        return row;
    }

    /// <summary>Gives an entry other terms. <paramref name="seen"/>: the digest of what the person who changes it was shown; null: whatever there is.</summary>
    public static RegistrationEntry Change(ConsoleDbContext context, int id, EntryTerms terms, ReadOnlyMemory<byte>? seen, string actor, DateTimeOffset now)
    {
        var row = Find(context, id);
        if (seen is { } shown && !shown.Span.SequenceEqual(Read(row).Digest.Span))
            throw new EntryConflictException(EntryConflict.ChangedMeanwhile);
        RefuseDouble(context, id, terms);
        Write(row, terms);
        (row.ChangedAt, row.ChangedBy) = (now, actor);
        return row;
    }

    /// <summary>Enables or disables an entry.</summary>
    public static RegistrationEntry SetEnabled(ConsoleDbContext context, int id, bool isEnabled, string actor, DateTimeOffset now)
    {
        var row = Find(context, id);
        (row.IsEnabled, row.ChangedAt, row.ChangedBy) = (isEnabled, now, actor);
        return row;
    }

    /// <summary>A row with its evidence as what it says.</summary>
    public static RegisteredEntry Read(RegistrationEntry row) => new(row.Id, new EntryTerms
    {
        Environment = row.Environment, Role = row.Role, Name = row.Name, Organisation = row.Organisation, Owner = row.Owner, Tier = row.Tier,
        Lifetime = TimeSpan.FromSeconds(row.CertificateSeconds),
        KeyAlgorithms = row.KeyAlgorithms.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        RequiresDualSignature = row.RequiresDualSignature,
        Evidence = [.. row.Evidence.OrderBy(e => e.Kind, StringComparer.Ordinal).Select(e => new EvidenceTerm(e.Kind, e.Reference, e.AtRenewal))],
    }, row.IsEnabled, row.IsDemo);

    /// <summary>The terms as they are kept: reference values without insignificant space, so that laying them out anew is no change.</summary>
    public static EntryTerms Normalised(EntryTerms terms)
        => terms with { Evidence = [.. terms.Evidence.OrderBy(e => e.Kind, StringComparer.Ordinal).Select(e => e with { Reference = Compact(e.Reference) })] };

    private static string Compact(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement);
    }

    private static RegistrationEntry Find(ConsoleDbContext context, int id)
        => context.RegistrationEntries.Include(e => e.Evidence).FirstOrDefault(e => e.Id == id) ?? throw new EntryConflictException(EntryConflict.Unknown);

    private static void RefuseDouble(ConsoleDbContext context, int id, EntryTerms terms)
    {
        if (context.RegistrationEntries.Any(e => e.Id != id && e.Environment == terms.Environment && e.Role == terms.Role && e.Name == terms.Name))
            throw new EntryConflictException(EntryConflict.Exists);
    }

    private static void Write(RegistrationEntry row, EntryTerms terms)
    {
        terms = Normalised(terms);
        (row.Environment, row.Role, row.Name, row.Organisation, row.Owner, row.Tier) = (terms.Environment, terms.Role, terms.Name, terms.Organisation, terms.Owner, terms.Tier);
        (row.CertificateSeconds, row.KeyAlgorithms, row.RequiresDualSignature) = ((int)terms.Lifetime.TotalSeconds, string.Join(' ', terms.KeyAlgorithms), terms.RequiresDualSignature);
        row.Evidence.RemoveAll(e => !terms.Kinds.Contains(e.Kind));
        foreach (var evidence in terms.Evidence)
        {
            if (row.Evidence.FirstOrDefault(e => e.Kind == evidence.Kind) is { } kept)
                (kept.Reference, kept.AtRenewal) = (evidence.Reference, evidence.AtRenewal);
            else
                row.Evidence.Add(new RequiredEvidence { Kind = evidence.Kind, Reference = evidence.Reference, AtRenewal = evidence.AtRenewal });
        }
    }
}

/// <summary>What stands against a change of an entry.</summary>
public enum EntryConflict
{
    Unknown,
    /// <summary>Environment, role and name are another entry's.</summary>
    Exists,
    ChangedMeanwhile,
}

/// <summary>A change of an entry was not made.</summary>
public sealed class EntryConflictException(EntryConflict conflict) : Exception(conflict.ToString())
{
    public EntryConflict Conflict => conflict;
}
