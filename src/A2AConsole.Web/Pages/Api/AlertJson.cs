using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Alerts.Ocsf;
using A2AConsole.Data.Entities;
using A2AConsole.Detection.Alerts;
using A2AConsole.Web.Hosting;

namespace A2AConsole.Web.Pages.Api;

/// <summary>An alert as JSON for programs: camel case, enums in kebab case, times in RFC 3339 UTC, money as a decimal string with its currency.</summary>
internal sealed class AlertJson(PublicAddress address)
{
    public JsonObject Of(Alert alert, bool whole)
    {
        var json = new JsonObject
        {
            ["id"] = alert.Id, ["kind"] = Word(alert.Kind), ["group"] = Word(alert.Group), ["severity"] = Word(alert.Severity), ["state"] = Word(alert.State), ["verdict"] = alert.Verdict is { } verdict ? Word(verdict) : null,
            ["agent"] = alert.AgentId.Length > 0 ? alert.AgentId : null, ["role"] = alert.Role.Length > 0 ? alert.Role : null, ["cause"] = alert.Cause.Length > 0 ? alert.Cause : null, ["sentence"] = alert.Sentence,
            ["score"] = alert.Score, ["firstScore"] = alert.FirstScore, ["rank"] = alert.Rank, ["count"] = alert.Count, ["firstSeenAt"] = Time(alert.FirstSeenAt), ["lastSeenAt"] = Time(alert.LastSeenAt),
            ["raisedAt"] = Time(alert.RaisedAt), ["endedAt"] = alert.EndedAt is { } ended ? Time(ended) : null, ["assignee"] = alert.Assignee, ["incident"] = alert.IncidentId,
            ["money"] = alert.Currency is null ? null : new JsonObject { ["amount"] = (alert.Money / 10_000m).ToString("0.00##", CultureInfo.InvariantCulture), ["currency"] = alert.Currency },
            ["tags"] = new JsonArray([.. alert.TagList().Select(t => (JsonNode)t)]), ["link"] = Link(alert.Id), ["demo"] = alert.Demo,
        };
        if (!whole)
            return json;
        json["leaves"] = new JsonArray([.. alert.LeafList().Select(l => (JsonNode)l)]);
        json["detection"] = alert.DetectionVersion;
        json["why"] = JsonNode.Parse(alert.Why);
        return json;
    }

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>An enum's value in kebab case.</summary>
    public static string Word<T>(T value) where T : struct, Enum => OcsfEvents.Name(value.ToString());

    /// <summary>The enum's value of a word in kebab case.</summary>
    public static bool TryWord<T>(string word, out T value) where T : struct, Enum
    {
        foreach (var each in Enum.GetValues<T>())
        {
            value = each;
            if (Word(each) == word)
                return true;
        }
        value = default;
        return false;
    }

    private string Link(long id)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/alerts/{id}");
        return address.Url is { } console ? new Uri(console, path).AbsoluteUri : path;
    }
}
