using System.Globalization;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;

namespace A2AConsole.Web.Pages.Entries;

/// <summary>What is typed into an entry's form, turned into terms. Fields are judged once they were left, then with every key.</summary>
public sealed class EntryForm
{
    private readonly HashSet<string> _left = new(StringComparer.Ordinal);

    public string Environment { get; set; } = "";
    public string Role { get; set; } = "";
    public string Name { get; set; } = EntryTerms.EveryName;
    public string Organisation { get; set; } = "";
    public string Owner { get; set; } = "";
    public RiskTier Tier { get; set; } = RiskTier.Medium;
    /// <summary>Minutes.</summary>
    public string Minutes { get; set; } = "60";
    public HashSet<string> Algorithms { get; } = new(StringComparer.Ordinal) { AlgorithmRegistry.Default.Id };
    public bool Dual { get; set; }
    public List<EvidenceField> Evidence { get; } = [new(EvidenceKind.JoinToken)];

    /// <summary>A form for an entry as it is.</summary>
    public static EntryForm Of(EntryTerms terms)
    {
        var form = new EntryForm
        {
            Environment = terms.Environment, Role = terms.Role, Name = terms.Name, Organisation = terms.Organisation, Owner = terms.Owner ?? "", Tier = terms.Tier,
            Minutes = (terms.Lifetime.TotalSeconds / 60).ToString("0.##", CultureInfo.InvariantCulture), Dual = terms.RequiresDualSignature,
        };
        form.Algorithms.Clear();
        form.Algorithms.UnionWith(terms.KeyAlgorithms);
        form.Evidence.Clear();
        form.Evidence.AddRange(terms.Evidence.Select(e => new EvidenceField(e.Kind) { Reference = e.Reference, AtRenewal = e.AtRenewal }));
        return form;
    }

    /// <summary>What the form says.</summary>
    public EntryTerms Terms => new()
    {
        Environment = Environment.Trim(), Role = Role.Trim(), Name = Name.Trim(), Organisation = Organisation.Trim(), Owner = Owner.Trim() is { Length: > 0 } owner ? owner : null,
        Tier = Tier, RequiresDualSignature = Dual,
        Lifetime = double.TryParse(Minutes, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var minutes) && minutes is >= 0 and <= 100_000 ? TimeSpan.FromSeconds(Math.Round(minutes * 60)) : TimeSpan.Zero,
        KeyAlgorithms = [.. Algorithms.Order(StringComparer.Ordinal)],
        Evidence = [.. Evidence.Select(e => new EvidenceTerm(e.Kind, e.Reference, e.AtRenewal && e.Kind != EvidenceKind.JoinToken))],
    };

    public void Leave(string field) => _left.Add(field);

    /// <summary>Somebody pressed the button: everything is judged from now on.</summary>
    public void LeaveAll() => _left.Add("*");

    /// <summary>Whether a field's fault is to be shown yet.</summary>
    public bool IsLeft(string field) => _left.Contains("*") || _left.Contains(field);
}

/// <summary>One kind of evidence in the form.</summary>
public sealed class EvidenceField(string kind)
{
    public string Kind { get; } = kind;
    public string Reference { get; set; } = "{}";
    public bool AtRenewal { get; set; }
}
