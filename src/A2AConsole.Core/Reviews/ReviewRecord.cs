using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace A2AConsole.Core.Reviews;

/// <summary>How one agent's review ended, in a record. Times are UTC.</summary>
/// <param name="Agent">Its SPIFFE ID.</param>
/// <param name="Reviewer">Who was asked; null when nobody answered for it.</param>
/// <param name="Delegate">Who reviewed in the owner's place.</param>
/// <param name="Outcome"><c>confirmed</c>, <c>changed</c>, <c>retired</c> or <c>lapsed</c>.</param>
/// <param name="Reason">What was written.</param>
/// <param name="Changes">What was changed.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="DecidedBy">By whom.</param>
/// <param name="LapsedAt">When its renewals were held.</param>
/// <param name="Leaf">The ledger leaf of the decision.</param>
public sealed record ReviewOutcome(
    string Agent, string? Reviewer, string? Delegate, string Outcome, string? Reason, string? Changes,
    DateTimeOffset? DecidedAt, string? DecidedBy, DateTimeOffset? LapsedAt, long? Leaf);

/// <summary>
/// What a finished campaign is signed as: <c>{"version":1,"trustDomain":…,"campaign":{…},"agents":[…]}</c>, UTF-8 JSON, absent
/// values left out, times as RFC 3339 in UTC. Agents come in the order of their SPIFFE IDs.
/// </summary>
public sealed record ReviewRecord
{
    /// <summary>The DSSE payload type.</summary>
    public const string PayloadType = "application/vnd.a2aconsole.review+json";

    /// <summary>The exported file's extension.</summary>
    public const string FileExtension = ".a2a-review.json";

    private const int Version = 1;

    public required string TrustDomain { get; init; }
    public required int Campaign { get; init; }
    public required string Title { get; init; }
    /// <summary>Which agents it chose, in words.</summary>
    public required string Covers { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required string OpenedBy { get; init; }
    public required DateTimeOffset DueAt { get; init; }
    public required DateTimeOffset GraceEndsAt { get; init; }
    public required DateTimeOffset FinishedAt { get; init; }
    public required string FinishedBy { get; init; }
    public required IReadOnlyList<ReviewOutcome> Agents { get; init; }

    /// <summary>How many agents ended so.</summary>
    public int Count(string outcome) => Agents.Count(a => a.Outcome == outcome);

    /// <summary>The payload's bytes.</summary>
    public byte[] Write()
    {
        var output = new ArrayBufferWriter<byte>(512 + 256 * Agents.Count);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteString("trustDomain", TrustDomain);
            json.WriteStartObject("campaign");
            json.WriteNumber("id", Campaign);
            json.WriteString("title", Title);
            json.WriteString("covers", Covers);
            Time(json, "openedAt", OpenedAt);
            json.WriteString("openedBy", OpenedBy);
            Time(json, "dueAt", DueAt);
            Time(json, "graceEndsAt", GraceEndsAt);
            Time(json, "finishedAt", FinishedAt);
            json.WriteString("finishedBy", FinishedBy);
            json.WriteEndObject();
            json.WriteStartArray("agents");
            foreach (var agent in Agents.OrderBy(a => a.Agent, StringComparer.Ordinal))
                Write(json, agent);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a payload. Strict: what is missing, of another type, twice or unknown as an outcome is a fault.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> payload, [NotNullWhen(true)] out ReviewRecord? record, [NotNullWhen(false)] out string? fault)
    {
        record = null;
        fault = null;
        try
        {
            using var json = JsonDocument.Parse(payload, new JsonDocumentOptions { AllowDuplicateProperties = false });
            record = Read(json.RootElement);
            return true;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            fault = "not a review's record: " + e.Message;
            return false;
        }
    }

    private static void Write(Utf8JsonWriter json, ReviewOutcome agent)
    {
        json.WriteStartObject();
        json.WriteString("id", agent.Agent);
        Text(json, "reviewer", agent.Reviewer);
        Text(json, "delegate", agent.Delegate);
        json.WriteString("outcome", agent.Outcome);
        Text(json, "reason", agent.Reason);
        Text(json, "changes", agent.Changes);
        Time(json, "decidedAt", agent.DecidedAt);
        Text(json, "decidedBy", agent.DecidedBy);
        Time(json, "lapsedAt", agent.LapsedAt);
        if (agent.Leaf is { } leaf)
            json.WriteNumber("leaf", leaf);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset? value)
    {
        if (value is { } time)
            json.WriteString(name, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
    }

    private static ReviewRecord Read(JsonElement root)
    {
        if (root.GetProperty("version").GetInt32() != Version)
            throw new FormatException($"its version is not {Version}");
        var campaign = root.GetProperty("campaign");
        return new ReviewRecord
        {
            TrustDomain = Needed(root, "trustDomain"),
            Campaign = campaign.GetProperty("id").GetInt32(),
            Title = Needed(campaign, "title"),
            Covers = Needed(campaign, "covers"),
            OpenedAt = campaign.GetProperty("openedAt").GetDateTimeOffset(),
            OpenedBy = Needed(campaign, "openedBy"),
            DueAt = campaign.GetProperty("dueAt").GetDateTimeOffset(),
            GraceEndsAt = campaign.GetProperty("graceEndsAt").GetDateTimeOffset(),
            FinishedAt = campaign.GetProperty("finishedAt").GetDateTimeOffset(),
            FinishedBy = Needed(campaign, "finishedBy"),
            Agents = [.. root.GetProperty("agents").EnumerateArray().Select(Outcome)],
        };
    }

    private static ReviewOutcome Outcome(JsonElement agent)
    {
        var outcome = Needed(agent, "outcome");
        if (outcome is not ("confirmed" or "changed" or "retired" or "lapsed"))
            throw new FormatException($"\"{outcome}\" is no outcome of a review");
        return new ReviewOutcome(Needed(agent, "id"), Optional(agent, "reviewer"), Optional(agent, "delegate"), outcome, Optional(agent, "reason"), Optional(agent, "changes"),
            Moment(agent, "decidedAt"), Optional(agent, "decidedBy"), Moment(agent, "lapsedAt"),
            agent.TryGetProperty("leaf", out var leaf) ? leaf.GetInt64() : null);
    }

    private static string Needed(JsonElement from, string name) => from.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    private static string? Optional(JsonElement from, string name) => from.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static DateTimeOffset? Moment(JsonElement from, string name) => from.TryGetProperty(name, out var value) ? value.GetDateTimeOffset() : null;
}
