using System.Text.RegularExpressions;
using A2AConsole.E2E.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace A2AConsole.E2E;

/// <summary>Agents come and go: an administrator enrols one and cuts it off; an owner looks after her own.</summary>
public sealed partial class AgentsJourney(ConsoleSite site) : Journey(site)
{
    [Fact]
    public async Task An_agent_is_enrolled_with_a_token_shown_once_and_then_cut_off_with_a_reason()
    {
        var page = await AsAsync("admin", "/agents");
        await page.GetByRole(AriaRole.Button, new() { Name = "Enrol an agent" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await FillAsync(dialog, "Environment", "test");
        await FillAsync(dialog, "Role", "journeys");
        await FillAsync(dialog, "Name", "newcomer");
        await FillAsync(dialog, "Organisation", "Acme");
        await FillAsync(dialog, "Owner (user name)", "admin@acme.example");
        await Expect(dialog).ToContainTextAsync("spiffe://acme.example/env/test/role/journeys/agent/newcomer");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make a join token" }).ClickAsync();

        await Expect(dialog).ToContainTextAsync("shown now and never again");
        var token = Token().Match((await dialog.TextContentAsync())!).Value;
        var (exit, output) = await CommandLine.RunAsync("enroll", "--authority", Site.Authority, "--token", token, "--out", Path.Combine(Site.Directory, "newcomer"));
        Assert.True(exit == 0, output);

        // The open dialog sees the agent come, and the secret goes.
        await Expect(dialog.GetByRole(AriaRole.Heading, new() { Name = "newcomer is enrolled" })).ToBeVisibleAsync();
        Assert.DoesNotContain(token, await page.ContentAsync(), StringComparison.Ordinal);
        (exit, _) = await CommandLine.RunAsync("enroll", "--authority", Site.Authority, "--token", token, "--out", Path.Combine(Site.Directory, "twin"));
        Assert.Equal(1, exit);

        await dialog.GetByRole(AriaRole.Link, new() { Name = "Open newcomer" }).ClickAsync();
        await Expect(Heading(page, "newcomer")).ToBeVisibleAsync();
        var identity = page.GetByRole(AriaRole.Region, new() { Name = "Identity" });
        await Expect(identity).ToContainTextAsync("Active");

        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke certificate" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("What will happen, at once and for good:");
        var revoke = dialog.GetByRole(AriaRole.Button, new() { Name = "Revoke certificate of newcomer" });
        await revoke.ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("A revocation needs its reason");
        await dialog.GetByLabel("Reason (RFC 5280)").SelectOptionAsync("cessationOfOperation");
        await revoke.ClickAsync();

        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(identity).ToContainTextAsync("Revoked");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Certificate", Exact = true })).ToContainTextAsync("It is out of service");

        // Both are on the ledger, with who did it.
        await GoAsync(page, "/audit?kind=administration");
        await Expect(Rows(page).Filter(new() { HasText = "newcomer" }).Filter(new() { HasText = "admin@acme.example" }).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_list_searches_filters_and_sorts_in_its_address()
    {
        var page = await AsAsync("analyst", "/agents");
        var filters = page.GetByRole(AriaRole.Search, new() { Name = "Filter agents" });
        await filters.GetByLabel("Search", new() { Exact = true }).FillAsync("approver");
        await Expect(page).ToHaveURLAsync(new Regex("q=approver"));
        await Expect(Rows(page)).ToHaveCountAsync(1);
        await Expect(Rows(page)).ToContainTextAsync("procurement-approver");

        await filters.GetByRole(AriaRole.Link, new() { Name = "Clear" }).ClickAsync();
        await Expect(page).Not.ToHaveURLAsync(new Regex("q="));
        await filters.GetByLabel("Organisation").SelectOptionAsync("Dockyard");
        await Expect(page).ToHaveURLAsync(new Regex("org=Dockyard"));
        await Expect(Rows(page)).ToHaveCountAsync(1);
        await Expect(Rows(page)).ToContainTextAsync("warehouse-release");

        await Rows(page).GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(Heading(page, "warehouse-release")).ToBeVisibleAsync();
        await page.GoBackAsync();
        await Expect(filters.GetByLabel("Organisation")).ToHaveValueAsync("Dockyard");
        await Expect(Rows(page)).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task An_owner_sees_her_own_certificates_first_and_may_not_touch_those_of_others()
    {
        var page = await AsAsync("owner", "/certificates?mine=1");
        await Expect(Heading(page, "My certificates")).ToBeVisibleAsync();
        await Expect(Rows(page).First).ToBeVisibleAsync();
        await Expect(Rows(page).Filter(new() { HasNotText = "owner@acme.example" })).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Navigation, new() { Name = "Certificates", Exact = true }).GetByRole(AriaRole.Link, new() { Name = "All", Exact = true }).ClickAsync();
        await Expect(Heading(page, "Certificates")).ToBeVisibleAsync();
        await Expect(Rows(page).Filter(new() { HasText = "manager@acme.example" }).First).ToBeVisibleAsync();

        await GoAsync(page, "/agents/partner/warehouse/warehouse-release");
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke certificate" }).ClickAsync(new() { Force = true });
        await Expect(page.GetByText("This agent belongs to manager@acme.example")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    private static async Task FillAsync(ILocator dialog, string label, string value)
    {
        await dialog.GetByLabel(label, new() { Exact = true }).FillAsync(value);
        await dialog.GetByLabel(label, new() { Exact = true }).BlurAsync();
    }

    [GeneratedRegex(@"a2aj\.[\w-]+\.[0-9a-f]{64}")]
    private static partial Regex Token();
}
