using System.Security.Cryptography;
using System.Text;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Schemas;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Reading;
using A2AConsole.Data.Upkeep;
using A2AConsole.Data.Writing;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Data.Tests;

/// <summary>A store of its own with the real writer and reader, which can be stopped and started again like the process.</summary>
public sealed class LedgerSite : IAsyncDisposable
{
    /// <summary>Names the SQL Server that the contract runs against, when there is one.</summary>
    public const string SqlServerVariable = "A2ACONSOLE_TEST_SQLSERVER";

    public const string Alice = "spiffe://acme.example/env/test/role/buyer/agent/alice";
    public const string Bob = "spiffe://acme.example/env/test/role/seller/agent/bob";
    public const string Origin = "acme.example/ledger";

    private static readonly byte[] Seed = SHA256.HashData("the tests' ledger key"u8);

    private readonly Action<DataOptions> _configure;
    private readonly string? _database;
    private IHost _host = null!;
    private int _next;

    private LedgerSite(DataProvider provider, Action<DataOptions>? configure)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("a2a-data-").FullName;
        _database = provider == DataProvider.SqlServer ? "a2a_" + Guid.NewGuid().ToString("N") : null;
        _configure = options =>
        {
            options.Provider = provider;
            options.SqlitePath = Path.Combine(Directory, "test.db");
            if (_database is not null)
                options.ConnectionString = new SqlConnectionStringBuilder(Environment.GetEnvironmentVariable(SqlServerVariable)) { InitialCatalog = _database }.ToString();
            configure?.Invoke(options);
        };
    }

    public string Directory { get; }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 2, 8, 0, 30, TimeSpan.Zero));

    public DataOptions Options => _host.Services.GetRequiredService<DataOptions>();

    public ILedger Ledger => _host.Services.GetRequiredService<ILedger>();

    public ILedgerReader Reader => _host.Services.GetRequiredService<ILedgerReader>();

    public IServiceProvider Services => _host.Services;

    internal LedgerWriter Writer => _host.Services.GetRequiredService<LedgerWriter>();

    internal LookupBuilder Lookups => _host.Services.GetRequiredService<LookupBuilder>();

    internal RetentionService Retention => _host.Services.GetRequiredService<RetentionService>();

    public static INoteVerifier Verifier { get; } = Ed25519NoteVerifier.Parse(new Ed25519NoteSigner(Origin, Seed).VerifierKey);

    /// <summary>A started store with two agents: number 1 is Alice, 2 is Bob.</summary>
    public static async Task<LedgerSite> StartAsync(DataProvider provider = DataProvider.Sqlite, Action<DataOptions>? configure = null)
    {
        var site = new LedgerSite(provider, configure);
        await site.BootAsync();
        foreach (var id in new[] { Alice, Bob })
        {
            await site.Ledger.RecordAsync(Note("agent invited"), (db, _) => db.Agents.Add(new Agent
            {
                SpiffeId = id, Environment = "test", Role = id.Split('/')[6], Name = id.Split('/')[^1], Organisation = "Acme", CreatedAt = site.Time.GetUtcNow(),
            }));
        }
        return site;
    }

    public static LedgerLeaf Note(string detail) => new()
    {
        Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, At = new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero), Actor = "system", Detail = detail,
    };

    /// <summary>Stops everything and starts it again on the same files.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await BootAsync();
    }

    public ConsoleDbContext Context() => _host.Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContext();

    /// <summary>An event as the workers would hand it over.</summary>
    public AdmissionItem Item(string? id = null, string? nonce = null, string? key = null, string content = "content", RefusalCode? refusal = null, RefusalCode? schema = null, string type = "purchase.approved", string? audience = Bob, EventMoney? money = null)
    {
        id ??= $"m-{Interlocked.Increment(ref _next)}";
        var bytes = Encoding.UTF8.GetBytes($"{{\"payload\":\"{id} {content}\"}}");
        return new AdmissionItem
        {
            Bytes = bytes,
            Size = bytes.Length,
            Digest = SHA256.HashData(bytes),
            Refusal = refusal,
            SchemaRefusal = schema,
            Money = money,
            Detail = refusal is null && schema is null ? null : "what was wrong",
            Facts = new EventFacts
            {
                MessageId = id, Source = Alice, Type = type, Audience = audience, Time = Time.GetUtcNow(), Expires = Time.GetUtcNow().AddMinutes(5),
                Nonce = nonce ?? "nonce-of-" + id, IdempotencyKey = key, Digest = SHA256.HashData(bytes), ContentDigest = SHA256.HashData(Encoding.UTF8.GetBytes(content)),
            },
        };
    }

    public AdmissionRequest Request(int agent, params AdmissionItem[] items) => new()
    {
        AgentNumber = agent, AgentId = agent == 1 ? Alice : Bob, CertificateSerial = "0a1b", ReceivedAt = Time.GetUtcNow(), RemoteAddress = "192.0.2.7", Items = items,
    };

    public Task<AdmissionResult> AdmitAsync(params AdmissionItem[] items) => AdmitAsync(1, items);

    public Task<AdmissionResult> AdmitAsync(int agent, params AdmissionItem[] items)
    {
        Assert.True(Ledger.TryAdmit(Request(agent, items), out var result));
        return result;
    }

    /// <summary>Checks every leaf's inclusion, the checkpoint's signature and the consistency with earlier heads.</summary>
    public async Task VerifyAsync(IEnumerable<LedgerHead>? earlier = null)
    {
        var head = Ledger.Head;
        Assert.True(Checkpoint.TryOpen(head.Checkpoint, Verifier, out var checkpoint, out var error), error);
        Assert.Equal(head.Size, checkpoint.Size);
        var root = checkpoint.Root.ToArray();
        for (long i = 0; i < head.Size; i++)
        {
            var leaf = await Reader.LeafAsync(i);
            Assert.NotNull(leaf);
            var path = await Reader.InclusionAsync(i, head.Size);
            Assert.True(MerkleProofs.VerifyInclusion(MerkleHash.Leaf(leaf), i, head.Size, path, root), $"leaf {i}");
        }
        foreach (var old in earlier ?? [])
        {
            var proof = await Reader.ConsistencyAsync(old.Size, head.Size);
            Assert.True(MerkleProofs.VerifyConsistency(old.Size, head.Size, proof, old.Root.Span, root));
            Assert.Equal(old.Checkpoint, await Reader.CheckpointAsync(old.Size));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await using var context = Context();
            await context.Database.EnsureDeletedAsync();
        }
        await StopAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task BootAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddConsoleData(_configure);
        builder.Services.AddSingleton<INoteSigner>(new Ed25519NoteSigner(Origin, Seed));
        _host = builder.Build();
        await _host.StartAsync();
    }

    private async Task StopAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }
}
