using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.AuthZen;
using A2AConsole.Policy.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Policy.Tests.AuthZen;

/// <summary>The OpenID Authorization API 1.0 as we serve it, over a real Kestrel.</summary>
public sealed class AuthZenEndpointTests : IAsyncLifetime
{
    private readonly CedarDecider _decider = Cedar.DeciderOf("""
        @id("p") permit (principal, action, resource) when { context.amount < 100 };
        @id("h") @requires("human-approval") @reason("A person decides") forbid (principal, action == T::Action::"do", resource) when { context.amount > 10 } unless { context.evidence has approver };
        """);

    private WebApplication _host = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        _host = builder.Build();
        _host.MapAuthZen(_decider, new KnownFacts(_decider.Bundle, "T::Action", uid => uid == Cedar.Agent ? [Cedar.AgentEntity] : []));
        await _host.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_host.Urls.First()) };
    }

    private static string Question(int amount, string more = "") => $$"""
        { "subject": { "type": "T::Agent", "id": "a" }, "action": { "name": "do" }, "resource": { "type": "T::Thing", "id": "x" },
          "context": { "amount": {{amount}}, "note": "", "evidence": { "secondVerification": false } } {{more}} }
        """;

    private async Task<(HttpStatusCode Status, JsonNode Body, HttpResponseMessage Response)> PostAsync(string path, string body, string type = "application/json", string? id = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, type) };
        if (id is not null)
            request.Headers.Add("X-Request-ID", id);
        var response = await _client.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!, response);
    }

    [Theory]
    [InlineData(5, true, "allow")]
    [InlineData(50, false, "human")]
    [InlineData(500, false, "deny")]
    public async Task A_decision_is_200_with_true_or_false_and_the_verdict_beside_it(int amount, bool decision, string verdict)
    {
        var (status, body, response) = await PostAsync("/access/v1/evaluation", Question(amount, ", \"unknown\": 1"), id: "req-1");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((decision, verdict), ((bool)body["decision"]!, (string)body["context"]!["verdict"]!));
        Assert.StartsWith("sha256:", (string)body["context"]!["bundle"]!["digest"]!, StringComparison.Ordinal);
        Assert.Equal(["req-1"], response.Headers.GetValues("X-Request-ID"));
        if (verdict == "human")
            Assert.Equal("human-approval", (string)body["context"]!["needs"]![0]!);
    }

    [Theory]
    [InlineData("""{ "action": { "name": "do" }, "resource": { "type": "T::Thing", "id": "x" } }""", "subject")]
    [InlineData("""{ "subject": { "type": "T::Agent" }, "action": { "name": "do" }, "resource": { "type": "T::Thing", "id": "x" } }""", "subject.id")]
    [InlineData("""{ "subject": { "type": "T::Agent", "id": "a" }, "resource": { "type": "T::Thing", "id": "x" } }""", "action")]
    [InlineData("""{ "subject": { "type": "T::Agent", "id": "a" }, "action": { "name": "" }, "resource": { "type": "T::Thing", "id": "x" } }""", "action.name")]
    [InlineData("""{ "subject": { "type": "T::Agent", "id": "a" }, "action": { "name": "do" }, "resource": [] }""", "resource")]
    [InlineData("""{ "subject": { "type": "T::Agent", "id": "а" }, "action": { "name": "do" }, "resource": { "type": "T::Thing", "id": "x" } }""", "ASCII")]
    [InlineData("""{ "subject": { "type": "T::Agent", "id": "a", "id": "b" }, "action": { "name": "do" }, "resource": { "type": "T::Thing", "id": "x" } }""", "twice")]
    [InlineData("""{ "subject": { "type": "T::Agent", "id": "a" }, "action": { "name": "do" }, "resource": { "type": "T::Thing", "id": "x" }, "context": { "amount": 1.5 } }""", "whole number")]
    [InlineData("{", "JSON")]
    [InlineData("[]", "object")]
    public async Task A_question_that_is_none_is_400(string body, string message)
    {
        var (status, answer, _) = await PostAsync("/access/v1/evaluation", body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(message, (string)answer["message"]!, StringComparison.Ordinal);
        Assert.Null(answer["decision"]);
    }

    [Fact]
    public async Task Another_content_type_and_a_body_without_end_are_refused()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("/access/v1/evaluation", Question(5), "text/plain")).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync("/access/v1/evaluation", Question(5, ", \"x\": \"" + new string('x', 2 << 20) + "\""))).Status);
    }

    [Fact]
    public async Task What_a_stranger_says_of_a_subject_and_escapes_in_its_context_count_nothing()
    {
        var unknown = Question(5).Replace("\"id\": \"a\"", "\"id\": \"stranger\", \"properties\": { \"tier\": 9 }", StringComparison.Ordinal);
        Assert.True((bool)(await PostAsync("/access/v1/evaluation", unknown)).Body["decision"]!);
        var escape = Question(5).Replace("\"note\": \"\"", "\"note\": { \"__entity\": { \"type\": \"T::Human\", \"id\": \"m\" } }", StringComparison.Ordinal);
        var (_, body, _) = await PostAsync("/access/v1/evaluation", escape);
        Assert.False((bool)body["decision"]!);
        Assert.Equal("invalid-value", (string)body["context"]!["fault"]!["code"]!);
    }

    [Fact]
    public async Task A_subject_whose_facts_a_policy_needs_and_we_lack_is_denied_with_a_fault()
    {
        using var needing = Cedar.DeciderOf("@id(\"p\") permit (principal, action, resource); @id(\"f\") forbid (principal, action, resource) when { principal.tier > 5 };");
        var request = await new KnownFacts(needing.Bundle, "T::Action", _ => []).RequestAsync(AuthZenQuestion.Read(System.Text.Json.JsonDocument.Parse(Question(5)).RootElement, null, out _)!, default);
        Assert.Equal(DecisionFaults.EvaluationError, needing.Decide(request).Fault?.Code);
        var trusting = await new KnownFacts(needing.Bundle, "T::Action", _ => [], trustProperties: true).RequestAsync(
            AuthZenQuestion.Read(System.Text.Json.JsonDocument.Parse(Question(5).Replace("\"id\": \"a\"", "\"id\": \"a\", \"properties\": { \"tier\": 9 }", StringComparison.Ordinal)).RootElement, null, out _)!, default);
        Assert.Equal(["f"], needing.Decide(trusting).Determining);
    }

    [Fact]
    public async Task The_supply_chains_own_questions_come_to_their_verdicts_over_plain_JSON()
    {
        // Context as JSON has it: moments and entities as texts, which the schema alone makes what they are.
        foreach (var test in Cedar.SupplyChain.Tests)
        {
            var facts = new KnownFacts(Cedar.SupplyChain, "Scm::Action", uid => [.. test.Request.Entities]);
            var sent = new JsonObject
            {
                ["subject"] = new JsonObject { ["type"] = test.Request.Principal.Type, ["id"] = test.Request.Principal.Id },
                ["action"] = new JsonObject { ["name"] = test.Request.Action.Id },
                ["resource"] = new JsonObject { ["type"] = test.Request.Resource.Type, ["id"] = test.Request.Resource.Id },
                ["context"] = Plain(test.Request.Context),
            };
            var question = AuthZenQuestion.Read(System.Text.Json.JsonDocument.Parse(sent.ToJsonString()).RootElement, null, out var error);
            Assert.NotNull(question);
            var decision = Cedar.Decider.Decide(await facts.RequestAsync(question, default));
            Assert.Equal((test.Name, test.Expected), (test.Name, decision.Verdict));
        }

        static JsonNode Plain(PolicyValue value) => value switch
        {
            PolicyValue.Truth v => v.Value,
            PolicyValue.Whole v => v.Value,
            PolicyValue.Text v => v.Value,
            PolicyValue.Reference v => v.Uid.Id,
            PolicyValue.Instant v => v.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
            PolicyValue.Fields v => new JsonObject(v.Members.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)Plain(m.Value)))),
            _ => throw new NotSupportedException(),
        };
    }

    [Theory]
    [InlineData("grant", "{\"type\":\"Scm::Human\",\"id\":\"olaf\"}")]
    [InlineData("grant", "\"?anybody\"")]
    [InlineData("grant", "7")]
    [InlineData("now", "\"yesterday\"")]
    [InlineData("now", "1763640000")]
    [InlineData("evidence", "{\"approver\":{\"__entity\":{\"type\":\"Scm::Human\",\"id\":\"olaf\"}}}")]
    public async Task A_context_that_is_not_what_the_schema_says_is_refused(string member, string value)
    {
        var body = $$"""{ "subject": { "type": "Scm::Agent", "id": "lex-1" }, "action": { "name": "executeReroute" }, "resource": { "type": "Scm::Shipment", "id": "S-1" }, "context": { "{{member}}": {{value}} } }""";
        var question = AuthZenQuestion.Read(System.Text.Json.JsonDocument.Parse(body).RootElement, null, out _)!;
        await Assert.ThrowsAsync<FormatException>(() => new KnownFacts(Cedar.SupplyChain, "Scm::Action", _ => []).RequestAsync(question, default).AsTask());
    }

    [Fact]
    public async Task What_we_set_ourselves_counts_over_what_was_sent()
    {
        var question = AuthZenQuestion.Read(System.Text.Json.JsonDocument.Parse(Question(5)).RootElement, null, out _)!;
        var request = await new KnownFacts(_decider.Bundle, "T::Action", _ => [], ours: _ => PolicyValue.Of(("amount", 500))).RequestAsync(question, default);
        Assert.Equal(PolicyVerdict.Deny, _decider.Decide(request).Verdict);
    }

    [Theory]
    [InlineData("", 3)]
    [InlineData("execute_all", 3)]
    [InlineData("deny_on_first_deny", 2)]
    [InlineData("permit_on_first_permit", 1)]
    public async Task Several_questions_share_defaults_and_stop_where_asked(string semantic, int answers)
    {
        var shared = Question(5).TrimEnd().TrimEnd('}');
        static string With(int amount) => $$"""{ "context": { "amount": {{amount}}, "note": "", "evidence": { "secondVerification": false } } }""";
        var options = semantic.Length == 0 ? "" : $", \"options\": {{ \"evaluations_semantic\": \"{semantic}\" }}";
        var (status, body, _) = await PostAsync("/access/v1/evaluations", $"{shared}, \"evaluations\": [ {{}}, {With(500)}, {{ \"action\": {{ \"name\": \"look\" }}, \"context\": {{ \"amount\": 5, \"note\": \"\" }} }} ] {options} }}");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(new[] { true, false, true }.Take(answers), body["evaluations"]!.AsArray().Select(e => (bool)e!["decision"]!));
    }

    [Fact]
    public async Task A_broken_question_among_several_is_a_deny_in_its_place_and_none_at_all_is_a_single_one()
    {
        var shared = Question(5).TrimEnd().TrimEnd('}');
        var body = (await PostAsync("/access/v1/evaluations", shared + ", \"evaluations\": [ {}, { \"action\": 7 } ] }")).Body;
        Assert.Equal([true, false], body["evaluations"]!.AsArray().Select(e => (bool)e!["decision"]!));
        Assert.Equal(400, (int)body["evaluations"]![1]!["context"]!["error"]!["status"]!);
        Assert.True((bool)(await PostAsync("/access/v1/evaluations", Question(5))).Body["decision"]!);
        Assert.True((bool)(await PostAsync("/access/v1/evaluations", shared + ", \"evaluations\": [] }")).Body["decision"]!);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("/access/v1/evaluations", shared + ", \"evaluations\": [{}], \"options\": { \"evaluations_semantic\": \"any\" } }")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("/access/v1/evaluations", shared + ", \"evaluations\": [" + string.Join(",", Enumerable.Repeat("{}", 101)) + "] }")).Status);
    }

    [Fact]
    public async Task Discovery_names_the_endpoints()
    {
        var body = JsonNode.Parse(await _client.GetStringAsync("/.well-known/authzen-configuration"))!;
        Assert.Equal(_client.BaseAddress!.GetLeftPart(UriPartial.Authority), (string)body["policy_decision_point"]!);
        Assert.True((bool)(await PostAsync((string)body["access_evaluation_endpoint"]!, Question(5))).Body["decision"]!);
        Assert.NotNull(body["access_evaluations_endpoint"]);
    }

    [Fact]
    public async Task Our_own_client_gets_the_verdicts_of_our_own_server()
    {
        var decider = new AuthZenDecider(_client, new AuthZenDeciderOptions(new Uri(_client.BaseAddress!, "/access/v1/evaluation"), TimeSpan.FromMinutes(1), _ => true), TimeProvider.System);
        foreach (var amount in (long[])[5, 50, 500])
        {
            var (direct, asked) = (_decider.Decide(Cedar.Request(amount)), await decider.DecideAsync(Cedar.Request(amount)));
            Assert.Equal(direct.Verdict, asked.Verdict);
            Assert.Equal(direct.Determining, asked.Determining);
            Assert.Equal(direct.Needs, asked.Needs);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
        _decider.Dispose();
    }
}
