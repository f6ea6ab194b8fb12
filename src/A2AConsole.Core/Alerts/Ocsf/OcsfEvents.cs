using System.Globalization;
using System.Text.Json.Nodes;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Core.Alerts.Ocsf;

/// <summary>
/// Alerts, incidents and admissions as events of the Open Cybersecurity Schema Framework 1.6: Detection Finding (2004), Incident Finding (2005),
/// API Activity (6003). <c>metadata.uid</c> is the ledger's name and leaf: the same event sent twice has the same one.
/// </summary>
/// <param name="origin">The ledger's origin (its name in checkpoints), asked for when the first event is written.</param>
/// <param name="version">The product's version.</param>
/// <param name="console">The console's address for links, or null.</param>
public sealed class OcsfEvents(Func<string> origin, string version, Uri? console)
{
    /// <summary>The schema's version that is written.</summary>
    public const string SchemaVersion = "1.6.0";

    private string Ledger => field ??= origin();

    private const int DetectionFinding = 2004, IncidentFinding = 2005, ApiActivity = 6003;

    /// <summary>What was done to an alert, at the leaf that says so.</summary>
    public JsonObject Detection(AlertFacts alert, TriageMove move, long leaf, DateTimeOffset at)
    {
        var activity = ActivityOf(move);
        var json = Event(DetectionFinding, "Detection Finding", 2, "Findings", activity, at, leaf, SeverityOf(alert.Severity));
        json["message"] = alert.Sentence;
        json["is_alert"] = true;
        json["count"] = alert.Count;
        json["start_time"] = alert.FirstSeenAt.ToUnixTimeMilliseconds();
        json["end_time"] = alert.LastSeenAt.ToUnixTimeMilliseconds();
        (json["status_id"], json["status"]) = alert.State switch { AlertState.New => (1, "New"), AlertState.Closed => (4, "Resolved"), _ => (2, "In Progress") };
        (json["confidence_score"], json["risk_score"]) = (ConfidenceOf(alert.Score), (int)alert.Severity * 25 + 25);
        json["finding_info"] = Info(alert);
        if (alert.Agent.Length > 0)
            json["resources"] = new JsonArray(Resource(alert));
        json["evidences"] = new JsonArray(new JsonObject { ["data"] = new JsonObject { ["ledger"] = Ledger, ["leaves"] = new JsonArray([.. alert.Leaves.Select(l => (JsonNode)l)]) } });
        if (alert.Verdict is { } verdict)
            json["unmapped"] = new JsonObject { ["verdict"] = Name(verdict.ToString()) };
        return json;
    }

    /// <summary>What was done to an incident, at the leaf that says so.</summary>
    public JsonObject Incident(IncidentFacts incident, TriageMove move, long leaf, DateTimeOffset at)
    {
        var activity = ActivityOf(move);
        var json = Event(IncidentFinding, "Incident Finding", 2, "Findings", activity, at, leaf, SeverityOf(incident.Severity));
        (json["message"], json["desc"]) = (incident.Title, incident.Title);
        (json["status_id"], json["status"]) = incident.State switch { IncidentState.Closed => (5, "Closed"), IncidentState.Contained => (4, "Resolved"), _ when incident.Owner is null => (1, "New"), _ => (2, "In Progress") };
        json["start_time"] = incident.CreatedAt.ToUnixTimeMilliseconds();
        if (incident.ClosedAt is { } closed)
            json["end_time"] = closed.ToUnixTimeMilliseconds();
        if (incident.Owner is { } owner)
            json["assignee"] = new JsonObject { ["name"] = owner };
        if (incident.Lesson is { } lesson)
            json["comment"] = lesson;
        if (console is not null)
            json["src_url"] = new Uri(console, Path("incidents", incident.Id)).AbsoluteUri;
        json["finding_info_list"] = new JsonArray([.. incident.Alerts.Select(a => (JsonNode)Info(a))]);
        return json;
    }

    /// <summary>An event of an agent that was admitted or refused.</summary>
    public JsonObject Admission(AdmissionFacts admission)
    {
        var leaf = admission.Leaf;
        var admitted = leaf.Verdict == LeafVerdict.Admitted;
        var json = Event(ApiActivity, "API Activity", 6, "Application Activity", (1, "Create"), leaf.At, admission.Index, admitted ? (1, "Informational") : (2, "Low"));
        json["message"] = leaf.Detail ?? (admitted ? $"{leaf.Type} was admitted." : $"Refused: {leaf.Code}.");
        (json["status_id"], json["status"]) = admitted ? (1, "Success") : (2, "Failure");
        if (leaf.Code is { } code)
            json["status_code"] = code;
        if (leaf.Detail is { } detail)
            json["status_detail"] = detail;
        json["actor"] = new JsonObject { ["app_uid"] = leaf.Actor, ["app_name"] = leaf.Actor.Split('/')[^1] };
        var api = new JsonObject { ["operation"] = leaf.Type ?? "unknown", ["service"] = new JsonObject { ["name"] = "A2AConsole edge" } };
        if (leaf.MessageId is { } id)
            api["request"] = new JsonObject { ["uid"] = id };
        if (leaf.Code is { } error)
            api["response"] = leaf.Detail is { } why ? new JsonObject { ["error"] = error, ["error_message"] = why } : new JsonObject { ["error"] = error };
        json["api"] = api;
        json["src_endpoint"] = new JsonObject { ["svc_name"] = leaf.Actor };
        if (leaf.Audience is { } audience)
            json["dst_endpoint"] = new JsonObject { ["svc_name"] = audience };
        var rest = new JsonObject { ["digest"] = leaf.Digest, ["certificate"] = leaf.Certificate, ["batch"] = leaf.Batch };
        foreach (var name in rest.Where(p => p.Value is null).Select(p => p.Key).ToList())
            rest.Remove(name);
        json["unmapped"] = rest;
        return json;
    }

