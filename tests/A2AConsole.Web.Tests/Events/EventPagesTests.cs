using System.Text;
using A2AConsole.Core.Ledger;
using A2AConsole.Data;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Users;
using A2AConsole.Web.Access;
using A2AConsole.Web.Live;
using A2AConsole.Web.Pages.Events;
using A2AConsole.Web.Shared.Tables;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using EventsPage = A2AConsole.Web.Pages.Events.Events;

namespace A2AConsole.Web.Tests.Events;

public sealed class EventPagesTests : BunitContext, IClassFixture<EventSite>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly EventSite _site;
    private readonly BunitAuthorizationContext _visitor;

    public EventPagesTests(EventSite site)
    {
        _site = site;
        Services.AddSingleton(site.Site.Ledger);
        Services.AddSingleton(site.Site.Reader);
        Services.AddSingleton(site.Site.Domain);
        Services.AddSingleton(site.Site.Time);
        Services.AddSingleton(site.Site.Get<IDbContextFactory<ConsoleDbContext>>());
        Services.AddSingleton<EventQueries>();
        Services.AddSingleton<EventDossierReader>();
        Services.AddSingleton(new LiveFeed(site.Site.Ledger, TimeProvider.System, TimeSpan.FromMilliseconds(5)));
        Services.AddSingleton<ConsoleUsers>();
        Services.AddScoped<CurrentUser>();
        Services.AddScoped<TablePreferences>();
        _visitor = this.AddAuthorization();
        JSInterop.Mode = JSRuntimeMode.Loose;
        SetRendererInfo(new RendererInfo("Server", true));
    }

    [Fact]
    public async Task Columns_and_density_are_remembered_with_the_person_and_are_there_from_the_first_picture()
    {
        await _site.SendAsync(1);
        await _site.AddPersonAsync("one");
        await _site.AddPersonAsync("two");
        SignIn("one");
        var page = Render<EventsPage>();
        page.WaitForAssertion(() => page.Find("td.c-to"), Patience);
        Assert.Empty(page.FindAll("td.c-digest"));

        await Choice(page, "To").ChangeAsync(new ChangeEventArgs { Value = false });
        await Choice(page, "Digest").ChangeAsync(new ChangeEventArgs { Value = true });
        await Choice(page, "Compact").ChangeAsync(new ChangeEventArgs { Value = "on" });
        Assert.Empty(page.FindAll(".c-to"));
        Assert.NotEmpty(page.FindAll("th.c-digest"));
        Assert.NotNull(page.Find("table.compact td.c-digest"));

        // A new circuit of the same person, and one of somebody else.
        var again = Render<EventsPage>();
        again.WaitForAssertion(() => Assert.NotNull(again.Find("table.compact td.c-digest")), Patience);
        Assert.Empty(again.FindAll(".c-to"));
        SignIn("two");
        var other = Render<EventsPage>();
        other.WaitForAssertion(() => other.Find("td.c-to"), Patience);
        Assert.Empty(other.FindAll("table.compact, .c-digest"));
    }

    [Fact]
    public async Task An_admitted_event_shows_in_an_open_page_by_itself()
    {
        await _site.SendAsync(1);
        var page = Render<EventsPage>();
        var sent = (await _site.SendAsync(1))[0];
        page.WaitForAssertion(() => page.Find($"#leaf-{sent}"), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Paused_the_list_stands_still_and_counts_and_resumed_it_shows_what_came()
    {
        await _site.SendAsync(1);
        var page = Render<EventsPage>();
        await page.Find("[data-testid=pause]").ClickAsync();
        var sent = await _site.SendAsync(3);
        page.WaitForAssertion(() => Assert.Contains("3 new", page.Find("[data-testid=waiting]").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        Assert.Empty(page.FindAll($"#leaf-{sent[0]}"));

        await page.Find("[data-testid=pause]").ClickAsync();
        page.WaitForAssertion(() => Assert.All(sent, leaf => page.Find($"#leaf-{leaf}")), TimeSpan.FromSeconds(20));
        Assert.Empty(page.FindAll("[data-testid=waiting]"));
    }

    [Fact]
    public async Task A_filter_goes_into_the_address_and_the_address_filters()
    {
        await _site.SendAsync(1);
        var page = Render<EventsPage>();
        await page.Find("#f-code").ChangeAsync(new ChangeEventArgs { Value = "expired" });
        Assert.EndsWith("/events?code=expired", "/events" + new Uri(Services.GetRequiredService<NavigationManager>().Uri).Query, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Contains("No events, the event has expired", page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task An_open_event_shows_every_check_and_a_proof_that_was_verified()
    {
        var leaf = (await _site.SendAsync(1))[0];
        var panel = Render<EventPanel>(p => p.Add(x => x.Leaf, leaf).Add(x => x.CloseHref, "/events"));
        panel.WaitForAssertion(() => Assert.Equal(8, panel.FindAll(".checks li.passed").Count), TimeSpan.FromSeconds(20));

        Services.GetRequiredService<NavigationManager>().NavigateTo($"/events/{leaf}?tab=proof");
        panel.WaitForAssertion(() => Assert.Contains("It is on the ledger", panel.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_refused_event_says_why_what_to_do_and_which_check_failed()
    {
        var reply = await _site.Agent.SendAsync(_site.Agent.Event() with { Type = "nobody.knows.this" });
        var leaf = reply.Json.GetProperty("leafIndex").GetInt64();
        var panel = Render<EventPanel>(p => p.Add(x => x.Leaf, leaf).Add(x => x.CloseHref, "/events"));
        panel.WaitForAssertion(() =>
        {
            Assert.Contains("The event's type is not registered", panel.Find("h3").TextContent, StringComparison.Ordinal);
            Assert.Contains("What to do.", panel.Markup, StringComparison.Ordinal);
            Assert.Equal("Schema", panel.Find(".checks li.failed strong").TextContent);
            Assert.Equal(7, panel.FindAll(".checks li.passed").Count);
        }, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task The_evidence_file_proves_the_event_to_a_stranger()
    {
        var leaf = (await _site.SendAsync(1))[0];
        var reader = Services.GetRequiredService<EventDossierReader>();
        var file = await reader.EvidenceAsync((await reader.ReadAsync(leaf))!);
        Assert.True(Evidence.TryParse(file, out var evidence, out var error), error);
        Assert.True(TlogProof.TryParse(evidence.Proof, out var proof, out error), error);
        Assert.True(proof.TryVerify(evidence.Leaf.Span, Ed25519NoteVerifier.Parse(_site.Site.Domain.LedgerSigner.VerifierKey), out _, out error), error);
        Assert.Equal(2, evidence.CertificateChain.Split("BEGIN CERTIFICATE").Length - 1);
    }

    [Fact]
    public async Task The_evidence_of_a_refused_event_has_the_bytes_as_they_came()
    {
        var body = _site.Agent.Sign(_site.Agent.Event() with { Type = "nobody.knows.this" });
        var refused = (await _site.Agent.PostAsync(body)).Json.GetProperty("leafIndex").GetInt64();
        var nonsense = (await _site.Agent.PostAsync("{\"payload\":7}"u8.ToArray())).Json.GetProperty("leafIndex").GetInt64();
        var reader = Services.GetRequiredService<EventDossierReader>();
        foreach (var (leaf, bytes) in new[] { (refused, body), (nonsense, "{\"payload\":7}"u8.ToArray()) })
        {
            var dossier = (await reader.ReadAsync(leaf))!;
            Assert.True(dossier.HasEvidence);
            Assert.True(Evidence.TryParse(await reader.EvidenceAsync(dossier), out var evidence, out var error), error);
            Assert.Equal(bytes, evidence.Received.ToArray());
            Assert.True(evidence.Envelope.IsEmpty);
            Assert.Contains("BEGIN CERTIFICATE", evidence.CertificateChain, StringComparison.Ordinal);
            Assert.True(TlogProof.TryParse(evidence.Proof, out var proof, out error), error);
            Assert.True(proof.TryVerify(evidence.Leaf.Span, Ed25519NoteVerifier.Parse(_site.Site.Domain.LedgerSigner.VerifierKey), out _, out error), error);
        }
        var summary = new EventDossier { Index = 0, LeafBytes = [], Leaf = (await reader.ReadAsync(refused))!.Leaf with { Kind = LeafKind.RefusalSummary } };
        Assert.False(summary.HasEvidence);
    }

    [Fact]
    public async Task A_replay_names_the_message_that_it_repeats()
    {
        var body = _site.Agent.Sign();
        var first = (await _site.Agent.PostAsync(body)).Json.GetProperty("leafIndex").GetInt64();
        var replay = (await _site.Agent.PostAsync(body)).Json.GetProperty("leafIndex").GetInt64();
        var panel = Render<EventPanel>(p => p.Add(x => x.Leaf, replay).Add(x => x.CloseHref, "/events"));
        panel.WaitForAssertion(() => Assert.Equal($"/events/{first}", panel.Find(".why a").GetAttribute("href")), Patience);

        // The same nonce under another message id names nobody.
        var reused = _site.Agent.Event();
        await _site.Agent.PostAsync(_site.Agent.Sign(reused));
        var nonce = (await _site.Agent.PostAsync(_site.Agent.Sign(reused with { Id = Guid.NewGuid().ToString() }))).Json.GetProperty("leafIndex").GetInt64();
        var unnamed = Render<EventPanel>(p => p.Add(x => x.Leaf, nonce).Add(x => x.CloseHref, "/events"));
        unnamed.WaitForAssertion(() => Assert.Contains("the same nonce", unnamed.Find(".why").TextContent, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task The_export_has_what_is_filtered_and_no_cell_is_a_formula()
    {
        await _site.SendAsync(3);
        using var csv = new MemoryStream();
        await EventExport.WriteCsvAsync(csv, EventExport.RowsAsync(_site.Site.Reader, new EventFilter { Verdict = LeafVerdict.Admitted }, null, default), _ => "", default);
        var lines = Encoding.UTF8.GetString(csv.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("leaf,at,kind,verdict,", lines[0], StringComparison.Ordinal);
        Assert.All(lines.Skip(1), l => Assert.Contains(",event,admitted,", l, StringComparison.Ordinal));
        Assert.Equal("'=HYPERLINK(1)", EventExport.Cell("=HYPERLINK(1)"));
        Assert.Equal("\"a,\"\"b\"\"\"", EventExport.Cell("a,\"b\""));
    }

    [Fact]
    public async Task A_file_that_does_not_take_all_says_so_at_its_end_and_how_to_go_on()
    {
        await _site.SendAsync(5);
        var filter = new EventFilter { Verdict = LeafVerdict.Admitted };
        var all = (await _site.Site.Reader.EventsAsync(filter, null, 100)).Rows.Select(r => r.Index).ToList();
        using var csv = new MemoryStream();
        await EventExport.WriteCsvAsync(csv, EventExport.RowsAsync(_site.Site.Reader, filter, null, default, most: 2), leaf => $"/events/export.csv?before={leaf}", default);
        var lines = Encoding.UTF8.GetString(csv.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Contains($",truncated,", lines[3], StringComparison.Ordinal);
        Assert.Contains($"go on with /events/export.csv?before={all[2] + 1}", lines[3], StringComparison.Ordinal);

        using var json = new MemoryStream();
        await EventExport.WriteJsonAsync(json, EventExport.RowsAsync(_site.Site.Reader, filter, all[2] + 1, default, most: 2), leaf => $"{leaf}", default);
        using var rest = System.Text.Json.JsonDocument.Parse(json.ToArray());
        Assert.Equal(all.Skip(2).Take(2), rest.RootElement.EnumerateArray().Take(2).Select(r => r.GetProperty("leaf").GetInt64()));
        Assert.True(rest.RootElement[2].GetProperty("truncated").GetBoolean());

        // What fits to the last row is not called truncated.
        var whole = await EventExport.RowsAsync(_site.Site.Reader, filter, null, default, most: all.Count).ToListAsync();
        Assert.Equal(all, whole.Select(r => r.Row!.Index));
    }

    private void SignIn(string id)
    {
        _visitor.SetAuthorized(id);
        _visitor.SetClaims(new System.Security.Claims.Claim(System.Security.Claims.ClaimTypes.NameIdentifier, id));
    }

    private static AngleSharp.Dom.IElement Choice(IRenderedComponent<EventsPage> page, string name)
        => page.FindAll(".menu-check").Single(l => l.TextContent.Trim() == name).QuerySelector("input")!;
}
