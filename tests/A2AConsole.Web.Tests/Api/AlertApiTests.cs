using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Cli;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Testing;
using A2AConsole.Web.Access;
using A2AConsole.Web.Live;
using A2AConsole.Web.Tests.Hosting;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Api;

/// <summary>Alerts for programs, over the console's real listener.</summary>
public sealed class AlertApiTests(RunningConsole console) : IClassFixture<RunningConsole>, IAsyncLifetime
{
    // Alerts of earlier tests lie before.
    private long _before;
    private readonly Dictionary<string, long> _ids = [];

    public async ValueTask InitializeAsync()
    {
        await ChangeAsync(db =>
        {
            if (!db.Agents.Any(a => a.Name == "hers"))
                db.Agents.AddRange(Agent("hers", "owner"), Agent("other", "somebody"));
        });
        _before = console.Services.GetRequiredService<ILedger>().Head.Size - 1;
        foreach (var (agent, severity) in new[] { ("hers", AlertSeverity.Medium), ("other", AlertSeverity.Critical), ("other", AlertSeverity.Low) })
            _ids[$"{agent} {severity}"] = await RaiseAsync(agent, severity);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Agent Agent(string name, string owner) => new()
    {
        SpiffeId = Id(name), Environment = "test", Role = "planner", Name = name, Organisation = "Acme", Owner = owner, CreatedAt = DateTimeOffset.UtcNow,
    };

    private static string Id(string name) => $"spiffe://acme.example/env/test/role/planner/agent/{name}";

    private async Task ChangeAsync(Action<ConsoleDbContext> change)
    {
        await using var db = await console.Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync();
        change(db);
        await db.SaveChangesAsync();
    }

    private async Task<long> RaiseAsync(string agent, AlertSeverity severity) => (await console.Services.GetRequiredService<ILedger>().RecordAsync(
        new LedgerLeaf { Kind = LeafKind.Alert, Verdict = LeafVerdict.Done, Code = "alert-raised", At = DateTimeOffset.UtcNow, Actor = "system" },
        (db, leaf) => db.Alerts.Add(new Alert
        {
            Id = leaf, Kind = AlertKind.FanOut, Group = AlertGroup.Counterparties, Severity = severity, AgentId = Id(agent), AgentNumber = db.Agents.Single(a => a.SpiffeId == Id(agent)).Number, Role = "planner", Cause = "",
            Sentence = $"{agent} wrote to\u001b[2J nine others", Why = """{"sentence":"why","actual":9}""", Leaves = "1,2", Tags = "ASI03,AML.T0086", DetectionVersion = "1", Count = 9, Score = 7.5, Money = 1234500, Currency = "EUR",
            RaisedAt = DateTimeOffset.UtcNow, FirstSeenAt = DateTimeOffset.UtcNow, LastSeenAt = DateTimeOffset.UtcNow,
        }))).LeafIndex;

    private async Task<string> TokenAsync(string user, string role, DateTimeOffset? ends = null)
    {
        var desk = console.Services.GetRequiredService<TokenDesk>();
        var secret = await desk.MakeAsync(new(new System.Security.Claims.ClaimsIdentity([new(System.Security.Claims.ClaimTypes.Name, user), new(System.Security.Claims.ClaimTypes.Role, role)], "test")), "a test", 1);
        if (ends is { } end)
        {
            var hash = TokenSignIn.HashOf(secret);
            await ChangeAsync(db => db.ApiTokens.Single(t => t.Hash == hash).ExpiresAt = end);
        }
        return secret;
    }

    private HttpClient Program(string? token)
    {
        var client = new HttpClient { BaseAddress = console.Address };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    private static async Task<(HttpStatusCode Status, JsonElement Json)> GetAsync(HttpClient client, string path)
    {
        var reply = await client.GetAsync(path);
        return (reply.StatusCode, JsonDocument.Parse(await reply.Content.ReadAsStringAsync()).RootElement);
    }

    private static async Task RefusedAsync(HttpClient client, string path, HttpStatusCode status, string code)
    {
        var reply = await client.GetAsync(path);
        Assert.Equal((status, "application/problem+json"), (reply.StatusCode, reply.Content.Headers.ContentType?.MediaType));
        Assert.Equal(code, JsonDocument.Parse(await reply.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Nobody_reads_without_a_token_that_is_good_now()
    {
        await RefusedAsync(Program(null), "/v1/alerts", HttpStatusCode.Unauthorized, "token-missing");
        foreach (var wrong in new[] { "a2a_" + new string('A', 43), "nonsense", new string('x', 5000), await TokenAsync("analyst", "Analyst", DateTimeOffset.UtcNow.AddSeconds(-1)) })
            await RefusedAsync(Program(wrong), "/v1/alerts", HttpStatusCode.Unauthorized, "token-refused");
        // A session of the console is none of a program's.
        using var browser = await console.SignedInAsync("analyst");
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/v1/alerts")).StatusCode);
        // And a token opens no page.
        using var program = Program(await TokenAsync("administrator", "Administrator"));
        Assert.NotEqual(HttpStatusCode.OK, (await program.GetAsync("/settings/users")).StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, (await program.GetAsync("/ledger/checkpoint")).StatusCode);
        // Where it could be logged or linked to, it does not count.
        Assert.Equal(HttpStatusCode.Unauthorized, (await Program(null).GetAsync("/v1/alerts?access_token=" + await TokenAsync("analyst", "Analyst"))).StatusCode);
    }

    [Fact]
    public async Task It_ends_with_its_owners_role_and_account_and_when_it_is_revoked()
    {
        await console.AddUserAsync("moves", "Analyst");
        await console.AddUserAsync("leaves", "Analyst");
        await console.AddUserAsync("revokes", "Analyst");
        var tokens = new Dictionary<string, HttpClient>();
        foreach (var name in new[] { "moves", "leaves", "revokes" })
        {
            tokens[name] = Program(await TokenAsync(name, "Analyst"));
            Assert.Equal(HttpStatusCode.OK, (await tokens[name].GetAsync("/v1/alerts")).StatusCode);
        }
        await using (var scope = console.Services.CreateAsyncScope())
        {
            var accounts = scope.ServiceProvider.GetRequiredService<UserAdministration>();
            var users = await scope.ServiceProvider.GetRequiredService<Data.Users.ConsoleUsers>().ListAsync();
            await accounts.ChangeRoleAsync(users.Single(u => u.UserName == "moves"), "Auditor", "user:administrator", "moved");
            await accounts.SetDisabledAsync(users.Single(u => u.UserName == "leaves"), true, "user:administrator", "left");
        }
        var desk = console.Services.GetRequiredService<TokenDesk>();
        System.Security.Claims.ClaimsPrincipal Who(string name) => new(new System.Security.Claims.ClaimsIdentity([new(System.Security.Claims.ClaimTypes.Name, name), new(System.Security.Claims.ClaimTypes.Role, "Analyst")], "test"));
        var mine = Assert.Single(await desk.ListAsync(Who("revokes")));
        // Not somebody else's.
        await Assert.ThrowsAsync<Pages.Agents.NotPermittedException>(() => desk.RevokeAsync(Who("moves"), mine.Id));
        await desk.RevokeAsync(Who("revokes"), mine.Id);
        foreach (var client in tokens.Values)
            await RefusedAsync(client, "/v1/alerts", HttpStatusCode.Unauthorized, "token-refused");
    }

    [Fact]
    public async Task Pages_read_on_from_where_the_last_one_ended()
    {
        using var program = Program(await TokenAsync("analyst", "Analyst"));
        var (_, first) = await GetAsync(program, $"/v1/alerts?take=2&after={_before}");
        Assert.Equal(2, first.GetProperty("items").GetArrayLength());
        Assert.True(first.GetProperty("more").GetBoolean());
        var (_, second) = await GetAsync(program, "/v1/alerts?take=2&after=" + first.GetProperty("next").GetInt64().ToString(CultureInfo.InvariantCulture));
        Assert.Equal(_ids["other Low"], Assert.Single(second.GetProperty("items").EnumerateArray()).GetProperty("id").GetInt64());
        Assert.False(second.GetProperty("more").GetBoolean());
        // Nothing new: the same place again.
        var next = second.GetProperty("next").GetInt64();
        Assert.Equal(next, (await GetAsync(program, $"/v1/alerts?after={next}")).Json.GetProperty("next").GetInt64());
        var (_, severe) = await GetAsync(program, $"/v1/alerts?severity=medium&kind=fan-out&state=new&after={_before}");
        Assert.Equal([_ids["hers Medium"], _ids["other Critical"]], severe.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetInt64()));
    }

    [Fact]
    public async Task What_is_asked_wrongly_is_told()
    {
        using var program = Program(await TokenAsync("analyst", "Analyst"));
        foreach (var query in new[] { "take=0", "take=501", "after=-1", "severity=huge", "kind=FanOut", "since=yesterday", "incident=x" })
            await RefusedAsync(program, "/v1/alerts?" + query, HttpStatusCode.BadRequest, "query-malformed");
        await RefusedAsync(program, "/v1/alerts?sort=up", HttpStatusCode.BadRequest, "query-unknown");
    }

    [Fact]
    public async Task One_alert_comes_whole_and_an_owners_token_knows_her_agents_only()
    {
        using var analyst = Program(await TokenAsync("analyst", "Analyst"));
        var (_, alert) = await GetAsync(analyst, $"/v1/alerts/{_ids["other Critical"]}");
        Assert.Equal((9d, "123.45", "critical"), (alert.GetProperty("why").GetProperty("actual").GetDouble(), alert.GetProperty("money").GetProperty("amount").GetString(), alert.GetProperty("severity").GetString()));
        using var owner = Program(await TokenAsync("owner", "Owner"));
        Assert.Equal(_ids["hers Medium"], Assert.Single((await GetAsync(owner, $"/v1/alerts?after={_before}")).Json.GetProperty("items").EnumerateArray()).GetProperty("id").GetInt64());
        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync($"/v1/alerts/{_ids["hers Medium"]}")).StatusCode);
        await RefusedAsync(owner, $"/v1/alerts/{_ids["other Critical"]}", HttpStatusCode.NotFound, "alert-unknown");
        await RefusedAsync(owner, "/v1/alerts/999999", HttpStatusCode.NotFound, "alert-unknown");
    }

    private HubConnection Hub(string? token) => new HubConnectionBuilder().WithUrl(new Uri(console.Address, "/hubs/alerts"), o => o.AccessTokenProvider = () => Task.FromResult(token)).Build();

    [Fact]
    public async Task Watchers_hear_what_their_role_may_and_are_cut_off_with_their_token()
    {
        await using var stranger = Hub(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Assert.ThrowsAsync<HttpRequestException>(() => stranger.StartAsync())).StatusCode);

        var (analystHeard, ownerHeard) = (new List<long>(), new List<long>());
        var token = await TokenAsync("analyst", "Analyst");
        await using var analyst = Hub(token);
        await using var owner = Hub(await TokenAsync("owner", "Owner"));
        analyst.On<string, long, JsonObject>("alert", (move, leaf, alert) => { lock (analystHeard) analystHeard.Add((long)alert["id"]!); });
        owner.On<string, long, JsonObject>("alert", (move, leaf, alert) => { lock (ownerHeard) ownerHeard.Add((long)alert["id"]!); });
        await analyst.StartAsync();
        await owner.StartAsync();
        var other = await RaiseAsync("other", AlertSeverity.High);
        var hers = await RaiseAsync("hers", AlertSeverity.High);
        await Eventually.TrueAsync(() => analystHeard.Count == 2 && ownerHeard.Count == 1);
        Assert.Equal([other, hers], analystHeard);
        Assert.Equal([hers], ownerHeard);

        var closed = new TaskCompletionSource();
        analyst.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        var hash = TokenSignIn.HashOf(token);
        await ChangeAsync(db => db.ApiTokens.Single(t => t.Hash == hash).RevokedAt = DateTimeOffset.UtcNow);
        await console.Services.GetRequiredService<AlertBroadcast>().EndBadAsync();
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task The_command_line_watches()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, await TokenAsync("analyst", "Analyst") + "\n");
            var (output, error) = (new StringWriter(), new StringWriter());
            var watch = CommandLine.RunAsync(["watch", console.Address.ToString(), "--token-file", file, "--after", $"{_before}", "--severity", "high", "--count", "2"], output, error);
            await Eventually.TrueAsync(() => error.ToString().Contains("watching", StringComparison.Ordinal));
            var id = await RaiseAsync("hers", AlertSeverity.High);
            Assert.Equal(0, await watch.WaitAsync(TimeSpan.FromSeconds(30)));
            var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Collection(lines, l => Assert.Contains($"{_ids["other Critical"]}", l, StringComparison.Ordinal), l => Assert.Contains($"{id}", l, StringComparison.Ordinal));
            // What agents write moves nobody's cursor.
            Assert.DoesNotContain('\u001b', output.ToString());

            await File.WriteAllTextAsync(file, "a2a_wrong");
            error = new StringWriter();
            Assert.NotEqual(0, await CommandLine.RunAsync(["watch", console.Address.ToString(), "--token-file", file], new StringWriter(), error));
            Assert.Contains("refused the token", error.ToString(), StringComparison.Ordinal);
            Assert.NotEqual(0, await CommandLine.RunAsync(["watch", "http://console.example", "--token-file", file], new StringWriter(), error));
            Assert.Contains("plain http", error.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
