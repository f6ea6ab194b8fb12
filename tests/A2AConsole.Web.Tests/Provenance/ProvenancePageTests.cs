using System.Security.Cryptography;
using System.Text;
using A2AConsole.Core.Provenance.Lineage;
using A2AConsole.Data.Queries;
using A2AConsole.Testing;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Provenance;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Provenance;

/// <summary>Real messages over the edge, from demand to shipment, as their provenance shows them.</summary>
public sealed class ProvenancePageTests : SitePages
{
    private const string Analyst = "analyst@acme.example";

    private const string Signal = """{"signalId":"s1","gtin":"04012345123456","site":"4012345000016","week":"2026-W48","qty":{"value":"1200","uom":"EA"},"source":"pos"}""";
    private static readonly string Forecast = $$$"""{"forecastId":"f1","gtin":"04012345123456","site":"4012345000016","points":[{"week":"2026-W49","p50":{"value":"1180","uom":"EA"}}],"evidence":[{"ref":"demand.signal:s1","digest":"{{{Sha(Signal)}}}"},{"ref":"weather","digest":"{{{Sha("weather")}}}"}]}""";
    private static readonly string Proposal = $$$"""{"proposalId":"p1","supplier":"4012345000016","shipTo":"4012345000016","lines":[{"gtin":"04012345123456","qty":{"value":"1500","uom":"EA"},"unitPrice":{"amount":"12.30","currency":"EUR"}}],"total":{"amount":"18450.00","currency":"EUR"},"neededBy":"2026-11-23T09:00:00Z","basis":{"forecastId":"f1"},"evidence":[{"ref":"forecast","digest":"{{{Sha(Forecast)}}}"}]}""";
    private static readonly string Query = """{"queryId":"t1","supplier":"4012345000016","fields":["lead_time"],"purpose":"support"}""";

    private readonly Dictionary<string, string> _digests = [];

    public ProvenancePageTests()
    {
        Services.AddSingleton<LineageQueries>();
        Services.AddSingleton<LineageThenQueries>();
        Services.AddSingleton<ProvenanceReader>();
    }

