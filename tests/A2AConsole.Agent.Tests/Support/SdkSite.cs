using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Testing;
using A2AConsole.Trust;
using A2AConsole.Trust.Listening;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Sdk.Tests.Support;

/// <summary>A real site and agents on the SDK against it, with a directory for their state.</summary>
internal sealed class SdkSite : IAsyncDisposable
{
    // The fake clock is moved faster than the machine works.
    private static readonly TimeSpan Attempt = TimeSpan.FromHours(1);

    private readonly DirectoryInfo _states = Directory.CreateTempSubdirectory("a2aconsole-sdk-");

    private readonly PauseClock? _pauses;

    private SdkSite(TestSite site)
        => (Site, _pauses) = (site, site.Time is FakeTimeProvider clock ? new PauseClock(clock) { Deadline = Attempt } : null);

    public TestSite Site { get; }

    /// <summary>The site's clock as the agents see it. Throws when the site runs on the machine's.</summary>
    public PauseClock Pauses => _pauses ?? throw new InvalidOperationException("The machine's clock cannot be moved.");

    public Uri Authority => new(Site.Get<AuthorityListener>().Addresses[0]);

    public static async Task<SdkSite> StartAsync(TestSiteOptions? options = null) => new(await TestSite.StartAsync(options));

    public string StateOf(string name) => Path.Combine(_states.FullName, name);

    /// <summary>A join token for a new agent.</summary>
    public async Task<string> InviteAsync(string name)
        => (await Site.Authority.InviteAsync(new AgentInvitation(Site.Identity(name), "Acme", null, RiskTier.Low) { MakesEntry = true }, "user:test")).Text;

    /// <summary>Registers an entry for an agent of that name, by join token and for the usual keys unless changed.</summary>
    public Task<RegisteredEntry> RegisterAsync(string name, Func<EntryTerms, EntryTerms> change) => Site.Get<IRegistrations>().CreateAsync(change(new EntryTerms
    {
        Environment = "test", Role = "planner", Name = name, Organisation = "Acme", Tier = RiskTier.Low, Lifetime = TimeSpan.FromHours(4),
        KeyAlgorithms = [AlgorithmRegistry.Default.Id], Evidence = [new(EvidenceKind.JoinToken, "{}", AtRenewal: false)],
    }), "user:test");

    /// <summary>Options that enrol nobody yet; pauses are short and without chance.</summary>
    public AgentOptions Options(string name) => new()
    {
        Authority = Authority,
        StateDirectory = StateOf(name),
        TimeProvider = _pauses ?? Site.Time,
        RenewalJitter = 0,
        RenewInBackground = false,
        RetryDelay = TimeSpan.FromMilliseconds(10),
        AttemptTimeout = Attempt,
    };

    /// <summary>An agent that has enrolled.</summary>
    public async Task<AgentClient> EnrollAsync(string name, Func<AgentOptions, AgentOptions>? change = null)
    {
        var options = Options(name) with { JoinToken = await InviteAsync(name) };
        return await AgentClient.EnrollAsync(change?.Invoke(options) ?? options);
    }

    /// <summary>A valid demand signal of some pieces.</summary>
    public static AgentMessage Signal(int pieces = 1200) => AgentMessage.Create("demand.signal", new
    {
        signalId = "s1",
        gtin = "04012345123456",
        site = "4012345000016",
        week = "2026-W48",
        qty = new { value = pieces.ToString(System.Globalization.CultureInfo.InvariantCulture), uom = "EA" },
        source = "pos",
    });

    /// <summary>How many events the ledger has admitted.</summary>
    public async Task<int> AdmittedAsync()
        => (await Site.LeavesAsync()).Count(l => l is { Kind: Core.Ledger.LeafKind.Event, Verdict: Core.Ledger.LeafVerdict.Admitted });

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        _states.Delete(recursive: true);
    }
}

/// <summary>The site's ledger behind a door that a test can shut: a full queue, as the edge sees it.</summary>
internal sealed class ShutDoorLedger(ILedger inner) : ILedger
{
    private int _shut;

    /// <summary>How many requests find the queue full.</summary>
    public int ShutFor { set => _shut = value; }

    /// <summary>The digests that came, whether or not they were let in.</summary>
    public List<string> Seen { get; } = [];

    public LedgerHead Head => inner.Head;

    public event Action<LedgerHead>? Committed
    {
        add => inner.Committed += value;
        remove => inner.Committed -= value;
    }

    public bool TryAdmit(AdmissionRequest request, out Task<AdmissionResult> result)
    {
        lock (Seen)
            Seen.Add(Convert.ToHexStringLower(request.Items[0].Digest.Span));
        if (Interlocked.Decrement(ref _shut) < 0)
            return inner.TryAdmit(request, out result);
        result = Task.FromException<AdmissionResult>(new LedgerUnavailableException("shut"));
        return false;
    }

    public Task<LedgerReceipt> RecordAsync(Core.Ledger.LedgerLeaf leaf, Action<Data.ConsoleDbContext, long>? change = null, CancellationToken cancellationToken = default)
        => inner.RecordAsync(leaf, change, cancellationToken);
}
