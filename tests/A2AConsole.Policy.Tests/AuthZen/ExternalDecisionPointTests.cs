using A2AConsole.Core.Policies;
using A2AConsole.Policy.Tests.Life;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Policy.Tests.AuthZen;

/// <summary>Another engine decides by configuration: what the policies here would allow does not matter then.</summary>
public sealed class ExternalDecisionPointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"decision": true}""", PolicyVerdict.Allow, null)]
    [InlineData("""{"decision": false}""", PolicyVerdict.Deny, null)]
    [InlineData("""{"decision": false, "context": {"verdict": "human", "needs": ["human-approval"], "policies": ["theirs"]}}""", PolicyVerdict.Human, null)]
    [InlineData("""{"decision": "true"}""", PolicyVerdict.Deny, DecisionFaults.Unreachable)]
    [InlineData("no answer", PolicyVerdict.Deny, DecisionFaults.Unreachable)]
    public async Task What_it_answers_counts(string answer, PolicyVerdict verdict, string? fault)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        await using var host = builder.Build();
        host.MapPost("/access/v1/evaluation", context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(answer, Token);
        });
        await host.StartAsync(Token);
        await using var site = await PolicySite.StartAsync(configure: o => (o.AuthZenEndpoint, o.AuthZenTimeout) = (new Uri(host.Urls.First() + "/access/v1/evaluation"), TimeSpan.FromMinutes(1)));
        // The policies here would allow the first and deny the second.
        foreach (var amount in new[] { 1L, 1000 })
        {
            var decision = await site.Active.DecideAsync(Cedar.Request(amount), Token);
            Assert.Equal((verdict, fault), (decision.Verdict, decision.Fault?.Code));
            Assert.Empty(decision.Determining);
        }
    }
}
