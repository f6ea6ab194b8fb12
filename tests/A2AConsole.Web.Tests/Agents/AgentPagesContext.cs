using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Registration;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Users;
using A2AConsole.Policy;
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

namespace A2AConsole.Web.Tests.Agents;

/// <summary>The pages over a real SQLite file with 200 agents; only the authority and the ledger's writer are stand-ins.</summary>
public abstract class AgentPagesContext : BunitContext, IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("a2a-pages-").FullName;

    private BunitAuthorizationContext? _authorization;
    private IRenderedComponent<MudDialogProvider>? _dialogs;

    protected IReadOnlyList<Agent> Agents { get; private set; } = [];
    protected RecordingAuthority Authority { get; } = new();
    protected SilentLedger Ledger { get; } = new();

    protected Agent Active => Agents.First(a => a is { State: AgentState.Active, Owner: not null } && a.CertificateNotAfter > DateTimeOffset.UtcNow.AddMinutes(20));

    public async ValueTask InitializeAsync()
    {
        Services.AddLogging();
        Services.AddConsoleData(o => o.SqlitePath = Path.Combine(_directory, "pages.db"));
        Services.AddAgentPages();
        Services.AddPolicy(_ => { });
        Services.AddMudServices();
        Services.AddSingleton<IAuthority>(Authority);
        Services.AddSingleton<Trust.Revoking.IRevocations>(Authority);
        Services.AddSingleton<Trust.Life.IAgentLife>(new NoLife());
        Services.AddSingleton<ITrustDomain>(new NamedDomain());
        Services.AddSingleton(new TrustOptions());
        Services.AddSingleton<Trust.Outage.IAuthorityHealth>(new Layout.PlayedHealth());
        Services.AddSingleton<ILedger>(Ledger);
        Services.AddSingleton<ILedgerReader>(new EmptyReader());
        Services.AddSingleton(new Web.Hosting.ConsoleSettings("", false, "test"));
        Services.AddSingleton<Web.Layout.TopBarFacts>();
        Services.AddSingleton<LiveFeed>();
        Services.TryAddSingleton<ConsoleUsers>();
        Services.TryAddScoped<CurrentUser>();
        Services.AddScoped<TablePreferences>();
        _authorization = this.AddAuthorization();
        JSInterop.Mode = JSRuntimeMode.Loose;
        SetRendererInfo(new RendererInfo("Server", true));

        var contexts = Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>();
        await using var db = await contexts.CreateDbContextAsync();
        await db.Database.MigrateAsync();
        Agents = await AgentSeed.AddAgentsAsync(db, 200, DateTimeOffset.UtcNow);
        await AgentSeed.AddTrafficAsync(db, Active, [.. Agents.Where(a => a != Active).Take(7)], DateTimeOffset.UtcNow);
    }

    protected void SignIn(string role, string name = "someone@acme.example")
    {
        _authorization!.SetAuthorized(name);
        _authorization.SetRoles(role);
    }

    /// <summary>As after the circuit found that the account is no good any more.</summary>
    protected void EndSession()
    {
        // The stand-in tells the page before its own judge knows; so it is told again.
        _authorization!.SetNotAuthorized();
        _authorization.SetNotAuthorized();
    }

    /// <summary>Opens a dialog as a page does, and gives the root that it is rendered in.</summary>
    protected async Task<IRenderedComponent<MudDialogProvider>> OpenAsync<T>(DialogParameters<T> parameters) where T : IComponent
    {
        if (_dialogs is null)
        {
            Render<MudPopoverProvider>();
            _dialogs = Render<MudDialogProvider>();
        }
        await _dialogs.InvokeAsync(() => Services.GetRequiredService<IDialogService>().ShowAsync<T>("", parameters));
        return _dialogs;
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }
}

/// <summary>Notes what it is asked to do.</summary>
public sealed class RecordingAuthority : IAuthority, Trust.Revoking.IRevocations
{
    public const string TokenText = "a2aj.c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0MQ.00ff";

    public List<(AgentInvitation Invitation, string Actor)> Invited { get; } = [];
    public List<(string Serial, string Reason, string Actor)> Revoked { get; } = [];

    public Task<IssuedJoinToken> InviteAsync(AgentInvitation invitation, string actor, CancellationToken cancellationToken = default)
    {
        Invited.Add((invitation, actor));
        return Task.FromResult(new IssuedJoinToken(TokenText, invitation.SpiffeId, DateTimeOffset.UtcNow.AddMinutes(10)));
    }

