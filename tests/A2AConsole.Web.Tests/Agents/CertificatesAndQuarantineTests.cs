using System.Text;
using A2AConsole.Core.Admission;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Certificates;
using A2AConsole.Web.Pages.Quarantine;
using A2AConsole.Web.Shared;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Agents;

public sealed class CertificatesAndQuarantineTests : AgentPagesContext
{
    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void Mine_shows_what_the_viewers_agents_hold_and_nothing_else()
    {
        SignIn(Roles.Owner, Active.Owner!);
        Navigation.NavigateTo("/certificates?mine=1");
        var page = Render<CertificatesPage>();
        var mine = Agents.Where(a => a.CertificateSerial is not null && a.Owner == Active.Owner).Select(a => $"certificate-{a.Number}").Order();
        Assert.Equal(mine, page.FindAll("tbody tr[data-row]").Select(r => r.Id!).Order());
        Assert.Equal("My certificates", page.Find("h1").TextContent);
    }

    [Fact]
    public void Few_certificates_are_single_marks_and_many_are_bars()
    {
        LifeTimeline Timeline(int count) => new(DateTimeOffset.UnixEpoch, new Dictionary<CertificateZone, int> { [CertificateZone.Healthy] = count }, [new LifeBucket(100, count)]);
        var few = Render<LifeStrip>(p => p.Add(s => s.Timeline, Timeline(5)).Add(s => s.HrefOf, _ => "/x"));
        Assert.Equal(5, few.FindAll(".bucket i").Count);
        var many = Render<LifeStrip>(p => p.Add(s => s.Timeline, Timeline(100_000)).Add(s => s.HrefOf, _ => "/x"));
        Assert.Single(many.FindAll(".bucket i.bar"));
        Assert.Contains("100,000", many.Find("table").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_event_opens_beside_the_list_with_its_bytes_as_text_never_as_markup()
    {
        SignIn(Roles.Analyst);
        var contexts = Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>();
        await using (var db = await contexts.CreateDbContextAsync())
        {
            db.QuarantineItems.Add(new QuarantineItem
            {
                Id = 77, AgentNumber = 1, RecordedAt = DateTimeOffset.UtcNow, Code = "replayed", Count = 1, Size = 60, Detail = "seen at leaf 12",
                Bytes = Encoding.UTF8.GetBytes("{\"note\":\"<script>alert(1)</script>\",\"a\":1,\"a\":2}"),
            });
            db.QuarantineItems.Add(new QuarantineItem { Id = 78, AgentNumber = 1, RecordedAt = DateTimeOffset.UtcNow, Code = "summary", Count = 500 });
            await db.SaveChangesAsync();
        }
        Navigation.NavigateTo("/quarantine/77?code=replayed");
        var page = Render<QuarantinePage>(p => p.Add(x => x.Leaf, 77L));
        Assert.Single(page.FindAll("tbody tr[data-row]"));
        var panel = page.Find("aside.panel");
        Assert.Contains("seen at leaf 12", panel.TextContent, StringComparison.Ordinal);
        Assert.Equal(5, panel.QuerySelectorAll(".checks li.passed").Length);
        Assert.Equal(2, panel.QuerySelectorAll(".checks li.notreached").Length);
        Assert.Empty(panel.QuerySelectorAll("script"));
        Assert.Equal("/quarantine?code=replayed", page.Find("a[data-close]").GetAttribute("href"));

        var summary = Render<QuarantinePage>(p => p.Add(x => x.Leaf, 78L));
        Assert.Contains("500 refusals", summary.Find("aside.panel").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_are_laid_out_when_they_are_JSON_and_shown_in_hex_otherwise()
    {
        var envelope = $$"""{"payload":"{{Convert.ToBase64String("{\"id\":\"m-1\"}"u8)}}","payloadType":"x","signatures":[]}""";
        var json = PayloadText.Of(Encoding.UTF8.GetBytes(envelope));
        Assert.Equal(PayloadForm.Json, json.Form);
        Assert.Contains("m-1", json.Inner, StringComparison.Ordinal);
        Assert.Contains("\"a\": 1,\n  \"a\": 2", PayloadText.Of("{\"a\":1,\"a\":2}"u8.ToArray()).Text.ReplaceLineEndings("\n"), StringComparison.Ordinal);

        var hex = PayloadText.Of(new byte[] { 0, 0x41, 0xff });
        Assert.Equal(PayloadForm.Hex, hex.Form);
        Assert.StartsWith("000000  00 41 ff", hex.Text, StringComparison.Ordinal);
        Assert.Equal(PayloadText.MaxHex, PayloadText.Of(new byte[1 << 20]).Shown);
        foreach (var odd in new[] { "", "{", "\"\\ud800\"", "{\"payload\":\"!\"}", "{\"payload\":\"\\ud800\"}", new string('[', 5000) })
            Assert.NotNull(PayloadText.Of(Encoding.UTF8.GetBytes(odd)));
    }

    [Fact]
    public void Every_refusal_says_what_would_be_right()
        => Assert.All(Refusal.All, r =>
        {
            Assert.False(string.IsNullOrWhiteSpace(CheckTrail.WhatWouldBeRight(r.Text)));
            Assert.Equal(r.Check, CheckTrail.Of(r.Text).Single(s => s.Outcome == CheckOutcome.Failed).Check);
        });

    [Fact]
    public void Views_survive_their_addresses()
    {
        var quarantine = new QuarantineView { Code = "stale", Agent = "spiffe://a/env/b/role/c/agent/d", Range = "24h", Text = "x&y", Before = 12, Leaf = 9 };
        Assert.Equal(quarantine, QuarantineView.Parse(new Uri("http://localhost" + quarantine.Url).Query, 9));
        var certificates = new CertificatesView { Mine = true, Text = "ab", Environment = "test", Zone = CertificateZone.Late, After = new(DateTimeOffset.UnixEpoch.AddDays(1), CertificateZone.Due, DateTimeOffset.UnixEpoch.AddDays(2), 4) };
        Assert.Equal(certificates, CertificatesView.Parse(new Uri("http://localhost" + certificates.Url).Query));
    }

    [Theory, InlineData("=1+1", "'=1+1"), InlineData("a,b", "\"a,b\""), InlineData("a\"b", "\"a\"\"b\""), InlineData(-5, "-5"), InlineData(null, ""), InlineData("@x,y", "\"'@x,y\"")]
    public void A_cell_of_a_CSV_file_can_neither_break_out_nor_be_run(object? value, string cell) => Assert.Equal(cell, TableFile.Cell(value));
}