    private static string Sha(string data) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)));

    protected override async Task SeedAsync()
    {
        await AddPeopleAsync((Analyst, Roles.Analyst));
        var agent = await Site.EnrollAsync("forecast");
        foreach (var (type, data) in new[] { ("demand.signal", Signal), ("forecast.published", Forecast), ("replenishment.proposed", Proposal), ("supplier.terms.query", Query) })
        {
            var e = agent.Event() with { Type = type, Data = data };
            _digests[type] = Convert.ToHexStringLower(SHA256.HashData(e.ToBytes()));
            var reply = (await agent.SendAsync(e)).Json;
            Assert.True(reply.TryGetProperty("leafIndex", out _), reply.GetRawText());
        }
        await Eventually.TrueAsync(async () =>
        {
            Site.Clock.Advance(TimeSpan.FromSeconds(1));
            return await Site.QueryAsync(db => db.LineageMessages.CountAsync()) == _digests.Count;
        });
    }

    private IRenderedComponent<ProvenancePage> Page(string id, string query = "")
    {
        SignIn(Roles.Analyst, Analyst);
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/provenance/{id}{query}");
        return Render<ProvenancePage>(p => p.Add(x => x.Id, id));
    }

    private static string Text(AngleSharp.Dom.IElement element) => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void A_proposal_is_traced_back_to_its_signal_with_a_verdict_on_every_link()
    {
        var page = Page(_digests["replenishment.proposed"]);
        page.WaitForElement("svg.graph");
        Assert.Contains("replenishment.proposed proposal:p1 derives from 3 messages and documents shown here. Nothing on the way was found broken.", Text(page.Find(".says")), StringComparison.Ordinal);
        var labels = page.FindAll("svg .node > a[aria-label]").Select(a => a.GetAttribute("aria-label")!).ToList();
        Assert.Equal(4, labels.Count);
        Assert.Contains(labels, l => l.StartsWith("demand.signal ", StringComparison.Ordinal) && l.Contains(" Verified", StringComparison.Ordinal) && l.EndsWith(", s1", StringComparison.Ordinal));
        Assert.Contains(labels, l => l.StartsWith("document ", StringComparison.Ordinal) && l.Contains("weather", StringComparison.Ordinal) && l.Contains("Not provable", StringComparison.Ordinal));
        Assert.Equal(3, page.FindAll("svg.graph path.line").Count);
        Assert.Equal(2, page.FindAll("svg.graph path.line.admitted").Count);
    }

    [Fact]
    public void The_table_at_the_same_address_says_the_same_and_a_node_can_be_hidden_and_shown_again()
    {
        var page = Page(_digests["replenishment.proposed"], "?view=table");
        page.WaitForElement("table");
        Assert.Empty(page.FindAll("svg.graph"));
        Assert.Equal(4, page.FindAll("tbody tr").Count);
        Assert.Equal(2, page.FindAll(".cites .verdict.admitted").Count);
        Services.GetRequiredService<NavigationManager>().NavigateTo(page.Find("a[aria-label='Hide forecast.published f1']").GetAttribute("href")!);
        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr")));
        Assert.Contains("1 node is hidden", Text(page.Find(".notes")), StringComparison.Ordinal);
        Services.GetRequiredService<NavigationManager>().NavigateTo(page.Find(".notes a").GetAttribute("href")!);
        page.WaitForAssertion(() => Assert.Equal(4, page.FindAll("tbody tr").Count));
    }

    [Fact]
    public void Who_was_affected_has_the_money_and_the_list()
    {
        var page = Page(_digests["demand.signal"], "?dir=affected");
        page.WaitForElement("svg.graph");
        Assert.Contains("2 messages derive from demand.signal signal:s1, by 1 agent, naming EUR 18,450.00.", Text(page.Find(".says")), StringComparison.Ordinal);
        Assert.Contains("EUR 18,450.00", Text(page.Find(".totals")), StringComparison.Ordinal);
        Assert.Contains("replenishment.proposed, 1 message", Text(page.Find("tfoot")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_shows_how_it_stood_then()
    {
        var page = Page(_digests["forecast.published"]);
        page.WaitForElement("svg.graph");
        Services.GetRequiredService<NavigationManager>().NavigateTo(page.Find("svg .node.start > a").GetAttribute("href")!);
        page.WaitForElement(".panel");
        var panel = Text(page.Find(".panel"));
        Assert.Contains("As it stood then", panel, StringComparison.Ordinal);
        Assert.Contains("valid to", panel, StringComparison.Ordinal);
        Assert.Contains("Its bytes are those that the ledger recorded", panel, StringComparison.Ordinal);
        Assert.Contains("Names the digest of that message's data.", panel, StringComparison.Ordinal);
    }

    [Fact]
    public void What_nobody_sent_is_told_apart_from_what_is_not_known_and_from_a_document()
    {
        Assert.Contains("No admitted message has that name", Text(Page("nobody").WaitForElement(".empty")), StringComparison.Ordinal);
        var document = Page(Sha("weather")["sha256:".Length..]);
        Assert.Contains("1 message cites it", Text(document.WaitForElement(".says")), StringComparison.Ordinal);
        Assert.Contains("names nothing that it derives from", Text(Page(_digests["supplier.terms.query"]).WaitForElement(".says")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_were_changed_in_the_store_are_the_first_broken_link()
    {
        var reader = Services.GetRequiredService<ProvenanceReader>();
        var view = new ProvenanceView { Id = _digests["replenishment.proposed"] };
        Assert.Null((await reader.ReadAsync(view)).FirstBroken);
        var leaf = (await reader.ReadAsync(view)).Nodes.Single(n => n.Title == "forecast.published").Message!.Leaf;
        await Site.QueryAsync(async db =>
        {
            var payload = await db.EventPayloads.SingleAsync(p => p.FirstLeaf == leaf);
            payload.Events = [.. payload.Events.Select((b, i) => i == payload.Events.Length / 2 ? (byte)(b == 'A' ? 'B' : 'A') : b)];
            db.Entry(payload).Property(p => p.Events).IsModified = true;
            return await db.SaveChangesAsync();
        });
        var broken = (await reader.ReadAsync(view)).FirstBroken;
        Assert.NotNull(broken);
        Assert.Equal(LinkState.Refused, broken.Value.Verdict.State);
    }

    [Fact]
    public async Task The_drawing_as_a_file_stands_by_itself_and_quotes_what_strangers_wrote()
    {
        var reader = Services.GetRequiredService<ProvenanceReader>();
        var view = new ProvenanceView { Id = _digests["replenishment.proposed"] };
        var svg = ProvenanceSvg.OfFile(await reader.ReadAsync(view), view, "what <b> & \"who\"");
        var read = System.Xml.Linq.XDocument.Parse(svg);
        Assert.Contains("what <b> & \"who\"", read.Root!.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("href", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("var(--", svg, StringComparison.Ordinal);
    }
}
