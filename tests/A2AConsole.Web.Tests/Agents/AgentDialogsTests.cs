using System.Security.Claims;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Trust;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace A2AConsole.Web.Tests.Agents;

public sealed class AgentDialogsTests : AgentPagesContext
{
    private static void Fill(IRenderedComponent<MudDialogProvider> dialog, string id, string text)
    {
        dialog.Find(id).Input(text);
        dialog.Find(id).Blur();
    }

    [Fact]
    public async Task The_join_token_is_shown_once()
    {
        SignIn(Roles.Administrator, "admin@acme.example");
        var dialog = await OpenAsync(new DialogParameters<EnrolDialog>());
        Fill(dialog, "#enrol-environment", "production");
        Fill(dialog, "#enrol-role", "warehouse");
        Fill(dialog, "#enrol-name", "dock-9");
        Fill(dialog, "#enrol-organisation", "Dockyard");
        Assert.Contains("spiffe://acme.example/env/production/role/warehouse/agent/dock-9", dialog.Find(".composed").TextContent, StringComparison.Ordinal);
        await dialog.Find("#enrol-form").SubmitAsync();

        Assert.Equal(RecordingAuthority.TokenText, dialog.Find("[data-join-token]").TextContent);
        var (invitation, actor) = Assert.Single(Authority.Invited);
        Assert.Equal("user:admin@acme.example", actor);
        Assert.Null(invitation.Owner);

        await dialog.FindAll("button").Single(b => b.TextContent.StartsWith("Close", StringComparison.Ordinal)).ClickAsync(new());
        Assert.DoesNotContain(RecordingAuthority.TokenText, dialog.Markup, StringComparison.Ordinal);
        var again = await OpenAsync(new DialogParameters<EnrolDialog>());
        Assert.DoesNotContain(RecordingAuthority.TokenText, again.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_name_is_told_after_it_was_left_and_nothing_is_sent()
    {
        SignIn(Roles.Administrator);
        var dialog = await OpenAsync(new DialogParameters<EnrolDialog>());
        dialog.Find("#enrol-name").Input("Dock 9");
        Assert.Empty(dialog.FindAll(".fault"));
        dialog.Find("#enrol-name").Blur();
        Assert.Contains("Lower-case letters", dialog.Find("#enrol-name-fault").TextContent, StringComparison.Ordinal);
        await dialog.Find("#enrol-form").SubmitAsync();
        Assert.Empty(Authority.Invited);
    }

    [Fact]
    public async Task A_revocation_needs_a_reason_and_says_beforehand_what_it_does()
    {
        SignIn(Roles.Analyst, "analyst@acme.example");
        var dialog = await OpenAsync(new DialogParameters<RevokeDialog> { { d => d.Serial, Active.CertificateSerial! } });
        Assert.Contains("7 counterparties", dialog.Find(".impact").TextContent, StringComparison.Ordinal);
        AngleSharp.Dom.IElement Button() => dialog.FindAll("button").Single(b => b.TextContent.Contains($"Revoke certificate of {Active.Name}", StringComparison.Ordinal));

        await Button().ClickAsync(new());
        Assert.Empty(Authority.Revoked);
        Assert.Contains("needs its reason", dialog.Find("#revoke-fault").TextContent, StringComparison.Ordinal);

        dialog.Find("#revoke-reason").Change("keyCompromise");
        await Button().ClickAsync(new());
        Assert.Equal((Active.CertificateSerial!, "keyCompromise", "user:analyst@acme.example"), Assert.Single(Authority.Revoked));
    }

    [Fact]
    public async Task An_owner_sees_why_another_owners_certificate_is_not_hers_to_revoke()
    {
        SignIn(Roles.Owner, "other@acme.example");
        var dialog = await OpenAsync(new DialogParameters<RevokeDialog> { { d => d.Serial, Active.CertificateSerial! } });
        Assert.Contains($"belongs to {Active.Owner}", dialog.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(dialog.FindAll("button"), b => b.TextContent.Contains("Revoke certificate of", StringComparison.Ordinal));
    }

    private static ClaimsPrincipal Person(string role, string name) => new(new ClaimsIdentity([new(ClaimTypes.Name, name), new(ClaimTypes.Role, role)], "test"));

    [Fact]
    public async Task The_server_holds_the_rules_whatever_a_page_showed()
    {
        SignIn(Roles.Auditor);
        var actions = Services.GetRequiredService<AgentActions>();
        var reason = RevocationChoice.All[0];
        var serial = Active.CertificateSerial!;
        var invitation = new AgentInvitation("spiffe://acme.example/env/test/role/x/agent/y", "Acme", null, RiskTier.Low);

        foreach (var role in new[] { Roles.Auditor, Roles.Manager })
            await Assert.ThrowsAsync<NotPermittedException>(() => actions.RevokeAsync(Person(role, "a@acme.example"), serial, reason));
        await Assert.ThrowsAsync<NotPermittedException>(() => actions.RevokeAsync(Person(Roles.Owner, "other@acme.example"), serial, reason));
        foreach (var role in new[] { Roles.Auditor, Roles.Manager, Roles.Analyst, Roles.Owner })
            await Assert.ThrowsAsync<NotPermittedException>(() => actions.InviteAsync(Person(role, "a@acme.example"), invitation));
        await Assert.ThrowsAsync<FormatException>(() => actions.InviteAsync(Person(Roles.Administrator, "a@acme.example"),
            invitation with { SpiffeId = "spiffe://other.example/env/test/role/x/agent/y" }));
        Assert.Empty(Authority.Revoked);
        Assert.Empty(Authority.Invited);

        Assert.True(await actions.RevokeAsync(Person(Roles.Owner, Active.Owner!), serial, reason));
        Assert.False(await actions.RevokeAsync(Person(Roles.Analyst, "a@acme.example"), "no such serial", reason));
        await actions.InviteAsync(Person(Roles.Owner, "own@acme.example"), invitation with { Owner = "own@acme.example" });
        Assert.Single(Authority.Revoked);
        // An owner can neither make an entry by inviting, nor invite under somebody else's.
        Assert.Equal((false, "own@acme.example"), (Assert.Single(Authority.Invited).Invitation.MakesEntry, Authority.Invited[0].Invitation.OnBehalfOf));
        await actions.InviteAsync(Person(Roles.Administrator, "a@acme.example"), invitation);
        Assert.Equal((true, null), (Authority.Invited[1].Invitation.MakesEntry, Authority.Invited[1].Invitation.OnBehalfOf));
    }
}
