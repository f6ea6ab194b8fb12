using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Policies;

namespace A2AConsole.Policy.AuthZen;

/// <summary>How an external decision point is asked.</summary>
/// <param name="Endpoint">Its evaluation endpoint, for example <c>https://pdp.example/access/v1/evaluation</c>.</param>
/// <param name="Timeout">How long it may take.</param>
/// <param name="ChangesState">Whether an action changes something. Such a one is denied when no answer comes.</param>
/// <param name="OtherwiseForReads">Who decides about the others when no answer comes; null: they are denied, too.</param>
public sealed record AuthZenDeciderOptions(Uri Endpoint, TimeSpan Timeout, Func<EntityUid, bool> ChangesState, IPolicyDecider? OtherwiseForReads = null)
{
    public int FailuresBeforePause { get; init; } = 5;

    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// Lets an external engine decide, by the OpenID Authorization API 1.0. A plain <c>false</c> is a deny; a <c>true</c> counts only in a proper answer. A decision point of
/// our own kind may say <c>verify</c> or <c>human</c> beside its <c>false</c>. No answer, a late one, a wrong one: a deny with a fault.
/// </summary>
public sealed class AuthZenDecider(HttpClient client, AuthZenDeciderOptions options, TimeProvider time) : IPolicyDecider
{
    private const int MaxAnswerBytes = 64 << 10;
    private readonly BundleId _bundle = new("authzen", options.Endpoint.Host, "external");

    /// <summary>A client that follows no redirects: who answers is who was asked.</summary>
    public static HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });

    /// <summary>Whether it is being spared at present.</summary>
    public CircuitBreaker Breaker { get; } = new(options.FailuresBeforePause, options.Pause, time);

    /// <inheritdoc/>
    public async ValueTask<PolicyDecision> DecideAsync(DecisionRequest request, CancellationToken cancellationToken = default)
    {
        foreach (var uid in (EntityUid[])[request.Principal, request.Action, request.Resource])
        {
            if (uid.Check() is { } broken)
                return PolicyDecision.Faulted(_bundle, DecisionFaults.InvalidIdentifier, broken);
        }
        if (!Breaker.TryEnter())
            return await WithoutAnswerAsync(request, "the decision point failed several times and is not asked at present", cancellationToken);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(options.Timeout);
        try
        {
            var decision = await AskAsync(request, late.Token);
            Breaker.Succeeded();
            return decision;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Breaker.GaveUp();
            throw;
        }
        catch (Exception e)
        {
            Breaker.Failed();
            var why = e is OperationCanceledException ? $"the decision point did not answer within {options.Timeout.TotalMilliseconds} ms" : "the decision point gave no proper answer: " + e.Message;
            return await WithoutAnswerAsync(request, why, cancellationToken);
        }
    }

    private async ValueTask<PolicyDecision> WithoutAnswerAsync(DecisionRequest request, string why, CancellationToken cancellationToken)
        => options.OtherwiseForReads is { } other && !options.ChangesState(request.Action)
            ? await other.DecideAsync(request, cancellationToken)
            : PolicyDecision.Faulted(_bundle, DecisionFaults.Unreachable, why);

    private async Task<PolicyDecision> AskAsync(DecisionRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, options.Endpoint) { Content = JsonContent.Create(Written(request)) };
        using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != System.Net.HttpStatusCode.OK)
            throw new InvalidDataException($"status {(int)response.StatusCode}");
        if (response.Content.Headers.ContentType?.MediaType != "application/json")
            throw new InvalidDataException("the answer is no JSON");
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxAnswerBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MaxAnswerBytes)
            throw new InvalidDataException($"the answer has more than {MaxAnswerBytes} bytes");
        using var answer = JsonDocument.Parse(buffer.AsMemory(0, length), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 32 });
        return Read(answer.RootElement);
    }

    private PolicyDecision Read(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("decision", out var decision) || decision.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            throw new InvalidDataException("the answer has no 'decision' that is true or false");
        var context = answer.TryGetProperty("context", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        var (policies, reasons, needs) = (Texts(context, "policies"), Texts(context, "reasons"), Texts(context, "needs"));
        if (decision.ValueKind == JsonValueKind.True)
            return new PolicyDecision(PolicyVerdict.Allow, policies, reasons, [], _bundle);
        var known = needs.Count > 0 && EvidenceRule.Unknown(needs) is null;
        var verdict = known && Text(context, "verdict") is "verify" or "human" ? EvidenceRule.VerdictOf(needs) : PolicyVerdict.Deny;
        return new PolicyDecision(known ? verdict : PolicyVerdict.Deny, policies, reasons, known && verdict != PolicyVerdict.Deny ? needs : [], _bundle);
    }

    private static JsonObject Written(DecisionRequest request) => new()
    {
        ["subject"] = Thing(request, request.Principal),
        ["action"] = new JsonObject { ["name"] = request.Action.Id },
        ["resource"] = Thing(request, request.Resource),
        ["context"] = Plain(request.Context),
    };

    private static JsonObject Thing(DecisionRequest request, EntityUid uid)
    {
        var thing = new JsonObject { ["type"] = uid.Type, ["id"] = uid.Id };
        if (request.Entities.FirstOrDefault(e => e.Uid == uid) is { Attributes.Count: > 0 } entity)
            thing["properties"] = Plain(new PolicyValue.Fields(entity.Attributes));
        return thing;
    }

    private static JsonNode Plain(PolicyValue value) => value switch
    {
        PolicyValue.Truth truth => truth.Value,
        PolicyValue.Whole whole => whole.Value,
        PolicyValue.Text text => text.Value,
        PolicyValue.Reference reference => new JsonObject { ["type"] = reference.Uid.Type, ["id"] = reference.Uid.Id },
        PolicyValue.Instant instant => instant.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
        PolicyValue.Fraction fraction => fraction.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        PolicyValue.Many many => new JsonArray([.. many.Items.Select(Plain)]),
        PolicyValue.Fields fields => new JsonObject(fields.Members.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)Plain(m.Value)))),
        _ => throw new InvalidDataException("a value of an unknown kind"),
    };

    private static List<string> Texts(JsonElement context, string member)
        => context.ValueKind == JsonValueKind.Object && context.TryGetProperty(member, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()!)] : [];

    private static string? Text(JsonElement context, string member)
        => context.ValueKind == JsonValueKind.Object && context.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
