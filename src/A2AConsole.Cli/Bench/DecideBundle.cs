using System.Globalization;
using System.Text;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Bundles;

namespace A2AConsole.Cli.Bench;

/// <summary>A bundle of 200 policies for measuring, as a larger site would have it: twenty actions that change something with nine policies each, eight that read, and guards.</summary>
internal static class DecideBundle
{
    public const int Policies = 200;
    private const int Changing = 20;
    private const int Reading = 8;

    private static readonly EntityUid Owner = new("Scm::Human", "maria");
    private static readonly EntityUid Site = new("Scm::Site", "HAM");

    public static BundleFiles Files()
    {
        var files = new Dictionary<string, string>
        {
            ["bundle.json"] = """{ "name": "bench", "version": "1", "currency": "EUR", "approver": { "type": "Scm::Human", "attributes": { "suspended": false } } }""",
            ["bench.cedarschema"] = Schema(),
            ["risk-table.json"] = Rows(),
            ["guards.cedar"] = Guards,
            ["actions.cedar"] = string.Concat(Enumerable.Range(0, Changing).Select(Action)) + string.Concat(Enumerable.Range(0, Reading).Select(Read)),
        };
        return BundleFiles.Of(files.Select(f => KeyValuePair.Create(f.Key, Encoding.UTF8.GetBytes(f.Value))), "bench");
    }

