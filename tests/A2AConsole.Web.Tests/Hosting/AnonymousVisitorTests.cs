using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Hosting;

[Collection<ConsoleVisits>]
public sealed partial class AnonymousVisitorTests(RunningConsole console)
{
    /// <summary>What answers without signing in, and why it must: the way in, and a page that says that something failed.</summary>
    private static readonly string[] Open = ["/account/sign-in", "/account/set-up", "/account/password/new", "/account/denied", "/error"];

    [Fact]
    public async Task No_page_and_no_data_endpoint_answers_an_anonymous_visitor()
    {
        using var browser = console.Browser();
        var visited = 0;
        foreach (var path in Paths())
        {
            using var reply = await browser.GetAsync(path);
            Assert.True(reply.StatusCode is HttpStatusCode.Found or HttpStatusCode.Unauthorized or HttpStatusCode.MethodNotAllowed,
                $"{path} answered an anonymous visitor with {reply.StatusCode}");
            if (reply.StatusCode == HttpStatusCode.Found)
                Assert.StartsWith("/account/sign-in", new Uri(console.Address, reply.Headers.Location!).AbsolutePath, StringComparison.Ordinal);
            visited++;
        }
        Assert.True(visited > 20, $"Only {visited} endpoints were found to try.");
    }

    [Fact]
    public void Only_the_listed_pages_and_static_files_are_open()
    {
        var open = Endpoints().Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null && e.Metadata.GetMetadata<Microsoft.AspNetCore.StaticAssets.StaticAssetDescriptor>() is null)
            .Select(e => "/" + e.RoutePattern.RawText?.TrimStart('/')).Distinct().Except(Open);
        Assert.Empty(open);
    }

    [Theory]
    [InlineData("/events")]
    [InlineData("/ledger/checkpoint")]
    [InlineData("/events/export.csv")]
    public async Task A_program_is_told_that_it_is_not_signed_in(string path)
    {
        using var program = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = console.Address };
        using var reply = await program.GetAsync(path);
        Assert.Equal(HttpStatusCode.Unauthorized, reply.StatusCode);
    }

    [Fact]
    public async Task Every_answer_forbids_framing_sniffing_and_foreign_scripts()
    {
        using var browser = console.Browser();
        foreach (var path in (string[])["/account/sign-in", "/events", "/css/tokens.css", "/nothing-here"])
        {
            using var reply = await browser.GetAsync(path);
            var policy = string.Join(' ', reply.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(reply.Headers.GetValues("X-Content-Type-Options")));
        }
    }

    private IEnumerable<RouteEndpoint> Endpoints()
        => console.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private IEnumerable<string> Paths()
        => Endpoints()
            .Where(e => e.Metadata.GetMetadata<Microsoft.AspNetCore.StaticAssets.StaticAssetDescriptor>() is null)
            .Select(e => "/" + Parameter().Replace(e.RoutePattern.RawText ?? "", "1").TrimStart('/'))
            .Where(p => !Open.Contains(p) && !p.StartsWith("/_framework", StringComparison.Ordinal))
            .Distinct();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
