using A2AConsole.Core.Policies;

namespace A2AConsole.Policy.Bundles;

/// <summary><c>bundle.json</c>: what a bundle is called, and what it supposes about money and approvers.</summary>
/// <param name="Name">Lower-case letters, digits and '-'.</param>
/// <param name="Version">For people, for example <c>1.4.0</c>; the digest tells bundles apart.</param>
/// <param name="Currency">ISO 4217 code of the amounts in the risk table.</param>
/// <param name="Rates">How much of <paramref name="Currency"/> one unit of another currency counts for.</param>
/// <param name="ApproverType">The entity type of people who approve.</param>
/// <param name="ApproverAttributes">The attributes of an approver against whom nothing speaks.</param>
public sealed record BundleManifest(
    string Name, string Version, string Currency, IReadOnlyDictionary<string, decimal> Rates, string ApproverType, IReadOnlyDictionary<string, PolicyValue> ApproverAttributes);