    /// <summary>A request to change something; each number another one, below every threshold in nine of ten.</summary>
    public static DecisionRequest Request(int number)
    {
        var action = number % Changing;
        var agent = new EntityUid("Scm::Agent", Text($"agent-{number % 97}"));
        var grant = new EntityUid("Scm::Grant", Text($"g-{number % 97}"));
        var now = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero).AddMilliseconds(number);
        var cost = number % 10 == 0 ? 60_000L : 1_000 + (number % 4_000);
        return new DecisionRequest(agent, new EntityUid("Scm::Action", Text($"change{action}")), new EntityUid("Scm::Shipment", Text($"S-{number}")),
            PolicyValue.Of(("now", now), ("environment", "prod"), ("task", "T-1"), ("risk", number % 30), ("costCents", cost), ("windowCents", cost), ("grant", grant), ("evidence", PolicyValue.Of(("secondVerification", false)))),
            [
                new PolicyEntity(Owner, PolicyValue.Of(("suspended", false)).Members, []),
                new PolicyEntity(agent, PolicyValue.Of(("owner", Owner), ("suspended", false)).Members, []),
                new PolicyEntity(grant, PolicyValue.Of(("holder", agent), ("role", new EntityUid("Scm::Role", Text($"role{action}"))), ("task", "T-1"),
                    ("environments", new PolicyValue.Many(["prod"])), ("notBefore", now.AddHours(-1)), ("notAfter", now.AddHours(1))).Members, []),
                new PolicyEntity(new EntityUid("Scm::Shipment", Text($"S-{number}")), PolicyValue.Of(("hazardous", false)).Members, [Site]),
            ]);
    }

    private static string Schema() => $$"""
        namespace Scm {
          type Evidence = { secondVerification: Bool, approver?: Human };
          type Facts = { now: datetime, environment: String, task: String, risk: Long, costCents: Long, windowCents: Long, grant?: Grant, evidence: Evidence };
          entity Human = { suspended: Bool };
          entity Role;
          entity Agent = { owner: Human, suspended: Bool };
          entity Grant = { holder: Agent, role: Role, task: String, environments: Set<String>, notBefore: datetime, notAfter: datetime };
          entity RiskRow = { verify: Long, human: Long, deny: Long, verifyRisk: Long, humanRisk: Long, windowVerify: Long, windowHuman: Long, windowDeny: Long };
          entity Site;
          entity Shipment in [Site] = { hazardous: Bool };
          action commit, read;
        {{string.Concat(Enumerable.Range(0, Changing).Select(i => Text($"  action change{i} in [commit] appliesTo {{ principal: Agent, resource: Shipment, context: Facts }};\n")))}}
        {{string.Concat(Enumerable.Range(0, Reading).Select(i => Text($"  action read{i} in [read] appliesTo {{ principal: Agent, resource: Shipment, context: Facts }};\n")))}}
        }
        """;

    private static string Rows() => "[" + string.Join(",", Enumerable.Range(0, Changing).Select(i => Text(
        $$$"""{"uid":{"type":"Scm::RiskRow","id":"change{{{i}}}"},"attrs":{"verify":50000,"human":500000,"deny":10000000,"verifyRisk":40,"humanRisk":70,"windowVerify":150000,"windowHuman":1000000,"windowDeny":20000000},"parents":[]}"""))) + "]";

    private const string Guards = """
        @id("grant") forbid (principal is Scm::Agent, action, resource)
        unless { context has grant && context.grant.holder == principal && context.grant.task == context.task && context.grant.environments.contains(context.environment)
          && context.grant.notBefore <= context.now && context.now < context.grant.notAfter };
        @id("suspended") forbid (principal is Scm::Agent, action, resource) when { principal.suspended || principal.owner.suspended };
        @id("figures") forbid (principal, action, resource) when { context.costCents < 0 || context.risk < 0 || context.risk > 100 };
        @id("window") forbid (principal, action, resource) when { context.windowCents < context.costCents };

        """;

    private static string Action(int i) => Text($$"""
        @id("c{{i}}-role") permit (principal is Scm::Agent, action == Scm::Action::"change{{i}}", resource is Scm::Shipment) when { context has grant && context.grant.role == Scm::Role::"role{{i}}" };
        @id("c{{i}}-verify") @requires("second-verification") forbid (principal, action == Scm::Action::"change{{i}}", resource)
        when { context.costCents >= Scm::RiskRow::"change{{i}}".verify || context.risk >= Scm::RiskRow::"change{{i}}".verifyRisk } unless { context.evidence.secondVerification };
        @id("c{{i}}-human") @requires("human-approval") forbid (principal, action == Scm::Action::"change{{i}}", resource)
        when { context.costCents >= Scm::RiskRow::"change{{i}}".human || context.risk >= Scm::RiskRow::"change{{i}}".humanRisk || resource.hazardous } unless { context.evidence has approver && !context.evidence.approver.suspended };
        @id("c{{i}}-four-eyes") forbid (principal, action == Scm::Action::"change{{i}}", resource) when { context.evidence has approver && context.evidence.approver == principal.owner };
        @id("c{{i}}-cap") forbid (principal, action == Scm::Action::"change{{i}}", resource) when { context.costCents >= Scm::RiskRow::"change{{i}}".deny };
        @id("c{{i}}-window-verify") @requires("second-verification") forbid (principal, action == Scm::Action::"change{{i}}", resource)
        when { context.windowCents >= Scm::RiskRow::"change{{i}}".windowVerify } unless { context.evidence.secondVerification };
        @id("c{{i}}-window-human") @requires("human-approval") forbid (principal, action == Scm::Action::"change{{i}}", resource)
        when { context.windowCents >= Scm::RiskRow::"change{{i}}".windowHuman } unless { context.evidence has approver && !context.evidence.approver.suspended };
        @id("c{{i}}-window-cap") forbid (principal, action == Scm::Action::"change{{i}}", resource) when { context.windowCents >= Scm::RiskRow::"change{{i}}".windowDeny };
        @id("c{{i}}-hazard") forbid (principal, action == Scm::Action::"change{{i}}", resource) when { resource.hazardous && context.environment != "prod" };

        """);

    private static string Read(int i) => Text($$"""
        @id("r{{i}}-role") permit (principal is Scm::Agent, action == Scm::Action::"read{{i}}", resource) when { context has grant };
        @id("r{{i}}-risk") forbid (principal, action == Scm::Action::"read{{i}}", resource) when { context.risk > 90 };

        """);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
