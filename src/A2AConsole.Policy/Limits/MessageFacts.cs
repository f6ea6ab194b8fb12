using A2AConsole.Core.Policies;
using A2AConsole.Policy.Bundles;

namespace A2AConsole.Policy.Limits;

/// <summary>An amount as messages carry it: a decimal text and an ISO 4217 code.</summary>
public sealed record Money(string Amount, string Currency);

/// <summary>
/// What we established about a message that asks to change something; from it the context is made that a bundle with the supply-chain's
/// facts expects (<c>now, environment, task, risk, costCents, windowCents, grant?, evidence</c>).
/// </summary>
/// <param name="Now">Our time.</param>
/// <param name="Environment">Of the agent's identity.</param>
/// <param name="Task">The task that the message belongs to.</param>
/// <param name="Risk">From the risk scorer, 0 to 100.</param>
/// <param name="CostMinor">What it commits, in the smallest unit of the bundle's currency; see <see cref="CostIn"/>.</param>
/// <param name="WindowMinor">What the agent committed in the window, this message included; see <see cref="SpendBook"/>.</param>
/// <param name="Grant">The grant that it presents, or null.</param>
/// <param name="SecondVerification">Whether a second verification was made and held.</param>
/// <param name="Approver">Who approved it, or null.</param>
public sealed record MessageFacts(
    DateTimeOffset Now, string Environment, string Task, long Risk, long CostMinor, long WindowMinor, EntityUid? Grant = null, bool SecondVerification = false, EntityUid? Approver = null)
{
    /// <summary>The context for policy.</summary>
    public PolicyValue.Fields ToContext()
    {
        var evidence = new Dictionary<string, PolicyValue>(StringComparer.Ordinal) { ["secondVerification"] = SecondVerification };
        if (Approver is { } approver)
            evidence["approver"] = approver;
        var context = new Dictionary<string, PolicyValue>(StringComparer.Ordinal)
        {
            ["now"] = Now, ["environment"] = Environment, ["task"] = Task, ["risk"] = Risk, ["costCents"] = CostMinor, ["windowCents"] = WindowMinor,
            [DecisionRequest.EvidenceMember] = new PolicyValue.Fields(evidence),
        };
        if (Grant is { } grant)
            context["grant"] = grant;
        return new PolicyValue.Fields(context);
    }

    /// <summary>
    /// A message's amount in the smallest unit of the bundle's currency. Null, and why, when it cannot be told: the message is denied then.
    /// </summary>
    public static long? CostIn(BundleManifest manifest, Money? money, out string? error)
    {
        error = null;
        if (money is null)
            return 0;
        if (!MinorUnits.TryParse(money.Amount, money.Currency, out var minor, out error))
            return null;
        if (minor < 0)
        {
            error = "an amount that is committed is not negative";
            return null;
        }
        if (money.Currency == manifest.Currency)
            return minor;
        if (!manifest.Rates.TryGetValue(money.Currency, out var rate))
        {
            error = $"the bundle has no rate for {money.Currency}; amounts are in {string.Join(", ", manifest.Rates.Keys.Append(manifest.Currency).Order(StringComparer.Ordinal))}";
            return null;
        }
        if (MinorUnits.Convert(minor, money.Currency, manifest.Currency, rate) is { } converted)
            return converted;
        error = "the amount is beyond what can be counted";
        return null;
    }
}
