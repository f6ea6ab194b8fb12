using System.Text.Json.Nodes;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Alerts.Ocsf;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Core.Tests.Alerts;

/// <summary>
/// What the schema (github.com/ocsf/ocsf-schema: base_event, finding, detection_finding, incident_finding, api_activity and their objects) requires,
/// and what its enumerations allow, of the classes that we write.
/// </summary>
public class OcsfTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);
    private static readonly OcsfEvents Events = new(() => "acme.example/ledger", "1.0.0", new Uri("https://console.acme.example/"));

    private static readonly string[] Base = ["activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"];

    private static AlertFacts Alert(AlertState state = AlertState.New, AlertSeverity severity = AlertSeverity.High) => new(
        412, AlertKind.FanOut, severity, state, state == AlertState.Closed ? AlertVerdict.TruePositive : null, "spiffe://acme.example/env/prod/role/planner/agent/forecast", "forecast sent 412 messages to 9 counterparties")
    {
        AgentName = "forecast", Owner = "olga", Score = 7.4, Count = 412, FirstSeenAt = At.AddMinutes(-5), LastSeenAt = At, RaisedAt = At, Tags = ["ASI03", "AML.T0086"], Leaves = [400, 411], Version = "1",
    };

    private static IncidentFacts Incident(IncidentState state, string? owner) => new(500, "Fan-out of forecast", AlertSeverity.Critical, state, [Alert()]) { Owner = owner, CreatedAt = At, Lesson = state == IncidentState.Closed ? "Narrow its grant." : null, ClosedAt = state == IncidentState.Closed ? At : null };

    private static LedgerLeaf Leaf(LeafVerdict verdict) => new()
    {
        Kind = LeafKind.Event, Verdict = verdict, Code = verdict == LeafVerdict.Refused ? "replayed" : null, At = At, Actor = "spiffe://acme.example/env/prod/role/planner/agent/forecast", MessageId = "m-1",
        Type = "forecast.published", Audience = "spiffe://acme.example/env/prod/role/erp/agent/erp", Digest = new string('a', 64), Detail = verdict == LeafVerdict.Refused ? "This nonce was used." : null,
    };

    public static TheoryData<string> Written => [.. All().Select(e => e.Name)];

    private static IEnumerable<(string Name, JsonObject Json)> All()
    {
        foreach (var state in Enum.GetValues<AlertState>())
            foreach (var severity in Enum.GetValues<AlertSeverity>())
                foreach (var move in new[] { TriageMove.Raised, TriageMove.Again, TriageMove.Closed })
                    yield return ($"alert {state} {severity} {move}", Events.Detection(Alert(state, severity), move, 413, At));
        yield return ("alert of nobody", Events.Detection(Alert() with { Agent = "" }, TriageMove.Raised, 412, At));
        foreach (var state in Enum.GetValues<IncidentState>())
            foreach (var owner in new[] { null, "ann" })
                foreach (var move in new[] { TriageMove.Created, TriageMove.Noted, TriageMove.Closed })
                    yield return ($"incident {state} {owner} {move}", Events.Incident(Incident(state, owner), move, 501, At));
        foreach (var verdict in new[] { LeafVerdict.Admitted, LeafVerdict.Refused })
            yield return ($"admission {verdict}", Events.Admission(new(7, Leaf(verdict))));
        yield return ("admission of what could not be read", Events.Admission(new(8, new LedgerLeaf { Kind = LeafKind.Event, Verdict = LeafVerdict.Refused, Code = "malformed", At = At, Actor = "spiffe://acme.example/x" })));
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void It_has_what_its_class_requires(string name)
    {
        var json = All().First(e => e.Name == name).Json;
        var @class = (int)json["class_uid"]!;
        string[] own = @class switch { 2004 => ["finding_info"], 2005 => ["finding_info_list", "status_id"], 6003 => ["actor", "api", "src_endpoint"], _ => throw new InvalidOperationException() };
        Assert.All([.. Base, .. own], required => Assert.True(json.ContainsKey(required), required));
        Assert.Equal(@class * 100L + (int)json["activity_id"]!, (long)json["type_uid"]!);
        Assert.Equal(@class / 1000, (int)json["category_uid"]!);
        Assert.InRange((int)json["severity_id"]!, 1, 5);
        Assert.Contains((int)json["activity_id"]!, @class == 6003 ? [1, 2, 3, 4] : new[] { 1, 2, 3 });
        Assert.Contains((int)json["status_id"]!, @class switch { 2004 => [1, 2, 3, 4, 5, 6], 2005 => [1, 2, 3, 4, 5], _ => new[] { 1, 2 } });
        Assert.Equal(At.ToUnixTimeMilliseconds(), (long)json["time"]!);
        var metadata = json["metadata"]!.AsObject();
        Assert.Equal("1.6.0", (string?)metadata["version"]);
        Assert.NotNull(metadata["product"]!["name"]);
        Assert.StartsWith("acme.example/ledger/", (string)metadata["uid"]!, StringComparison.Ordinal);
        foreach (var info in @class == 2004 ? [json["finding_info"]!] : @class == 2005 ? json["finding_info_list"]!.AsArray().Select(i => i!) : [])
        {
            Assert.NotNull((string?)info["uid"]);
            Assert.InRange((int)info["analytic"]!["type_id"]!, 0, 11);
            Assert.All(info["attacks"]!.AsArray(), a => Assert.NotNull((string?)a!["technique"]!["uid"]));
        }
        if (@class == 6003)
        {
            Assert.NotNull((string?)json["api"]!["operation"]);
            Assert.NotNull((string?)json["actor"]!["app_uid"]);
            Assert.NotNull((string?)json["src_endpoint"]!["svc_name"]);
        }
        // No member is null: receivers take one for an error.
        Assert.DoesNotContain(Members(json), m => m is null);
    }

    [Fact]
    public void An_alert_says_what_where_and_what_it_looks_like()
    {
        var json = Events.Detection(Alert(), TriageMove.Raised, 412, At);
        Assert.Equal("acme.example/ledger/412", (string?)json["metadata"]!["uid"]);
        Assert.Equal("https://console.acme.example/alerts/412", (string?)json["finding_info"]!["src_url"]);
        Assert.Equal("fan-out", (string?)json["finding_info"]!["analytic"]!["name"]);
        Assert.Equal("AML.T0086", (string?)json["finding_info"]!["attacks"]![0]!["technique"]!["uid"]);
        Assert.Equal("ASI03", (string?)json["finding_info"]!["tags"]![0]!["value"]);
        Assert.Equal((4, "High"), ((int)json["severity_id"]!, (string?)json["severity"]));
        Assert.Equal("olga", (string?)json["resources"]![0]!["owner"]!["name"]);
    }

    private static IEnumerable<JsonNode?> Members(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => Members(p.Value)),
        JsonArray a => a.SelectMany(Members),
        _ => [node],
    };
}
