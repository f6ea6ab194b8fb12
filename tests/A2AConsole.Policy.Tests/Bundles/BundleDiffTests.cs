using System.Text;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Engine;

namespace A2AConsole.Policy.Tests.Bundles;

/// <summary>Two bundles compared: in text and in what they decide.</summary>
public sealed class BundleDiffTests
{
    [Fact]
    public void A_bundle_is_the_same_as_itself() => Assert.True(BundleDiff.Of(Cedar.Decider, Cedar.Decider).IsEmpty);

    [Fact]
    public void A_raised_threshold_shows_in_its_row_and_in_the_decisions_that_it_changes()
    {
        var files = BundleFiles.Read(Cedar.SupplyChainDirectory);
        var rows = Encoding.UTF8.GetString(files["risk-table.json"].Span).Replace("\"verifyCostCents\":50000,", "\"verifyCostCents\":60000,", StringComparison.Ordinal);
        using var raised = new CedarDecider(Cedar.Module, Cedar.Good(files.With("risk-table.json", Encoding.UTF8.GetBytes(rows))), Cedar.Patient);
        var diff = BundleDiff.Of(Cedar.Decider, raised);
        Assert.Empty(diff.Policies);
        Assert.Equal("Scm::RiskRow::\"reroute\"", Assert.Single(diff.Rows).Name);
        var changed = Assert.Single(diff.Decisions);
        Assert.Equal(("medium by cost", PolicyVerdict.Verify, PolicyVerdict.Allow), (changed.Test, changed.Before.Verdict, changed.After.Verdict));
    }

    [Fact]
    public void Policies_that_come_go_or_change()
    {
        using var before = Cedar.DeciderOf("@id(\"a\") permit (principal, action, resource); @id(\"b\") forbid (principal, action, resource) when { context.amount > 1 };");
        using var after = Cedar.DeciderOf("@id(\"a\") permit (principal, action, resource); @id(\"b\") forbid (principal, action, resource) when { context.amount > 2 }; @id(\"c\") forbid (principal, action, resource) when { context.amount > 9 };");
        Assert.Equal([(ChangeKind.Changed, "b"), (ChangeKind.Added, "c")], BundleDiff.Of(before, after).Policies.Select(p => (p.Kind, p.Name)));
        Assert.Equal([(ChangeKind.Changed, "b"), (ChangeKind.Removed, "c")], BundleDiff.Of(after, before).Policies.Select(p => (p.Kind, p.Name)));
    }
}
