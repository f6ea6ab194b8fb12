using System.Security.Claims;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Testing;
using A2AConsole.Trust.Algorithms;
using A2AConsole.Trust.Rekeying;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Pages.Authority;
using A2AConsole.Web.Pages.Certificates;
using A2AConsole.Web.Pages.Entries;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace A2AConsole.Web.Tests.Life;

/// <summary>Entries, algorithms, wide revocations and the emergency playbook: the pages, and who may what.</summary>
public sealed class TrustScreensTests : SitePages
{
    private const string Owner = "owner@acme.example", Admin = "admin@acme.example", Analyst = "analyst@acme.example";

    private int _b1, _b2;

    protected override void Configure(IServiceCollection services)
        => services.Remove(services.Single(d => d.ImplementationType?.Name == "ReviewUpkeep"));

    protected override async Task SeedAsync()
    {
        await AddPeopleAsync((Owner, Roles.Owner), (Admin, Roles.Administrator));
        (_b1, _b2) = (await AddAgentAsync("b1", Owner), await AddAgentAsync("b2", null));
    }

    private Task<Agent> FindAsync(int number) => Site.QueryAsync(db => db.Agents.AsNoTracking().SingleAsync(a => a.Number == number));

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<IComponent> page, string text)
        => page.FindAll("button").First(b => b.TextContent.Trim().StartsWith(text, StringComparison.Ordinal));

    private static void Type(IRenderedComponent<IComponent> dialog, string id, string text)
    {
        dialog.Find(id).Input(text);
        dialog.Find(id).Blur();
    }

    private static ClaimsPrincipal Person(string role, string name) => new(new ClaimsIdentity([new(ClaimTypes.Name, name), new(ClaimTypes.Role, role)], "test"));

    [Fact]
    public async Task An_entry_is_judged_while_it_is_typed_and_says_where_its_evidence_is_too_little()
    {
        SignIn(Roles.Administrator, Admin);
        var dialogs = Dialogs();
        Services.GetRequiredService<NavigationManager>().NavigateTo(EntriesView.Path);
        var page = Render<EntriesPage>();
        page.WaitForElement(".card.list");
        Button(page, "Register a role").Click();
        dialogs.WaitForElement("#entry-role");
        Type(dialogs, "#entry-environment", "Prod");
        Assert.Contains("Use lower-case letters", dialogs.Find("#entry-environment-fault").TextContent, StringComparison.Ordinal);
        Type(dialogs, "#entry-environment", "prod");
        Type(dialogs, "#entry-role", "payer");
        Type(dialogs, "#entry-organisation", "Acme");
        dialogs.Find("#entry-tier").Change(RiskTier.High.ToString());
        Assert.Contains("asks for hardware evidence", dialogs.Find(".notice").TextContent, StringComparison.Ordinal);

        dialogs.FindAll("input[type=checkbox]").First(c => c.ParentElement!.TextContent.Contains("kubernetes", StringComparison.Ordinal)).Change(true);
        dialogs.WaitForElement("#reference-kubernetes").Input("{ \"issuer\": ");
        dialogs.Find("#reference-kubernetes").Blur();
        Assert.Contains("not valid JSON", dialogs.Find("#reference-kubernetes-fault").TextContent, StringComparison.Ordinal);
        await dialogs.Find("#entry-form").SubmitAsync();
        Assert.Empty((await Site.Get<EntryQueries>().PageAsync(new EntryFilter { Role = "payer" })).Rows);

        dialogs.FindAll("input[type=checkbox]").First(c => c.ParentElement!.TextContent.Contains("kubernetes", StringComparison.Ordinal)).Change(false);
        Assert.Contains("ML-DSA-44", dialogs.Find("#entry-dual-hint").TextContent, StringComparison.Ordinal);
        dialogs.Find("#entry-dual").Change(true);
        await dialogs.Find("#entry-form").SubmitAsync();
        var row = (await Site.Get<EntryQueries>().PageAsync(new EntryFilter { Role = "payer" })).Rows.Single();
        Assert.Equal((RiskTier.High, "*", true, true), (row.Entry.Terms.Tier, row.Entry.Terms.Name, row.Shortfall is not null, row.Entry.Terms.RequiresDualSignature));
        Assert.EndsWith($"/entries/{row.Entry.Id}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disabling_an_entry_says_who_is_cut_off_and_is_undone()
    {
        SignIn(Roles.Administrator, Admin);
        var dialogs = Dialogs();
        var entry = (await Site.Get<EntryQueries>().PageAsync(new EntryFilter { Text = "b1" })).Rows.Single().Entry;
        Services.GetRequiredService<NavigationManager>().NavigateTo(new EntriesView { Entry = entry.Id }.Url);
        var page = Render<EntriesPage>(p => p.Add(e => e.Entry, entry.Id));
        page.WaitForElement(".panel .facts");
        Button(page, "Disable").Click();
        Assert.Contains("1 agent keeps the certificate of now until it ends", dialogs.WaitForElement(".impact").TextContent, StringComparison.Ordinal);
        dialogs.Find("#confirm-reason").Input("the role is being rebuilt");
        await dialogs.Find("#confirm-form").SubmitAsync();
        Assert.False((await Site.Get<EntryQueries>().FindAsync(entry.Id))!.Entry.IsEnabled);
        page.WaitForAssertion(() => Assert.Contains("nothing is issued", page.Find(".panel").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Deprecating_an_algorithm_gives_it_an_end_and_the_last_of_a_use_is_not_forbidden()
    {
        SignIn(Roles.Administrator, Admin);
        var dialogs = Dialogs();
        var page = Render<AlgorithmsPage>();
        page.WaitForElement("tbody tr");
        AngleSharp.Dom.IElement Decide(string of) => page.FindAll("tbody tr").Single(r => r.TextContent.Contains(of, StringComparison.Ordinal)).QuerySelector(".acts button")!;
        Decide("Decide about ml-dsa-44 as events").Click();
        dialogs.WaitForElement("input[name=status]");
        dialogs.FindAll("input[name=status]")[2].Change(true);
        dialogs.Find("#algorithm-reason").Input("the larger one is enough");
        await dialogs.Find("#algorithm-form").SubmitAsync();
        var now = Site.Time.GetUtcNow();
        Assert.True(Site.Get<IAlgorithmPolicies>().Current.IsDeprecated(AlgorithmRegistry.Find("ml-dsa-44")!, AlgorithmUses.Envelope, now));
        page.WaitForAssertion(() => Assert.Contains("1 algorithm runs out; nobody uses them", page.Find(".says").TextContent, StringComparison.Ordinal));

        Decide("Decide about ecdsa-p256-sha256 as agents' keys").Click();
        dialogs.WaitForAssertion(() => Assert.Equal(
            ["No agent used it in the last 30 days.", "2 valid certificates are for such a key.", "2 entries allow no other key: nothing is issued under them without ecdsa-p256-sha256."],
            dialogs.FindAll(".impact li").Select(l => l.TextContent)));
        Button(dialogs, "Cancel").Click();

        Decide("Decide about ecdsa-p256-sha256 as certificates").Click();
        dialogs.WaitForElement("input[name=status]");
        Assert.Equal("The authorities sign every certificate with it.", dialogs.Find(".impact").TextContent);
        dialogs.FindAll("input[name=status]")[3].Change(true);
        Assert.NotEmpty(dialogs.Find(".notice.fault").TextContent.Trim());
        await dialogs.Find("#algorithm-form").SubmitAsync();
        Assert.True(Site.Get<IAlgorithmPolicies>().Current.IsUsable(AlgorithmRegistry.EcdsaP256, AlgorithmUses.Certificate, now));
    }

    [Fact]
    public async Task Revoking_a_role_says_what_stops_and_wants_its_name_typed()
    {
        SignIn(Roles.Analyst, Analyst);
        var serial = (await FindAsync(_b1)).CertificateSerial!;
        var dialogs = Dialogs();
        await dialogs.InvokeAsync(() => Services.GetRequiredService<IDialogService>().ShowAsync<RevokeDialog>("", new DialogParameters<RevokeDialog> { { d => d.Serial, serial } }));
        dialogs.WaitForElement("input[name=scope]");
        await dialogs.FindAll("input[name=scope]")[2].ChangeAsync(new() { Value = true });
        dialogs.WaitForAssertion(() => Assert.Contains("2 certificates of 2 agents are refused at once", dialogs.Find(".impact").TextContent, StringComparison.Ordinal));
        AngleSharp.Dom.IElement Revoke() => Button(dialogs, "Revoke 2 certificates");
        dialogs.Find("#revoke-reason").Change("keyCompromise");
        dialogs.Find("#revoke-note").Input("their build host was broken into");
        await Revoke().ClickAsync(new());
        Assert.Contains("Type planner exactly", dialogs.Find("#revoke-typed-fault").TextContent, StringComparison.Ordinal);
        Assert.Equal(AgentState.Active, (await FindAsync(_b1)).State);
        dialogs.Find("#revoke-typed").Input("planner");
        await Revoke().ClickAsync(new());
        Assert.Equal((AgentState.Revoked, AgentState.Revoked), ((await FindAsync(_b1)).State, (await FindAsync(_b2)).State));
    }

    [Fact]
    public async Task A_running_playbook_shows_how_far_it_is_and_who_is_stuck()
    {
        SignIn(Roles.Administrator, Admin);
        var page = Render<AuthorityPage>();
        page.WaitForElement("#playbook-title");
        Button(page, "Re-key everything").Click();
        page.Find("#rekey-typed").Input(Site.Domain.Name);
        page.Find("#rekey-reason").Input("a backup of the key directory is missing");
        await page.Find("form.ask").SubmitAsync();

        // The run looks on, and the page reads anew, by the site's clock: both stand still while it does.
        Task ComesAsync(string text) => Eventually.TrueAsync(() =>
        {
            Site.Clock.Advance(TimeSpan.FromSeconds(1));
            return page.Find("section[aria-labelledby=playbook-title]").TextContent.Contains(text, StringComparison.Ordinal);
        });
        await ComesAsync("Re-keying: 0 of 2 agents done");
        await ComesAsync("2 stuck");
        Assert.Equal(["b1", "b2"], page.FindAll("section[aria-labelledby=playbook-title] tbody th").Select(h => h.TextContent.Trim()).Order());
        Assert.Contains("It was not seen since", page.Find("section[aria-labelledby=playbook-title] tbody").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_owner_is_offered_no_scope_beyond_her_own_agent()
    {
        SignIn(Roles.Owner, Owner);
        var serial = (await FindAsync(_b1)).CertificateSerial!;
        var dialogs = Dialogs();
        await dialogs.InvokeAsync(() => Services.GetRequiredService<IDialogService>().ShowAsync<RevokeDialog>("", new DialogParameters<RevokeDialog> { { d => d.Serial, serial } }));
        dialogs.WaitForElement("input[name=scope]");
        Assert.Equal(2, dialogs.FindAll("input[name=scope]").Count);
    }

    [Fact]
    public async Task Each_of_these_acts_is_its_roles_own()
    {
        var (entries, algorithms, rekeying, agents) = (Services.GetRequiredService<EntryActions>(), Services.GetRequiredService<AlgorithmActions>(), Services.GetRequiredService<RekeyActions>(), Services.GetRequiredService<AgentActions>());
        var entry = (await Site.Get<EntryQueries>().PageAsync(new EntryFilter { Text = "b1" })).Rows.Single().Entry;
        var role = new RevocationTarget(RevocationScope.Role, "planner", "The role", "", "planner");
        foreach (var name in new[] { Roles.Owner, Roles.Manager, Roles.Auditor, Roles.Analyst })
        {
            var person = Person(name, Owner);
            await Assert.ThrowsAsync<NotPermittedException>(() => entries.SetEnabledAsync(person, entry.Id, false, "because I can"));
            await Assert.ThrowsAsync<NotPermittedException>(() => entries.ChangeAsync(person, entry.Id, entry.Terms with { Tier = RiskTier.Low }, entry.Digest));
            await Assert.ThrowsAsync<NotPermittedException>(() => algorithms.SetAsync(person, new AlgorithmChange("ed25519", AlgorithmUses.Envelope, AlgorithmStatus.Forbidden), "because I can"));
            await Assert.ThrowsAsync<NotPermittedException>(() => rekeying.StartAsync(person, new RekeyOrder("issuing", "because I can", 10)));
            if (name != Roles.Analyst)
                await Assert.ThrowsAsync<NotPermittedException>(() => agents.RevokeScopeAsync(person, role, _b1, RevocationChoice.All[0], "because I can"));
        }
        // An owner who names another's agent as if it were hers is refused, too.
        var other = await FindAsync(_b2);
        await Assert.ThrowsAsync<NotPermittedException>(() => agents.RevokeScopeAsync(Person(Roles.Owner, Owner), new RevocationTarget(RevocationScope.Agent, other.SpiffeId, "", "", ""), _b2, RevocationChoice.All[0], "not mine at all"));
        Assert.NotNull(await agents.RevokeScopeAsync(Person(Roles.Owner, Owner), new RevocationTarget(RevocationScope.Agent, other.SpiffeId, "", "", ""), _b1, RevocationChoice.All[0], "not mine at all"));
        Assert.Equal(AgentState.Active, other.State);
        Assert.True((await Site.Get<EntryQueries>().FindAsync(entry.Id))!.Entry.IsEnabled);
        Assert.Null(await Site.Get<RekeyQueries>().OpenAsync());
        Assert.Null(await agents.RevokeScopeAsync(Person(Roles.Owner, Owner), new RevocationTarget(RevocationScope.Agent, (await FindAsync(_b1)).SpiffeId, "", "", ""), _b1, RevocationChoice.All[0], "it is mine"));
        Assert.Equal(AgentState.Revoked, (await FindAsync(_b1)).State);
    }
}
