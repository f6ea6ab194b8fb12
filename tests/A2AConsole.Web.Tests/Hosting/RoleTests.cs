using System.Net;
using A2AConsole.Web.Hosting;

namespace A2AConsole.Web.Tests.Hosting;

public sealed class RoleTests
{
    [Theory]
    [InlineData("Ingest")]
    [InlineData("Console,Authority")]
    [InlineData("authority, ingest")]
    public void Roles_do_not_split_over_processes_that_share_a_database(string roles)
    {
        var refusal = Assert.Throws<FormatException>(() => ConsoleApplication.Build(new LaunchOptions
        {
            Data = Path.Combine(Path.GetTempPath(), "a2aconsole-never-made"), Roles = roles,
            Settings = ["--A2AConsole:Data:Provider=SqlServer", "--A2AConsole:Data:ConnectionString=Server=sql.invalid"],
        }));
        Assert.Contains("run one process with all of them", refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Path.GetTempPath(), "a2aconsole-never-made")));
    }

    [Theory]
    [InlineData(null, false, true, HostRole.All)]
    [InlineData("Ingest,Console,Authority", false, true, HostRole.All)]
    [InlineData("Ingest", false, false, HostRole.Ingest)]
    [InlineData("Console,Ingest", false, false, HostRole.Console | HostRole.Ingest)]
    [InlineData("Console,Ingest,Authority", true, false, HostRole.All)]
    public void Everything_in_one_process_is_taken(string? roles, bool demo, bool shared, HostRole expected)
        => Assert.Equal(expected, HostRoles.Parse(roles, demo, shared));

    [Theory]
    [InlineData("Ingest", true, false, "The demo needs all roles")]
    [InlineData("Edge", false, false, "There is no role 'Edge'")]
    public void What_cannot_be_is_named(string roles, bool demo, bool shared, string expected)
        => Assert.Contains(expected, Assert.Throws<FormatException>(() => HostRoles.Parse(roles, demo, shared)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Without_the_console_there_is_no_page_no_way_in_and_no_set_up_link()
    {
        await using var console = await RunningConsole.StartAsync("--A2AConsole:Roles=Ingest");
        Assert.Equal("", console.SetUpToken);
        using var browser = console.Browser();
        foreach (var path in new[] { "/", "/account/sign-in", "/account/set-up", "/events", "/ledger/checkpoint", "/_blazor/negotiate", "/css/tokens.css" })
        {
            using var reply = await browser.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
        }
    }
}
