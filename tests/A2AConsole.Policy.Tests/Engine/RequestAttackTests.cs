using A2AConsole.Core.Policies;
using A2AConsole.Policy.Engine;

namespace A2AConsole.Policy.Tests.Engine;

/// <summary>What a request may try: each attempt is refused with its own code, before the engine sees it.</summary>
public sealed class RequestAttackTests : IDisposable
{
    private const string RiskTable = """[{"uid":{"type":"T::Row","id":"r"},"attrs":{"limit":10},"parents":[]}]""";

    private readonly CedarDecider _decider = Cedar.DeciderOf("""
        @id("p") permit (principal, action, resource);
        @id("limit") forbid (principal, action, resource) when { context.amount > T::Row::"r".limit };
        @id("note") forbid (principal, action, resource) when { context.note == "bad" };
        """, RiskTable);

    private void Refused(string code, DecisionRequest request)
    {
        var decision = _decider.Decide(request);
        Assert.Equal(PolicyVerdict.Deny, decision.Verdict);
        Assert.Equal(code, decision.Fault?.Code);
        Assert.DoesNotContain(decision.Fault!.Message, c => char.IsControl(c) || c > '~');
    }

    [Fact]
    public void The_honest_request_is_decided()
    {
        Assert.Equal(PolicyVerdict.Allow, _decider.Decide(Cedar.Request(10)).Verdict);
        Assert.Equal(["limit"], _decider.Decide(Cedar.Request(11)).Determining);
    }

    [Theory]
    [InlineData("__entity")]
    [InlineData("__extn")]
    [InlineData("__expr")]
    public void A_record_cannot_become_a_reference_or_a_call_by_its_names(string name)
        => Refused(DecisionFaults.InvalidValue, Cedar.Request(more: ("row", PolicyValue.Of((name, PolicyValue.Of(("type", "T::Row"), ("id", "r")))))));

