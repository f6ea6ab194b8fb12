using A2AConsole.Data.Stores;
using A2AConsole.Web.Access;
using A2AConsole.Web.Hosting;
using A2AConsole.Web.Pages.Settings;
using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Settings;

public sealed class TokenPageTests : SitePages
{
    protected override void ForwardMore()
    {
        Services.AddSingleton<ApiTokens>();
        Services.AddSingleton<TokenDesk>();
        Services.AddSingleton(PublicAddress.Read(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build().GetSection("x"), "http://localhost:5080"));
    }

    private IRenderedComponent<Tokens> Open()
    {
        SignIn(Roles.Analyst, "ann");
        return Render<Tokens>();
    }

    [Fact]
    public async Task A_token_is_shown_once_kept_as_a_hash_and_revoked()
    {
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("There is no token yet", page.Markup, StringComparison.Ordinal));
        page.Find("#token-name").Input("SIEM collector");
        await page.Find("form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("Copy this token now", page.Markup, StringComparison.Ordinal));
        var secret = System.Text.RegularExpressions.Regex.Match(page.Markup, "a2a_[A-Za-z0-9_-]{43}").Value;
        var row = await Site.QueryAsync(db => db.ApiTokens.AsNoTracking().SingleAsync());
        Assert.Equal((TokenSignIn.HashOf(secret), "ann", "Analyst"), (row.Hash, row.Owner, row.Role));
        Assert.Equal(TimeSpan.FromDays(30), row.ExpiresAt - row.CreatedAt);
        page.FindAll("button").First(b => b.TextContent == "Done").Click();
        Assert.DoesNotContain(secret, page.Markup, StringComparison.Ordinal);
        Assert.Contains("SIEM collector", page.Find("tbody").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_name_it_says_what_would_be_right()
    {
        var page = Open();
        page.WaitForElement("form");
        await page.Find("form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("Name it in 1 to 64 characters", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal(0, await Site.QueryAsync(db => db.ApiTokens.CountAsync()));
    }
}
