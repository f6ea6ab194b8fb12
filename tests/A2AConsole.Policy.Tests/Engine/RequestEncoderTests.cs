using System.Text.Json;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Engine;
using A2AConsole.Policy.Json;
using CsCheck;

namespace A2AConsole.Policy.Tests.Engine;

/// <summary>What is encoded is the request, whatever its texts are: read back, every value is the one that went in, and nothing was added.</summary>
public sealed class RequestEncoderTests
{
    private static readonly Gen<string> Name = Gen.String[0, 12].Select(s => RandomRequests.WellFormed(s)).Where(s => !s.StartsWith("__", StringComparison.Ordinal));

    private static readonly Gen<PolicyValue> Value = Gen.Recursive<PolicyValue>((depth, inner) => depth > 4 ? Leaf : Gen.OneOf(
        Leaf, inner.Array[0, 4].Select(v => (PolicyValue)new PolicyValue.Many(v)),
        Gen.Select(Name, inner).Array[0, 4].Select(m => (PolicyValue)new PolicyValue.Fields(m.DistinctBy(x => x.Item1).ToDictionary(x => x.Item1, x => x.Item2)))));

    private static Gen<PolicyValue> Leaf => Gen.OneOf(
        Gen.Bool.Select(v => (PolicyValue)v), Gen.Long.Select(v => (PolicyValue)v), Gen.String.Select(v => (PolicyValue)RandomRequests.WellFormed(v)),
        Gen.OneOf("\"", "\\", "{\"__entity\":{}}", "\u0000", "]}", "\u2028").Select(v => (PolicyValue)v),
        Gen.Int[0, int.MaxValue].Select(v => (PolicyValue)DateTimeOffset.FromUnixTimeSeconds(v)),
        Gen.Long[-9_000_000_000_000, 9_000_000_000_000].Select(v => (PolicyValue)new PolicyValue.Fraction(v / 10_000m)),
        Gen.Char[' ', '~'].Array[1, 20].Select(c => new string(c)).Where(id => EntityUid.Check("T::X", id) is null).Select(id => (PolicyValue)new EntityUid("T::X", id)));

    [Fact]
    public void What_goes_in_is_what_is_read_back() => Gen.Select(Name, Value).Array[0, 5].Sample(members =>
    {
        var context = new PolicyValue.Fields(members.DistinctBy(m => m.Item1).ToDictionary(m => m.Item1, m => m.Item2));
        var request = new DecisionRequest(Cedar.Agent, Cedar.Do, Cedar.Thing, context, [new PolicyEntity(Cedar.Agent, context.Members, [Cedar.Thing])]);
        var root = JsonNodeAt.Parse(RequestEncoder.Encode(request, new([]), [], "set", new RequestLimits(Bytes: 1 << 20)).Span);
        Assert.Equal(["action", "context", "entities", "preparsedPolicySetId", "preparsedSchemaName", "principal", "resource", "validateRequest"], root.Members.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Cedar.Agent, PolicyValueReader.Uid(root.Members["principal"]));
        Assert.Equal(JsonValueKind.True, root.Members["validateRequest"].Kind);
        Same(context, PolicyValueReader.Fields(root.Members["context"]));
        var entity = PolicyValueReader.Entity(Assert.Single(root.Members["entities"].Items));
        Assert.Equal([Cedar.Thing], entity.Parents);
        Same(context, new PolicyValue.Fields(entity.Attributes));
    }, iter: 2_000);

    [Fact]
    public void Only_rows_that_are_referred_to_go_along()
    {
        var rows = Cedar.SupplyChain.Entities;
        var request = Cedar.SupplyChain.Tests.First(t => t.Request.Action.Id == "executeReroute").Request;
        string Encoded(params EntityUid[] literals) => System.Text.Encoding.UTF8.GetString(RequestEncoder.Encode(request, rows, literals, "set", new RequestLimits()).Span);
        Assert.DoesNotContain("RiskRow", Encoded(), StringComparison.Ordinal);
        var one = Encoded(new EntityUid("Scm::RiskRow", "reroute"));
        Assert.Contains("\"reroute\"", one, StringComparison.Ordinal);
        Assert.DoesNotContain("\"purchase\"", one, StringComparison.Ordinal);
    }

    private static void Same(PolicyValue a, PolicyValue b)
    {
        switch (a, b)
        {
            case (PolicyValue.Fields x, PolicyValue.Fields y):
                Assert.Equal(x.Members.Keys.Order(StringComparer.Ordinal), y.Members.Keys.Order(StringComparer.Ordinal));
                foreach (var (name, value) in x.Members)
                    Same(value, y.Members[name]);
                break;
            case (PolicyValue.Many x, PolicyValue.Many y):
                Assert.Equal(x.Items.Count, y.Items.Count);
                foreach (var (i, j) in x.Items.Zip(y.Items))
                    Same(i, j);
                break;
            default:
                Assert.Equal(a, b);
                break;
        }
    }
}
