using A2AConsole.Core.Schemas;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Trust.Findings;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Pages.Certificates;
using A2AConsole.Web.Shared;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace A2AConsole.Web.Tests.Life;

/// <summary>What stops with a revocation, what an agent did, and the findings of the inspection, as people see them.</summary>
public sealed class FlowScreensTests : SitePages
{
    private const string Owner = "owner@acme.example", Analyst = "analyst@acme.example";

    private int _b1, _b2;

    protected override async Task SeedAsync()
    {
        await AddPeopleAsync((Owner, Roles.Owner), (Analyst, Roles.Analyst));
        (_b1, _b2) = (await AddAgentAsync("b1", Owner), await AddAgentAsync("b2", null));
        var today = (int)(Site.Time.GetUtcNow().ToUnixTimeSeconds() / 86_400);
        await Site.QueryAsync(async db =>
        {
            for (var i = 0; i < 7; i++)
            {
                var peer = Site.Identity($"peer-{i}");
                db.FlowDays.Add(new FlowDay { AgentNumber = _b1, Day = today, Peer = peer, Type = i == 0 ? "invoice.payment.requested" : "route.quote", Count = 900 - 100 * i, Bytes = 1 });
                if (i == 0)
                {
                    db.FlowMoneyDays.Add(new FlowMoneyDay { AgentNumber = _b1, Day = today, Peer = peer, Type = "invoice.payment.requested", Currency = "EUR", Amount = 18_450 * EventMoney.Unit });
                    db.FlowMoneyDays.Add(new FlowMoneyDay { AgentNumber = _b1, Day = today, Peer = peer, Type = "invoice.payment.requested", Currency = "USD", Amount = 5 * EventMoney.Unit });
                }
            }
            db.FlowDays.Add(new FlowDay { AgentNumber = _b2, Day = today - 3, Peer = "", Type = "demand.signal", Count = 1, Bytes = 1 });
            return await db.SaveChangesAsync();
        });
    }

    [Fact]
    public async Task Before_a_certificate_is_revoked_its_flows_are_shown_with_a_days_messages_and_money_by_currency()
    {
        var dialogs = await RevokeAsync(_b1);
        dialogs.WaitForElement(".flow-table");
        var text = Text(dialogs.Find(".depends"));
        Assert.Contains("With it stop 7 flows to 7 counterparties, of 2 message types: 4,200 messages in the last 30 days, 140 a day.", text, StringComparison.Ordinal);
        Assert.Contains("Money named in them: EUR 18,450.00, USD 5.00 in invoice.payment.requested.", text, StringComparison.Ordinal);
        Assert.Contains("And 2 more, less busy.", text, StringComparison.Ordinal);
        var rows = dialogs.FindAll(".flow-table tbody tr");
        Assert.Equal(5, rows.Count);
        Assert.Equal(["30", "27", "23", "20", "17"], rows.Select(r => r.QuerySelectorAll("td.number")[0].TextContent.Trim()));
        Assert.DoesNotContain("approval", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "With it stop 7 flows")]
    [InlineData(2, "With it stop 8 flows")]
    [InlineData(3, "With it stop 8 flows")]
    [InlineData(4, "With it stop 8 flows")]
    [InlineData(5, "With it stop 8 flows")]
    public async Task Each_wider_scope_shows_what_depends_on_it(int scope, string says)
    {
        var dialogs = await RevokeAsync(_b1);
        await dialogs.FindAll("input[name=scope]")[scope].ChangeAsync(new() { Value = true });
        dialogs.WaitForAssertion(() => Assert.Contains(says, Text(dialogs.Find(".depends")), StringComparison.Ordinal));
        Assert.Equal(scope > 1, dialogs.FindAll(".flow-table th").Any(h => h.TextContent == "From and to"));
    }

    [Fact]
    public async Task Where_nothing_was_said_nothing_false_is_said_of_what_stops()
    {
        await Site.QueryAsync(db => db.FlowDays.ExecuteDeleteAsync());
        var dialogs = await RevokeAsync(_b1);
        dialogs.WaitForAssertion(() => Assert.Contains("no message of its agent was admitted in the last 30 days", Text(dialogs.Find(".depends")), StringComparison.Ordinal));
        Assert.Empty(dialogs.FindAll(".flow-table"));
    }