    public Task<bool> RevokeAsync(string serial, string reason, string actor, CancellationToken cancellationToken = default)
    {
        Revoked.Add((serial, reason, actor));
        return Task.FromResult(true);
    }

    public List<(Trust.Revoking.RevocationRequest Request, string Actor)> Scopes { get; } = [];

    public Task<Trust.Revoking.RevocationOutcome> RevokeAsync(Trust.Revoking.RevocationRequest request, string actor, IProgress<Trust.Revoking.RevocationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        Scopes.Add((request, actor));
        return Task.FromResult(new Trust.Revoking.RevocationOutcome(1, 1, null));
    }

    public Task<IssuanceResult> EnrollAsync(IssuanceRequest request, string? remoteAddress, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<IssuanceResult> RenewAsync(X509Certificate2 current, IssuanceRequest request, string? remoteAddress, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<AuthorityRefusal> RefuseAsync(AuthorityRefusal refusal, IssuanceKind step, string? remoteAddress, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}

/// <summary>Here nobody does anything to agents: pages over a whole site are tested elsewhere.</summary>
public sealed class NoLife : Trust.Life.IAgentLife
{
    public Task<Core.Identity.LifeRefusal?> SuspendAsync(int agentNumber, string actor, string reason, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<Core.Identity.LifeRefusal?> ResumeAsync(int agentNumber, string actor, string reason, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<Core.Identity.LifeRefusal?> RetireAsync(int agentNumber, string actor, string reason, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<Core.Identity.LifeRefusal?> RequestRotationAsync(int agentNumber, string actor, string reason, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<Core.Identity.LifeRefusal?> AssignOwnerAsync(int agentNumber, string? owner, string actor, string reason, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<Core.Identity.LifeRefusal?> SetResponsibilitiesAsync(int agentNumber, IReadOnlyDictionary<Duty, string?> holders, string actor, string reason, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}

/// <summary>A trust domain that has a name and nothing else.</summary>
public sealed class NamedDomain : ITrustDomain
{
    public string Name => "acme.example";
    public X509Certificate2Collection Roots => throw new NotSupportedException();
    public X509Certificate2Collection Intermediates => throw new NotSupportedException();
    public string BundlePem => throw new NotSupportedException();
    public string BundleJson => throw new NotSupportedException();
    public long BundleSequence => 1;
    public event Action? Changed { add { } remove { } }
    public string RootFingerprint => throw new NotSupportedException();
    public SslServerIdentity ServerIdentity => throw new NotSupportedException();
    public INoteSigner LedgerSigner => throw new NotSupportedException();
}

/// <summary>A ledger that only says that something was committed.</summary>
public sealed class SilentLedger : ILedger
{
    public LedgerHead Head { get; } = new(1, new byte[32], "", DateTimeOffset.UnixEpoch);
    public event Action<LedgerHead>? Committed;

    /// <summary>As after a commit.</summary>
    public void Commit() => Committed?.Invoke(Head);

    public bool TryAdmit(AdmissionRequest request, out Task<AdmissionResult> result) => throw new NotSupportedException();
    public Task<LedgerReceipt> RecordAsync(LedgerLeaf leaf, Action<ConsoleDbContext, long>? change = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}

/// <summary>A ledger without leaves.</summary>
public sealed class EmptyReader : ILedgerReader
{
    public Task<EventPage> EventsAsync(EventFilter filter, long? before, int take, CancellationToken cancellationToken = default) => Task.FromResult(new EventPage([], null));
    public Task<int> CountNewerAsync(EventFilter filter, long from, int max, CancellationToken cancellationToken = default) => Task.FromResult(0);
    public Task<IReadOnlyList<long>> FindAsync(string messageIdOrDigest, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<long>>([]);
    public Task<byte[]?> LeafAsync(long index, CancellationToken cancellationToken = default) => Task.FromResult<byte[]?>(null);
    public Task<StoredEvent?> EventAsync(long leafIndex, CancellationToken cancellationToken = default) => Task.FromResult<StoredEvent?>(null);
    public Task<IReadOnlyList<byte[]>> LeavesAsync(long from, int count, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<IReadOnlyList<byte[]>> InclusionAsync(long index, long size, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<IReadOnlyList<byte[]>> ConsistencyAsync(long from, long to, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<byte[]> RootAsync(long size, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<string> CheckpointAsync(long size, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<byte[]?> TileAsync(int level, long index, int width, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