    private JsonObject Event(int @class, string className, int category, string categoryName, (int Id, string Name) activity, DateTimeOffset at, long leaf, (int Id, string Name) severity) => new()
    {
        ["class_uid"] = @class, ["class_name"] = className, ["category_uid"] = category, ["category_name"] = categoryName, ["activity_id"] = activity.Id, ["activity_name"] = activity.Name,
        ["type_uid"] = @class * 100L + activity.Id, ["type_name"] = $"{className}: {activity.Name}", ["time"] = at.ToUnixTimeMilliseconds(), ["severity_id"] = severity.Id, ["severity"] = severity.Name,
        ["metadata"] = new JsonObject
        {
            ["version"] = SchemaVersion, ["uid"] = string.Create(CultureInfo.InvariantCulture, $"{Ledger}/{leaf}"), ["log_name"] = Ledger, ["sequence"] = leaf,
            ["product"] = new JsonObject { ["name"] = "A2AConsole", ["vendor_name"] = "A2AConsole", ["version"] = version },
        },
    };

    private JsonObject Info(AlertFacts alert)
    {
        var info = new JsonObject
        {
            ["uid"] = string.Create(CultureInfo.InvariantCulture, $"{Ledger}/{alert.Id}"), ["title"] = alert.Sentence, ["types"] = new JsonArray(Name(alert.Kind.ToString())),
            ["created_time"] = alert.RaisedAt.ToUnixTimeMilliseconds(), ["first_seen_time"] = alert.FirstSeenAt.ToUnixTimeMilliseconds(), ["last_seen_time"] = alert.LastSeenAt.ToUnixTimeMilliseconds(),
            ["analytic"] = new JsonObject { ["name"] = Name(alert.Kind.ToString()), ["category"] = Name(AlertKinds.Group(alert.Kind).ToString()), ["type_id"] = 3, ["type"] = "Statistical", ["version"] = alert.Version },
        };
        if (alert.Tags.Where(t => t.StartsWith("AML.", StringComparison.Ordinal)).ToList() is { Count: > 0 } techniques)
            info["attacks"] = new JsonArray([.. techniques.Select(t => (JsonNode)new JsonObject { ["technique"] = new JsonObject { ["uid"] = t } })]);
        if (alert.Tags.Where(t => t.StartsWith("ASI", StringComparison.Ordinal)).ToList() is { Count: > 0 } risks)
            info["tags"] = new JsonArray([.. risks.Select(t => (JsonNode)new JsonObject { ["name"] = "owasp-asi", ["value"] = t })]);
        if (console is not null)
            info["src_url"] = new Uri(console, Path("alerts", alert.Id)).AbsoluteUri;
        return info;
    }

    private static JsonObject Resource(AlertFacts alert)
    {
        var resource = new JsonObject { ["uid"] = alert.Agent, ["name"] = alert.AgentName ?? alert.Agent.Split('/')[^1], ["type"] = "agent", ["role_id"] = 3 };
        if (alert.Owner is { } owner)
            resource["owner"] = new JsonObject { ["name"] = owner };
        return resource;
    }

    private static (int, string) ActivityOf(TriageMove move) => move switch
    {
        TriageMove.Raised or TriageMove.Created => (1, "Create"),
        TriageMove.Closed => (3, "Close"),
        _ => (2, "Update"),
    };

    private static (int, string) SeverityOf(AlertSeverity severity) => severity switch
    {
        AlertSeverity.Low => (2, "Low"),
        AlertSeverity.Medium => (3, "Medium"),
        AlertSeverity.High => (4, "High"),
        _ => (5, "Critical"),
    };

    // −log10 p of 5 is where alerts begin; twice as much is as sure as it gets.
    private static int ConfidenceOf(double score) => (int)Math.Clamp(Math.Round(score * 10), 0, 100);

    private static string Path(string page, long id) => string.Create(CultureInfo.InvariantCulture, $"/{page}/{id}");

    /// <summary>"FanOut" as machines are told: <c>fan-out</c>.</summary>
    public static string Name(string word) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(word);
}