    [Fact]
    public async Task An_agents_page_says_what_it_may_do_and_did()
    {
        SignIn(Roles.Analyst, Analyst);
        var agent = await Site.QueryAsync(db => db.Agents.AsNoTracking().SingleAsync(a => a.Number == _b1));
        var address = Links.Agent(agent.SpiffeId);
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        var page = Render<AgentPage>(p => p.Add(a => a.Address, address["/agents/".Length..]));
        page.WaitForElement("#terms-title");
        var section = page.FindAll("section").Single(s => s.GetAttribute("aria-labelledby") == "terms-title");
        var text = Text(section);
        Assert.Contains("join-token at enrolment", text, StringComparison.Ordinal);
        Assert.Contains("4,200 messages in 7 flows to 7 counterparties.", text, StringComparison.Ordinal);
        Assert.Equal(7, section.QuerySelectorAll(".flow-table tbody tr").Length);
        Assert.Contains(section.QuerySelectorAll(".flow-table td"), c => c.TextContent.Contains("EUR 18,450.00", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_finding_is_listed_with_its_severity_and_leads_to_what_it_is_about()
    {
        SignIn(Roles.Analyst, Analyst);
        var serial = await Site.QueryAsync(db => db.Certificates.Where(c => c.AgentNumber == _b1).Select(c => c.Serial).FirstAsync());
        var findings = Site.Get<IFindings>();
        await findings.ReportAsync(new FindingReport(FindingKind.UsedAfterSuspension, serial, _b1, "It was shown.", "certificate", "none"));
        await findings.ReportAsync(new FindingReport(FindingKind.TierShortfall, "test/planner/*", null, "Too little.", "join-token", "tpm"));
        var rows = (await Site.Get<FindingQueries>().PageAsync(FindingFilter.Open, null, null, 5)).Rows;
        foreach (var (kind, severity, href) in new[]
        {
            (FindingKind.UsedAfterSuspension, "High", Links.Certificate(serial)), (FindingKind.TierShortfall, "Medium", "/entries?"),
        })
        {
            var finding = rows.Single(r => r.Kind == kind);
            Services.GetRequiredService<NavigationManager>().NavigateTo(new AttentionView { Kind = kind, Finding = finding.Id }.Url);
            var page = Render<AttentionPage>(p => p.Add(a => a.Finding, finding.Id));
            page.WaitForElement(".panel .facts");
            Assert.Equal(severity, Text(Assert.Single(page.FindAll("tr[data-row]")).QuerySelector(".steps-mark")!));
            Assert.Contains(page.FindAll(".panel .facts a"), a => a.GetAttribute("href")!.StartsWith(href, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_kind_of_finding_has_its_words_and_its_severity()
    {
        var kinds = Enum.GetValues<FindingKind>();
        Assert.Equal(kinds.Length, kinds.Select(FindingWords.Title).Distinct().Count());
        Assert.Equal(kinds.Length, kinds.Select(FindingWords.WhatToDo).Distinct().Count());
        Assert.All(kinds, k => Assert.True(Enum.IsDefined(FindingSeverities.Of(k)) && FindingWords.AfterClosing(k).Length > 0));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "under 0.1")]
    [InlineData(2, "0.1")]
    [InlineData(105, "3.5")]
    [InlineData(42_000, "1,400")]
    public void Messages_a_day_are_said_as_exactly_as_they_are_known(long count, string says) => Assert.Equal(says, FlowWords.ADay(count, TimeSpan.FromDays(30)));

    private async Task<IRenderedComponent<MudDialogProvider>> RevokeAsync(int number)
    {
        SignIn(Roles.Analyst, Analyst);
        var serial = await Site.QueryAsync(db => db.Agents.Where(a => a.Number == number).Select(a => a.CertificateSerial!).SingleAsync());
        var dialogs = Dialogs();
        await dialogs.InvokeAsync(() => Services.GetRequiredService<IDialogService>().ShowAsync<RevokeDialog>("", new DialogParameters<RevokeDialog> { { d => d.Serial, serial } }));
        dialogs.WaitForElement("input[name=scope]");
        return dialogs;
    }

    private static string Text(AngleSharp.Dom.IElement element) => System.Text.RegularExpressions.Regex.Replace(element.TextContent, @"\s+", " ").Trim();
}
