using A2AConsole.Core.Identity;
using A2AConsole.Trust.Outage;
using A2AConsole.Web.Access;
using A2AConsole.Web.Layout;
using A2AConsole.Web.Pages;
using A2AConsole.Web.Tests.Agents;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Layout;

public sealed class OutageNoticeTests : AgentPagesContext
{
    private static readonly DateTimeOffset Since = new(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(Roles.Owner, "/agents")]
    [InlineData(Roles.Analyst, "/quarantine")]
    [InlineData(Roles.Auditor, "/certificates")]
    public async Task Whoever_is_signed_in_reads_on_every_page_since_when_and_who_ends_first(string role, string path)
    {
        var health = Health;
        health.First = [new(7, "spiffe://acme.example/env/prod/role/planner/agent/p-7", "p-7", null, RiskTier.High, Since.AddMinutes(20), false)];
        SignIn(role);
        Services.GetRequiredService<NavigationManager>().NavigateTo(path);
        var screen = Render<Routes>();
        screen.WaitForElement("main h1", TimeSpan.FromSeconds(60));
        Assert.Empty(screen.FindAll(".outage"));

        await screen.InvokeAsync(() => health.Say(Since, "the token was pulled out"));
        var notice = screen.WaitForElement(".outage", TimeSpan.FromSeconds(60));
        Assert.Equal("alert", notice.GetAttribute("role"));
        Assert.Contains("2026-06-01T08:00:00.000Z", notice.InnerHtml, StringComparison.Ordinal);
        Assert.Contains("The token was pulled out.", notice.TextContent, StringComparison.Ordinal);
        Assert.Equal("p-7", notice.QuerySelector("li a")!.TextContent);

        await screen.InvokeAsync(() => health.Say(null, null));
        screen.WaitForAssertion(() => Assert.Empty(screen.FindAll(".outage")), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void That_it_is_down_is_said_also_when_the_store_does_not_say_who_ends_first()
    {
        Health.First = null;
        Health.Say(Since, "refused");
        SignIn(Roles.Analyst);
        var notice = Render<OutageNotice>();
        Assert.Contains("does not answer since", notice.Find(".outage").TextContent, StringComparison.Ordinal);
        Assert.Empty(notice.FindAll("li"));
    }

    private PlayedHealth Health => (PlayedHealth)Services.GetRequiredService<IAuthorityHealth>();
}
