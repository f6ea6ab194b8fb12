using System.Formats.Asn1;
using System.Globalization;

namespace A2AConsole.Core.Identity;

/// <summary>
/// A certificate authority's name constraints (RFC 5280 §4.2.1.10), evaluated here for URI and DNS names, since engines differ
/// over URI names and over wildcards. A constraint of another form refuses every certificate below it that has a name of that
/// form: what we cannot evaluate we don't let pass.
/// </summary>
internal sealed class NameConstraints
{
    /// <summary>The most subtrees that are taken: each is held against every name below.</summary>
    public const int MaxSubtrees = 256;

    private readonly List<GeneralName> _permitted = [];
    private readonly List<GeneralName> _excluded = [];

    private NameConstraints()
    {
    }

    /// <summary>Reads the extension's contents; <paramref name="why"/> says why it cannot be applied. Throws for what is no DER.</summary>
    public static NameConstraints Read(AsnReader reader, out string? why)
    {
        var constraints = new NameConstraints();
        why = null;
        if (!reader.HasData)
            why = "they are empty";
        for (var tag = 0; tag <= 1; tag++)
        {
            var context = new Asn1Tag(TagClass.ContextSpecific, tag, isConstructed: true);
            if (reader.HasData && reader.PeekTag() == context)
                why ??= ReadSubtrees(reader.ReadSequence(context), tag == 0 ? constraints._permitted : constraints._excluded);
        }
        reader.ThrowIfNotEmpty();
        return constraints;
    }

    /// <summary>Why a certificate below with these names breaks the constraints, or null when it keeps them.</summary>
    /// <param name="names">Its subject alternative names.</param>
    /// <param name="hasSubject">Whether its subject is not empty: that is a directory name.</param>
    public string? Check(IReadOnlyList<GeneralName> names, bool hasSubject)
    {
        if (hasSubject && HasForm(NameForm.Directory))
            return "constrains directory names, which is not supported";
        foreach (var name in names)
        {
            if (HasForm(name.Form) && Check(name) is { } why)
                return why;
        }
        return null;
    }

    private string? Check(GeneralName name)
    {
        if (name.Form is not (NameForm.Uri or NameForm.Dns))
            return $"constrains names of the form {name.Form}, which is not supported";
        var host = name.Form == NameForm.Uri ? name.HostOfUri() : DnsName(name.Text);
        if (host is null)
            return $"constrains names of the form {name.Form}, and \"{Printable(name.Text)}\" names no host";
        if (_excluded.Any(e => e.Form == name.Form && Excludes(e, host)))
            return $"excludes the name \"{Printable(name.Text)}\"";
        var permitted = _permitted.Where(p => p.Form == name.Form).ToList();
        return permitted.Count == 0 || permitted.Any(p => IsWithin(p, host)) ? null : $"does not permit the name \"{Printable(name.Text)}\"";
    }

    private bool HasForm(NameForm form) => _permitted.Any(p => p.Form == form) || _excluded.Any(e => e.Form == form);

    /// <summary>
    /// A URI constraint is one host, or with a leading dot every host below; a DNS constraint is a name and everything below it.
    /// The empty DNS constraint is every name's parent.
    /// </summary>
    private static bool IsWithin(GeneralName constraint, string host)
    {
        var subtree = constraint.Text;
        if (subtree.Length == 0)
            return true;
        if (subtree[0] == '.')
            return host.Length > subtree.Length && host.EndsWith(subtree, StringComparison.OrdinalIgnoreCase);
        return string.Equals(host, subtree, StringComparison.OrdinalIgnoreCase)
            || (constraint.Form == NameForm.Dns && host.EndsWith('.' + subtree, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A wildcard is also excluded when one of the names that it stands for is: engines forgot that.</summary>
    private static bool Excludes(GeneralName constraint, string host)
    {
        if (IsWithin(constraint, host))
            return true;
        if (!host.StartsWith("*.", StringComparison.Ordinal))
            return false;
        var parent = host[1..];
        var subtree = constraint.Text.TrimStart('.');
        return subtree.EndsWith(parent, StringComparison.OrdinalIgnoreCase) && !subtree[..^parent.Length].Contains('.', StringComparison.Ordinal);
    }

    private static bool IsSubtree(GeneralName name) => name.Form switch
    {
        NameForm.Uri or NameForm.Dns when name.Text.StartsWith('.') => GeneralName.IsHost(name.Text.AsSpan(1)),
        NameForm.Uri => GeneralName.IsHost(name.Text),
        NameForm.Dns => name.Text.Length == 0 || GeneralName.IsHost(name.Text),
        _ => true,
    };

    private static string? DnsName(string text)
        => GeneralName.IsHost(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text) ? text : null;

    private static string? ReadSubtrees(AsnReader subtrees, List<GeneralName> into)
    {
        if (!subtrees.HasData)
            return "a list of subtrees is empty";
        while (subtrees.HasData)
        {
            var subtree = subtrees.ReadSequence();
            var name = GeneralName.Read(subtree);
            // minimum is 0 and maximum absent (RFC 5280 §4.2.1.10), so that in DER nothing follows.
            if (subtree.HasData)
                return "a subtree has a minimum or a maximum";
            if (!IsSubtree(name))
                return $"\"{Printable(name.Text)}\" is no host or domain";
            into.Add(name);
            if (into.Count > MaxSubtrees)
                return string.Create(CultureInfo.InvariantCulture, $"there are more than {MaxSubtrees} subtrees");
        }
        return null;
    }

    private static string Printable(string text)
        => string.Concat((text.Length > 100 ? text[..100] + "…" : text).Select(c => char.IsControl(c) ? '?' : c));
}