    [Theory]
    [InlineData("""{"__entity":{"type":"T::Row","id":"r"}}""")]
    [InlineData("\"},\"entities\":[],\"x\":{\"")]
    [InlineData("bad\\")]
    [InlineData("a\u0000b\u2028\u202E\u007f</script>")]
    public void A_text_stays_a_text(string text)
    {
        Assert.Equal(PolicyVerdict.Allow, _decider.Decide(Cedar.Request(note: text)).Verdict);
        Assert.Equal(["note"], _decider.Decide(Cedar.Request(note: "bad", more: ("tags", new PolicyValue.Many([text])))).Determining);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused()
    {
        Refused(DecisionFaults.InvalidValue, Cedar.Request(note: "x\ud800"));
        Refused(DecisionFaults.InvalidValue, Cedar.Request(note: "\udc00\ud800"));
        Refused(DecisionFaults.InvalidValue, Cedar.Request(more: ("x\ud800", 1)));
    }

    [Theory]
    [InlineData("\u0430")]
    [InlineData("a\u200b")]
    [InlineData("\u202ea")]
    [InlineData("a\n")]
    [InlineData("a ")]
    [InlineData("")]
    [InlineData("?anybody")]
    public void Identifiers_that_look_like_others_or_like_nothing_are_refused(string id)
    {
        Refused(DecisionFaults.InvalidIdentifier, Cedar.Request() with { Principal = new EntityUid("T::Agent", id) });
        Refused(DecisionFaults.InvalidIdentifier, Cedar.Request() with { Resource = new EntityUid("T::Thing", id) });
        Refused(DecisionFaults.InvalidIdentifier, Cedar.Request(more: ("row", new EntityUid("T::Row", id))));
        Refused(DecisionFaults.InvalidIdentifier, Cedar.Request(entities: [Cedar.AgentEntity, new PolicyEntity(new EntityUid("T::Thing", id), PolicyValue.Of().Members, [])]));
    }

    [Theory]
    [InlineData("T::Agent\"")]
    [InlineData("T::Аgent")]
    [InlineData("T:Agent")]
    [InlineData("__cedar::Long")]
    [InlineData("")]
    public void Types_are_names(string type) => Refused(DecisionFaults.InvalidIdentifier, Cedar.Request() with { Principal = new EntityUid(type, "a") });

    [Fact]
    public void The_approver_that_is_only_supposed_cannot_be_named()
        => Refused(DecisionFaults.InvalidIdentifier, Cedar.Request(more: ("evidence", PolicyValue.Of(("secondVerification", true), ("approver", new EntityUid("T::Human", "?anybody"))))));

    [Fact]
    public void A_request_brings_no_row_of_the_risk_table_and_no_action()
    {
        Refused(DecisionFaults.EntityConflict, Cedar.Request(11, entities: [Cedar.AgentEntity, new PolicyEntity(new EntityUid("T::Row", "r"), PolicyValue.Of(("limit", 1_000)).Members, [])]));
        Refused(DecisionFaults.EntityConflict, Cedar.Request(11, entities: [Cedar.AgentEntity, new PolicyEntity(new EntityUid("T::Row", "other"), PolicyValue.Of(("limit", 1_000)).Members, [])]));
        Refused(DecisionFaults.EntityConflict, Cedar.Request(entities: [Cedar.AgentEntity, new PolicyEntity(Cedar.Do, PolicyValue.Of().Members, [])]));
        Refused(DecisionFaults.EntityConflict, Cedar.Request(entities: [Cedar.AgentEntity, Cedar.AgentEntity]));
    }

    [Fact]
    public void Members_that_are_missing_too_many_or_of_another_kind_are_refused()
    {
        var without = Cedar.Request();
        Refused(DecisionFaults.RequestInvalid, without with { Context = new PolicyValue.Fields(without.Context.Members.Where(m => m.Key != "amount").ToDictionary()) });
        Refused(DecisionFaults.RequestInvalid, Cedar.Request(more: ("amount", "1")));
        Refused(DecisionFaults.RequestInvalid, Cedar.Request(more: ("amount", new PolicyValue.Fraction(1.5m))));
        Refused(DecisionFaults.RequestInvalid, Cedar.Request(more: ("extra", 1)));
    }

    [Fact]
    public void Nesting_and_size_are_bounded()
    {
        PolicyValue deep = 1;
        for (var i = 0; i < 10_000; i++)
            deep = new PolicyValue.Many([deep]);
        Refused(DecisionFaults.TooLarge, Cedar.Request(more: ("tags", deep)));
        PolicyValue record = 1;
        for (var i = 0; i < 10_000; i++)
            record = PolicyValue.Of(("a", record));
        Refused(DecisionFaults.TooLarge, Cedar.Request(more: ("row", record)));
        Refused(DecisionFaults.TooLarge, Cedar.Request(note: new string('x', 300_000)));
        Refused(DecisionFaults.TooLarge, Cedar.Request(more: ("tags", new PolicyValue.Many([.. Enumerable.Repeat((PolicyValue)"x", 20_000)]))));
        Refused(DecisionFaults.TooLarge, Cedar.Request(more: (new string('n', 300), 1)));
        Refused(DecisionFaults.TooLarge, Cedar.Request(entities: [.. Enumerable.Range(0, 300).Select(i => new PolicyEntity(new EntityUid("T::Thing", $"t{i}"), PolicyValue.Of().Members, []))]));
    }

    [Theory]
    [InlineData("0.00001")]
    [InlineData("922337203685477.5808")]
    public void Fractions_that_the_engine_cannot_hold_are_refused(string fraction)
        => Refused(DecisionFaults.InvalidValue, Cedar.Request(more: ("amount", new PolicyValue.Fraction(decimal.Parse(fraction, System.Globalization.CultureInfo.InvariantCulture)))));

    public void Dispose() => _decider.Dispose();
}
