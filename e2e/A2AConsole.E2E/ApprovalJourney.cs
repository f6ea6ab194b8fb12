using System.Text.RegularExpressions;
using A2AConsole.E2E.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace A2AConsole.E2E;

/// <summary>A manager enrols a passkey and decides what agents ask for, while an analyst watches. The passkey is Chromium's virtual authenticator.</summary>
public sealed class ApprovalJourney(ConsoleSite site) : Journey(site)
{
    // The demo asks for approvals by itself: orders above a threshold, and the attack that swaps one.
    private const float UntilAsked = 180_000;

    [Fact]
    public async Task A_manager_approves_with_a_passkey_and_refuses_while_the_analyst_watches()
    {
        var manager = await AsAsync("manager", "/account/passkeys");
        var cdp = await manager.Context.NewCDPSessionAsync(manager);
        await cdp.SendAsync("WebAuthn.enable");
        await cdp.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
            },
        });

        await Expect(manager.GetByText("You have no passkey yet")).ToBeVisibleAsync();
        await AssertAccessibleInBothThemesAsync(manager, "passkeys, none");
        await manager.TypeAsync(manager.GetByLabel("Name"), "My laptop");
        await manager.PressAsync(manager.GetByRole(AriaRole.Button, new() { Name = "Enrol a passkey" }));
        await Expect(manager.GetByText("Enrolled. You can approve")).ToBeVisibleAsync();
        await Expect(Rows(manager)).ToContainTextAsync("My laptop");

        await GoAsync(manager, "/approvals");
        var mine = Rows(manager).Filter(new() { HasText = "purchase" });
        await Expect(mine.First).ToBeVisibleAsync(new() { Timeout = UntilAsked });
        await Expect(manager).ToHaveTitleAsync(new Regex(@"^\(\d+\) Approvals"));
        await AssertAccessibleInBothThemesAsync(manager, "approvals");
        await mine.First.GetByRole(AriaRole.Link).First.ClickAsync();
        var panel = manager.Locator("aside.panel");
        await Expect(panel.GetByRole(AriaRole.Heading, new() { Name = "Decide" })).ToBeVisibleAsync();
        await Expect(panel).ToContainTextAsync("Signed by procurement-approver");
        await AssertAccessibleInBothThemesAsync(manager, "a request's panel");

        // Whoever may not decide reads why, on the same page.
        var analyst = await AsAsync("analyst", new Uri(manager.Url).PathAndQuery + "?tab=open");
        await Expect(analyst.Locator("aside.panel")).ToContainTextAsync("Only managers decide this.");
        await Expect(analyst.Locator("aside.panel form")).ToHaveCountAsync(0);

        await manager.TypeAsync(panel.GetByLabel("Reason"), "ordered for the spring season");
        await manager.PressAsync(panel.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }));
        await Expect(panel).ToContainTextAsync("Approved. The message was released.");
        await Expect(panel).ToContainTextAsync("manager@acme.example");
        await Expect(analyst.Locator("aside.panel")).ToContainTextAsync("ordered for the spring season");
        await Expect(analyst.Locator("aside.panel")).ToContainTextAsync("Approved and released");

        // The proof of it can be taken away.
        var download = await manager.RunAndWaitForDownloadAsync(() => panel.GetByRole(AriaRole.Link, new() { Name = "signed proof" }).ClickAsync());
        var proof = await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        Assert.Contains("a2aconsole.approval-proof/v1", proof, StringComparison.Ordinal);

        await GoAsync(manager, "/approvals");
        await Expect(Rows(manager).First).ToBeVisibleAsync(new() { Timeout = UntilAsked });
        await Rows(manager).First.GetByRole(AriaRole.Link).First.ClickAsync();
        await manager.ChooseAsync(panel.GetByRole(AriaRole.Radio, new() { NameRegex = new Regex("^approve it") }), panel.GetByRole(AriaRole.Radio, new() { NameRegex = new Regex("^refuse") }));
        await manager.TypeAsync(panel.GetByLabel("Reason"), "nobody ordered this");
        await manager.PressAsync(panel.GetByRole(AriaRole.Button, new() { Name = "Refuse", Exact = true }));
        await Expect(panel).ToContainTextAsync("Refused");
        await GoAsync(analyst, "/approvals?tab=history");
        await Expect(Rows(analyst).Filter(new() { HasText = "Refused" }).First).ToBeVisibleAsync();
        await AssertAccessibleInBothThemesAsync(analyst, "the history of approvals");
        await GoAsync(manager, "/approvals/delegations");
        await AssertAccessibleInBothThemesAsync(manager, "delegations");

        // While she is away the analyst decides in her place, and the record says so.
        await manager.GetByLabel("Who").SelectOptionAsync("analyst@acme.example");
        await manager.TypeAsync(manager.GetByLabel("Reason"), "at the fair until Friday");
        await manager.PressAsync(manager.GetByRole(AriaRole.Button, new() { Name = "Delegate", Exact = true }));
        await Expect(Rows(manager)).ToContainTextAsync("analyst@acme.example");
        await GoAsync(analyst, "/approvals");
        await Expect(Rows(analyst).First).ToBeVisibleAsync(new() { Timeout = UntilAsked });
        await Rows(analyst).First.GetByRole(AriaRole.Link).First.ClickAsync();
        var hers = analyst.Locator("aside.panel");
        await Expect(hers).ToContainTextAsync("You decide in place of manager@acme.example.");
        await analyst.ChooseAsync(hers.GetByRole(AriaRole.Radio, new() { NameRegex = new Regex("^approve it") }), hers.GetByRole(AriaRole.Radio, new() { NameRegex = new Regex("^refuse") }));
        await analyst.TypeAsync(hers.GetByLabel("Reason"), "not in this quarter");
        await analyst.PressAsync(hers.GetByRole(AriaRole.Button, new() { Name = "Refuse", Exact = true }));
        await Expect(hers).ToContainTextAsync("analyst@acme.example for manager@acme.example");

        // It ends when she says so: the analyst reads why she may not, as before.
        await manager.PressAsync(manager.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^End it") }));
        await manager.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "End it", Exact = true }).ClickAsync();
        await Expect(manager.GetByText("Nobody decides in anybody's place")).ToBeVisibleAsync();
        await GoAsync(analyst, "/approvals?tab=open");
        await Expect(Rows(analyst).First).ToBeVisibleAsync(new() { Timeout = UntilAsked });
        await Rows(analyst).First.GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(hers).ToContainTextAsync("Only managers");
    }
}
