using System.Reflection;
using A2AConsole.Core.Identity;
using A2AConsole.Trust;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Pages.Authority;
using A2AConsole.Web.Tests.Agents;
using Bunit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace A2AConsole.Web.Tests.Access;

/// <summary>What is open on somebody's screen when her rights end.</summary>
public sealed class OpenPageTests : AgentPagesContext
{
    [Fact]
    public void Every_page_is_for_who_is_signed_in_but_the_way_in_and_the_page_of_failures()
    {
        var pages = typeof(Routes).Assembly.GetTypes().Where(t => t.IsDefined(typeof(RouteAttribute))).ToArray();
        Assert.True(pages.Length > 15, $"Only {pages.Length} pages were found.");
        Assert.Empty(pages.Where(p => !p.GetCustomAttributes().OfType<IAuthorizeData>().Any()).Select(p => p.Name));
        Assert.Equal(["Denied", "Error", "NewPassword", "SetUp", "SignIn"], pages.Where(p => p.GetCustomAttributes().OfType<IAllowAnonymous>().Any()).Select(p => p.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task When_a_session_ends_its_page_and_its_dialogs_go()
    {
        SignIn(Roles.Administrator, "admin@acme.example");
        Services.GetRequiredService<NavigationManager>().NavigateTo("/agents");
        var screen = Render<Routes>();
        screen.WaitForElement("[data-row]", TimeSpan.FromSeconds(60));
        await screen.InvokeAsync(() => Services.GetRequiredService<IDialogService>().ShowAsync<EnrolDialog>(""));
        screen.WaitForElement("#enrol-name", TimeSpan.FromSeconds(60));

        EndSession();
        screen.WaitForAssertion(() => Assert.Contains("You are not signed in any more", screen.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        Assert.Empty(screen.FindAll("[data-row]"));
        Assert.Empty(screen.FindAll("#enrol-name"));
        Assert.Single(screen.FindAll("main"));
    }

    [Fact]
    public async Task An_invitation_is_judged_by_who_one_is_when_it_is_sent()
    {
        SignIn(Roles.Administrator, "admin@acme.example");
        var dialog = await OpenAsync(new DialogParameters<EnrolDialog>());
        foreach (var (id, text) in new[] { ("environment", "production"), ("role", "warehouse"), ("name", "dock-9"), ("organisation", "Dockyard") })
        {
            dialog.Find("#enrol-" + id).Input(text);
            dialog.Find("#enrol-" + id).Blur();
        }
        EndSession();
        await dialog.Find("#enrol-form").SubmitAsync();
        Assert.Contains("You are not signed in any more", dialog.Markup, StringComparison.Ordinal);
        Assert.Empty(Authority.Invited);

        SignIn(Roles.Auditor, "admin@acme.example");
        await dialog.Find("#enrol-form").SubmitAsync();
        Assert.Contains("An auditor may not invite agents", dialog.Markup, StringComparison.Ordinal);
        Assert.Empty(Authority.Invited);
    }

    [Fact]
    public async Task A_revocation_is_judged_by_who_one_is_when_it_is_confirmed()
    {
        SignIn(Roles.Analyst, "analyst@acme.example");
        var dialog = await OpenAsync(new DialogParameters<RevokeDialog> { { d => d.Serial, Active.CertificateSerial! } });
        dialog.WaitForElement("#revoke-reason").Change("keyCompromise");
        SignIn(Roles.Manager, "analyst@acme.example");
        await dialog.FindAll("button").Single(b => b.TextContent.Contains($"Revoke certificate of {Active.Name}", StringComparison.Ordinal)).ClickAsync(new());
        Assert.Empty(Authority.Revoked);
        Assert.Contains("A manager may not revoke certificates", dialog.Markup, StringComparison.Ordinal);
    }
}
