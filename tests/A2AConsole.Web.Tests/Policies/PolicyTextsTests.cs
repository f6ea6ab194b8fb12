using A2AConsole.Core.Policies;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Interactions;
using A2AConsole.Policy.Replay;
using A2AConsole.Web.Pages.Policies;

namespace A2AConsole.Web.Tests.Policies;

public sealed class PolicyTextsTests
{
    [Fact]
    public void Colouring_loses_no_character_of_any_shipped_policy()
    {
        var files = ShippedBundle.Read();
        foreach (var path in files.Paths)
        {
            var text = System.Text.Encoding.UTF8.GetString(files[path].Span);
            Assert.Equal(text, string.Concat(CedarTokens.Of(text).Select(t => t.Text)));
            Assert.Equal(text.TrimEnd('\n').Split('\n').Length, CedarTokens.Lines(text).Count);
        }
    }

    [Theory]
    [InlineData("forbid (principal", "forbid", CedarTokenKind.Effect)]
    [InlineData("x == Scm::Action::\"a b\" && y", "Scm::Action::\"a b\"", CedarTokenKind.Entity)]
    [InlineData("// permit all\npermit", "// permit all", CedarTokenKind.Comment)]
    [InlineData("\"not // a comment\"", "\"not // a comment\"", CedarTokenKind.Text)]
    [InlineData("\"open", "\"open", CedarTokenKind.Text)]
    [InlineData("\"a\\\"b\" when", "\"a\\\"b\"", CedarTokenKind.Text)]
    [InlineData("@id(\"x\")", "@id", CedarTokenKind.Annotation)]
    [InlineData("a.whenever", "a.whenever", CedarTokenKind.Plain)]
    [InlineData("<1234>", "1234", CedarTokenKind.Number)]
    public void Pieces_are_what_they_are(string text, string piece, CedarTokenKind kind) => Assert.Contains(new CedarToken(kind, piece), CedarTokens.Of(text));

    [Fact]
    public void A_replay_is_told_in_numbers_and_money_by_currency()
    {
        var eur = new Dictionary<string, Int128> { ["EUR"] = 21_430_000, ["JPY"] = 500 };
        var report = new ReplayReport(5_000, 412, [new(PolicyVerdict.Human, PolicyVerdict.Allow, 9, eur), new(PolicyVerdict.Allow, PolicyVerdict.Deny, 403, eur)], [], []);
        Assert.Equal("412 decisions of 5,000 would change: 9 newly allowed, worth 214,300.00 EUR and 500 JPY.", PolicyTexts.Of(report));
        Assert.Equal("None of 1 decision would change.", PolicyTexts.Of(new ReplayReport(1, 0, [], [], [])));
        Assert.Equal("Nothing was decided in that time.", PolicyTexts.Of(new ReplayReport(0, 0, [], [], [])));
    }

    [Theory]
    [InlineData("1.2.0", "1.2.1")]
    [InlineData("1.2.9", "1.2.11")]
    [InlineData("autumn", "autumn.0")]
    public void The_next_version_is_free(string version, string next)
        => Assert.Equal(next, PolicyTexts.NextVersion(version, [Row("1.2.10", PolicyVersionState.Draft), Row("1.2.1", PolicyVersionState.Discarded)]));

    [Fact]
    public void Observed_flows_find_their_declaration_by_name_or_role_and_the_others_stand_apart()
    {
        const string forecast = "spiffe://acme.example/env/prod/role/planning/agent/forecast", planner = "spiffe://acme.example/env/prod/role/planner/agent/p7", stranger = "spiffe://acme.example/env/prod/role/x/agent/stranger";
        var model = new InteractionModel([Flow("a", "forecast", "planner", "forecast.published"), Flow("b", "planner", "forecast", "plan.made")], FailureMode.Quarantine);
        var map = InteractionMap.Of(model, [new(forecast, "Acme", planner, "forecast.published", 5), new(forecast, "Acme", planner, "gossip", 2), new(stranger, "Elsewhere", forecast, "plan.made", 1)]);
        Assert.Equal([("a", FlowStanding.Seen, 5L), ("b", FlowStanding.NeverSeen, 0L)], map.Flows.Where(f => f.Declared is not null).Select(f => (f.Declared!.Id, f.Standing, f.Count)));
        Assert.Equal([("forecast", "planner", "gossip"), ("stranger", "forecast", "plan.made")], map.Flows.Where(f => f.Standing == FlowStanding.Undeclared).Select(f => (f.From, f.To, f.Types[0])));
        Assert.Contains(new MapParty("stranger", "Elsewhere", InteractionMap.Unknown), map.Parties);

        var drawing = InteractionDrawing.Of(map);
        Assert.Equal(4, drawing.Flows.Count);
        Assert.All(drawing.Parties, p => Assert.Contains(drawing.Organisations, o => o.X <= p.X && o.Y <= p.Y && p.X + p.Width <= o.X + o.Width && p.Y + p.Height <= o.Y + o.Height));
        Assert.All(drawing.Organisations.SelectMany((a, i) => drawing.Organisations.Skip(i + 1).Select(b => (a, b))),
            pair => Assert.False(pair.a.X < pair.b.X + pair.b.Width && pair.b.X < pair.a.X + pair.a.Width && pair.a.Y < pair.b.Y + pair.b.Height && pair.b.Y < pair.a.Y + pair.a.Height));
    }

    private static Interaction Flow(string id, string from, string to, string type) => new(id, id, new Party(from, "acme", "internal"), new Party(to, "acme", "internal"), [type], "mtls-svid", [],
        PayloadSensitivity.Internal, 90, new RetryBehaviour(1, true), null, TrustBoundary.None, FailureMode.Quarantine, null, [], 1);

    private static PolicyVersionRow Row(string version, PolicyVersionState state)
        => new(1, "x", version, "sha256:1", state, null, default, "", null, 0, 0, null, null, null, null, null, null, null, 0, false);
}
