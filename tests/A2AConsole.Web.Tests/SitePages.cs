using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Users;
using A2AConsole.Detection;
using A2AConsole.Policy;
using A2AConsole.Policy.Quarantine;
using A2AConsole.Testing;
using A2AConsole.Trust;
using A2AConsole.Web.Access;
using A2AConsole.Web.Live;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Shared.Tables;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor;
using MudBlazor.Services;

namespace A2AConsole.Web.Tests;

/// <summary>Pages over a whole site: its store, ledger, authority and clock are real; only the browser is not.</summary>
public abstract class SitePages : BunitContext, IAsyncLifetime
{
    // A site's pages read a real store, on machines that are busy: the default of one second is no bound.
    static SitePages() => DefaultWaitTimeout = TimeSpan.FromSeconds(60);

    private BunitAuthorizationContext? _authorization;
    private IRenderedComponent<MudDialogProvider>? _dialogs;

    protected TestSite Site { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Site = await TestSite.StartAsync(new()
        {
            Services = services =>
            {
                services.AddQuarantine();
                services.AddTriage();
                Configure(services);
            },
        });
        Services.AddLogging();
        Services.AddMudServices();
        Services.AddAgentPages();
        Services.AddPolicy(_ => { });
        Services.AddScoped<ConsoleUsers>();
        Services.AddScoped<CurrentUser>();
        Services.AddScoped<TablePreferences>();
        Services.AddSingleton<LiveFeed>();
        Forward<IDbContextFactory<ConsoleDbContext>>();
        Forward<ILedger>();
        Forward<ILedgerReader>();
        Forward<TimeProvider>();
        Forward<ITrustDomain>();
        Forward<TrustOptions>();
        Forward<IAuthority>();
        Forward<IReviews>();
        Forward<IQuarantine>();
        Forward<Detection.Alerts.IAlertDesk>();
        Forward<Detection.Incidents.IIncidentDesk>();
        Forward<Data.Queries.ReviewQueries>();
        Forward<Trust.Findings.IFindings>();
        Forward<Trust.Domain.IAuthorityKeys>();
        Forward<Trust.Life.IAgentLife>();
        Forward<IRegistrations>();
        Forward<Trust.Outage.IAuthorityHealth>();
        Forward<Data.Queries.RevocationQueries>();
        Forward<Trust.Rekeying.IRekeying>();
        Forward<Trust.Revoking.IRevocations>();
        Forward<Trust.Algorithms.IAlgorithmPolicies>();
        Forward<Core.Crypto.AlgorithmPolicySource>();
        ForwardMore();
        _authorization = this.AddAuthorization();
        JSInterop.Mode = JSRuntimeMode.Loose;
        SetRendererInfo(new RendererInfo("Server", true));
        await SeedAsync();
    }

    /// <summary>What is in the site before the test.</summary>
    protected virtual Task SeedAsync() => Task.CompletedTask;

    /// <summary>Changes the site's registrations.</summary>
    protected virtual void Configure(IServiceCollection services)
    {
    }

    /// <summary>Forwards what a test's pages need besides; after this nothing can be registered.</summary>
    protected virtual void ForwardMore()
    {
    }

    protected void Forward<T>() where T : class => Services.Replace(ServiceDescriptor.Singleton(_ => Site.Get<T>()));

    protected void SignIn(string role, string name)
    {
        _authorization!.SetAuthorized(name);
        _authorization.SetRoles(role);
    }

    /// <summary>People who can sign in, without a password.</summary>
    protected Task AddPeopleAsync(params (string Name, string Role)[] people) => Site.QueryAsync(async db =>
    {
        foreach (var role in people.Select(p => p.Role).Distinct())
            db.Roles.Add(new Microsoft.AspNetCore.Identity.IdentityRole(role) { Id = role, NormalizedName = role.ToUpperInvariant() });
        foreach (var (name, role) in people)
        {
            db.Users.Add(new ConsoleUser { Id = name, UserName = name, NormalizedUserName = name.ToUpperInvariant(), DisplayName = name });
            db.UserRoles.Add(new Microsoft.AspNetCore.Identity.IdentityUserRole<string> { UserId = name, RoleId = role });
        }
        return await db.SaveChangesAsync();
    });

    /// <summary>Enrols an agent and names its owner; its number.</summary>
    protected async Task<int> AddAgentAsync(string name, string? owner)
    {
        using var agent = await Site.EnrollAsync(name);
        var id = Site.Identity(name);
        return await Site.QueryAsync(async db =>
        {
            var row = await db.Agents.SingleAsync(a => a.SpiffeId == id);
            row.Owner = owner;
            await db.SaveChangesAsync();
            return row.Number;
        });
    }

    /// <summary>Where dialogs are drawn; to be made before a page opens one.</summary>
    protected IRenderedComponent<MudDialogProvider> Dialogs()
    {
        if (_dialogs is null)
        {
            Render<MudPopoverProvider>();
            _dialogs = Render<MudDialogProvider>();
        }
        return _dialogs;
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        await Site.DisposeAsync();
    }
}
