using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Policies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace A2AConsole.Policy.AuthZen;

/// <summary>
/// Serves decisions by the OpenID Authorization API 1.0 (AuthZEN, final, January 2026): single and several evaluations, and discovery. A deny is an answer (200 with
/// <c>false</c>); a question that is none is 400. The verdict, its reasons and the evidence that would help are in the answer's <c>context</c>. Who may ask is for the host to say:
/// the group that is returned takes <c>RequireAuthorization</c>.
/// </summary>
public static class AuthZenEndpoints
{
    /// <summary>The most questions in one request.</summary>
    public const int MaxEvaluations = 100;

    private const int MaxBodyBytes = 1 << 20;
    private const string RequestId = "X-Request-ID";
    private const int MaxRequestId = 200;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    public static RouteGroupBuilder MapAuthZen(this IEndpointRouteBuilder endpoints, IPolicyDecider decider, IAuthZenFacts facts)
    {
        var group = endpoints.MapGroup("");
        group.MapPost("/access/v1/evaluation", context => AnswerAsync(context, (body, token) => OneAsync(body, null, decider, facts, token)));
        group.MapPost("/access/v1/evaluations", context => AnswerAsync(context, (body, token) => SeveralAsync(body, decider, facts, token)));
        group.MapGet("/.well-known/authzen-configuration", (HttpContext context) =>
        {
            var self = $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}";
            return Results.Json(new JsonObject
            {
                ["policy_decision_point"] = self,
                ["access_evaluation_endpoint"] = self + "/access/v1/evaluation",
                ["access_evaluations_endpoint"] = self + "/access/v1/evaluations",
            });
        });
        return group;
    }

    private static async Task AnswerAsync(HttpContext context, Func<JsonElement, CancellationToken, ValueTask<JsonObject>> answer)
    {
        if (context.Request.Headers[RequestId] is [{ Length: > 0 and <= MaxRequestId } id] && !id.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            context.Response.Headers[RequestId] = id;
        if (!context.Request.HasJsonContentType())
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "the content type must be application/json");
            return;
        }
        try
        {
            using var body = await ReadAsync(context);
            if (body is null)
            {
                await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, $"a request has at most {MaxBodyBytes} bytes");
                return;
            }
            var result = await answer(body.RootElement, context.RequestAborted);
            context.Response.Headers.CacheControl = "no-store";
            await context.Response.WriteAsJsonAsync(result, context.RequestAborted);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, e is JsonException ? "the body is no JSON, or holds a member twice" : e.Message);
        }
    }

    private static async ValueTask<JsonDocument?> ReadAsync(HttpContext context)
    {
        var buffer = new MemoryStream();
        var chunk = new byte[16_384];
        for (int read; (read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0;)
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > MaxBodyBytes)
                return null;
        }
        return JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), Strict);
    }

    private static async ValueTask<JsonObject> OneAsync(JsonElement body, JsonElement? defaults, IPolicyDecider decider, IAuthZenFacts facts, CancellationToken cancellationToken)
    {
        var question = AuthZenQuestion.Read(body, defaults, out var error) ?? throw new FormatException(error);
        return Written(await decider.DecideAsync(await facts.RequestAsync(question, cancellationToken), cancellationToken));
    }

    private static async ValueTask<JsonObject> SeveralAsync(JsonElement body, IPolicyDecider decider, IAuthZenFacts facts, CancellationToken cancellationToken)
    {
        // Without a list it is a single evaluation (§7.1).
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("evaluations", out var evaluations))
            return await OneAsync(body, null, decider, facts, cancellationToken);
        if (evaluations.ValueKind != JsonValueKind.Array)
            throw new FormatException("'evaluations' must be a list");
        if (evaluations.GetArrayLength() == 0)
            return await OneAsync(body, null, decider, facts, cancellationToken);
        if (evaluations.GetArrayLength() > MaxEvaluations)
            throw new FormatException($"there may be at most {MaxEvaluations} evaluations");
        var stop = Semantic(body);
        var answers = new JsonArray();
        foreach (var evaluation in evaluations.EnumerateArray())
        {
            JsonObject answer;
            try
            {
                answer = await OneAsync(evaluation, body, decider, facts, cancellationToken);
            }
            catch (FormatException e)
            {
                answer = new JsonObject { ["decision"] = false, ["context"] = new JsonObject { ["error"] = new JsonObject { ["status"] = 400, ["message"] = e.Message } } };
            }
            answers.Add(answer);
            if (stop is { } at && (bool)answer["decision"]! == at)
                break;
        }
        return new JsonObject { ["evaluations"] = answers };
    }

    /// <summary>The decision at which to stop, or null to answer them all (§7.1.2).</summary>
    private static bool? Semantic(JsonElement body)
    {
        if (!body.TryGetProperty("options", out var options) || options.ValueKind != JsonValueKind.Object || !options.TryGetProperty("evaluations_semantic", out var semantic))
            return null;
        return (semantic.ValueKind == JsonValueKind.String ? semantic.GetString() : null) switch
        {
            "execute_all" => null,
            "deny_on_first_deny" => false,
            "permit_on_first_permit" => true,
            _ => throw new FormatException("'options.evaluations_semantic' is execute_all, deny_on_first_deny or permit_on_first_permit"),
        };
    }

    private static JsonObject Written(PolicyDecision decision)
    {
        var context = new JsonObject
        {
            ["verdict"] = VerdictNames.Of(decision.Verdict),
            ["policies"] = Texts(decision.Determining),
            ["reasons"] = Texts(decision.Reasons),
            ["needs"] = Texts(decision.Needs),
            ["bundle"] = new JsonObject { ["name"] = decision.Bundle.Name, ["version"] = decision.Bundle.Version, ["digest"] = decision.Bundle.Digest },
        };
        if (decision.Fault is { } fault)
            context["fault"] = new JsonObject { ["code"] = fault.Code, ["message"] = fault.Message };
        return new JsonObject { ["decision"] = decision.Verdict == PolicyVerdict.Allow, ["context"] = context };
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t)];

    private static Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new JsonObject { ["status"] = status, ["message"] = message });
    }
}
