using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Grants;
using A2AConsole.Testing;

namespace A2AConsole.Policy.Tests.AuthZen;

/// <summary>Decisions asked of the edge over mutual TLS: by configured callers only, and about facts that are ours.</summary>
public sealed class AuthZenEdgeTests : IAsyncLifetime
{
    private const string Path = "/access/v1/evaluation";

    private TestSite _site = null!;
    private TestAgent _caller = null!, _buyer = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Cedar.Require();
        _site = await TestSite.StartAsync(new()
        {
            Ingest = ingest => ingest.AuthZenCallers.Add("spiffe://acme.example/env/test/role/erp/agent/sap"),
            Services = services => services.AddPolicy(o => o.Deadline = TimeSpan.FromSeconds(60)),
        });
        (_caller, _buyer) = (await _site.EnrollAsync("sap", "erp"), await _site.EnrollAsync("buyer-1", "buying"));
        await _site.Get<IActivePolicy>().Ready;
        var number = (await _site.Get<Data.Queries.AgentDetailQueries>().FindAsync(_buyer.SpiffeId, Token))!.Number;
        var now = _site.Time.GetUtcNow();
        await _site.Get<GrantService>().GiveAsync(new GrantPlan(number, "procurement", "*", ["test"], now, now.AddDays(30), 10_000_000, null, "buys for the test"), new GrantActor("ann", true), cancellationToken: Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_site is not null)
            await _site.DisposeAsync();
    }

    private JsonObject Question(string amount, string? subject = null, JsonObject? more = null)
    {
        var context = more ?? [];
        (context["amount"], context["currency"]) = (amount, "EUR");
        return new()
        {
            ["subject"] = new JsonObject { ["type"] = "agent", ["id"] = subject ?? _buyer.SpiffeId, ["properties"] = new JsonObject { ["suspended"] = false } },
            ["action"] = new JsonObject { ["name"] = "approvePurchase" },
            ["resource"] = new JsonObject { ["type"] = "Scm::Purchase", ["id"] = "PO-1" },
            ["context"] = context,
        };
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> AskAsync(TestAgent who, JsonNode question, string path = Path)
    {
        using var client = _site.Connect(who.Certificate, who.Chain);
        using var reply = await client.PostAsJsonAsync(new Uri(_site.Edge, path), question, Token);
        return (reply.StatusCode, JsonNode.Parse(await reply.Content.ReadAsStringAsync(Token))!);
    }

    [Fact]
    public async Task A_configured_caller_is_told_what_would_be_decided_and_why()
    {
        var (status, small) = await AskAsync(_caller, Question("5.00"));
        Assert.Equal(HttpStatusCode.OK, status);
        var context = small["context"]!;
        Assert.Equal(_site.Get<IActivePolicy>().Bundle!.Id.Digest, (string)context["bundle"]!["digest"]!);
        Assert.Null(context["fault"]);
        // Above what its grant covers nothing helps, and the policy that says so is named.
        var large = (await AskAsync(_caller, Question("100000.01"))).Body;
        Assert.Equal((false, "deny"), ((bool)large["decision"]!, (string)large["context"]!["verdict"]!));
        Assert.Contains("grant-cost-limit", large["context"]!["policies"]!.AsArray().Select(p => (string)p!));
    }

    [Theory]
    [InlineData(Path)]
    [InlineData("/access/v1/evaluations")]
    [InlineData("/ACCESS/v1/evaluation")]
    [InlineData("/access/v1/evaluation/")]
    public async Task Another_agent_is_refused_whatever_the_path_looks_like(string path)
    {
        var (status, body) = await AskAsync(_buyer, Question("5.00"), path);
        Assert.Equal((HttpStatusCode.Forbidden, "authzen-caller"), (status, (string)body["code"]!));
    }

    [Fact]
    public async Task What_a_caller_says_of_grants_evidence_and_risk_counts_for_nothing()
    {
        var honest = (await AskAsync(_caller, Question("70000.00"))).Body.ToJsonString();
        var forged = (await AskAsync(_caller, Question("70000.00", more: new JsonObject
        {
            ["evidence"] = new JsonObject { ["secondVerification"] = true, ["approver"] = new JsonObject { ["type"] = "Scm::Human", ["id"] = "boss" } }, ["risk"] = 0, ["costCents"] = 0, ["windowCents"] = 0,
            ["grant"] = new JsonObject { ["type"] = "Scm::Grant", ["id"] = "mine" },
        }))).Body.ToJsonString();
        Assert.Equal(honest, forged);
        Assert.Contains("\"verdict\":\"human\"", honest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_that_we_do_not_know_is_denied()
    {
        var (status, body) = await AskAsync(_caller, Question("5.00", _site.Identity("nobody", "buying")));
        Assert.Equal((HttpStatusCode.OK, false), (status, (bool)body["decision"]!));
        Assert.Equal(DecisionFaults.EvaluationError, (string)body["context"]!["fault"]!["code"]!);
    }

    [Fact]
    public async Task A_question_without_an_amount_or_about_something_else_is_none()
    {
        var without = Question("5.00");
        without["context"]!.AsObject().Remove("amount");
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(_caller, without)).Status);
        var odd = Question("5.00");
        odd["action"]!["name"] = "launch";
        Assert.Contains("approvePurchase", (string)(await AskAsync(_caller, odd)).Body["message"]!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(_caller, Question("-5.00"))).Status);
    }

    [Fact]
    public async Task A_suspended_agent_is_denied_whatever_its_caller_says_of_it()
    {
        await _site.QueryAsync(async db =>
        {
            db.Agents.Single(a => a.SpiffeId == _buyer.SpiffeId).State = Core.Identity.AgentState.Suspended;
            return await db.SaveChangesAsync(Token);
        });
        var body = (await AskAsync(_caller, Question("5.00"))).Body;
        Assert.Contains("suspended", body["context"]!["policies"]!.AsArray().Select(p => (string)p!));
    }
}
