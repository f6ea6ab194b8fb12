using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Cli.Tests.Ledger;

/// <summary>A small ledger over real HTTP, which can be made to lie.</summary>
internal sealed class ServedLedger : IAsyncDisposable
{
    private readonly List<byte[]> _leaves = [];
    private WebApplication _app = null!;
    private LeafHashes? _tree;

    public Ed25519NoteSigner Signer { get; set; } = new("acme.example/ledger", Ed25519NoteSigner.NewSeed());

    /// <summary>Changes an answer's bytes, or takes it away (null), by its path.</summary>
    public Func<string, byte[], byte[]?> Tamper { get; set; } = (_, bytes) => bytes;

    public string Url { get; private set; } = "";

    public static async Task<ServedLedger> Start(int leaves, X509Certificate2? server = null)
    {
        var ledger = new ServedLedger();
        ledger.Grow(leaves);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            if (server is not null)
                listen.UseHttps(server, https =>
                {
                    https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                    https.ClientCertificateValidation = (_, _, _) => true;
                });
        }));
        ledger._app = builder.Build();
        ledger._app.MapGet("/ledger/{**path}", (string path) =>
            ledger.Answer(path) is { } bytes && ledger.Tamper(path, bytes) is { } told ? Results.Bytes(told) : Results.NotFound());
        await ledger._app.StartAsync();
        ledger.Url = ledger._app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        return ledger;
    }

    public void Grow(int leaves, string actor = "user:ada")
    {
        _tree = null;
        for (var i = 0; i < leaves; i++)
            _leaves.Add(LeafEncoding.Encode(new LedgerLeaf
            {
                Kind = LeafKind.SignIn,
                Verdict = LeafVerdict.Done,
                At = DateTimeOffset.UnixEpoch.AddSeconds(_leaves.Count),
                Actor = actor,
            }));
    }

    public void Add(params ReadOnlySpan<LedgerLeaf> leaves)
    {
        _tree = null;
        foreach (var leaf in leaves)
            _leaves.Add(LeafEncoding.Encode(leaf));
    }

    public void Truncate(int leaves)
    {
        _tree = null;
        _leaves.RemoveRange(leaves, _leaves.Count - leaves);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private byte[]? Answer(string path)
    {
        var tree = _tree ??= LeafHashes.Of([.. _leaves.Select(l => (ReadOnlyMemory<byte>)l)]);
        if (path == "checkpoint")
            return System.Text.Encoding.UTF8.GetBytes(Checkpoint.Sign(tree.Count, tree.Root(), Signer));
        if (!TilePath.TryParse(path, out _, out var tile) || TilePath.WidthAt(tile.Level, tile.Index, tree.Count) < tile.Width)
            return null;
        var bytes = new ArrayBufferWriter<byte>();
        for (var i = tile.Index * 256; i < tile.Index * 256 + tile.Width; i++)
        {
            if (tile.IsEntries)
            {
                EntryBundle.Append(bytes, _leaves[(int)i]);
                continue;
            }
            tree.Read(new TreeNode(tile.Level * 8, i), bytes.GetSpan(32));
            bytes.Advance(32);
        }
        return bytes.WrittenSpan.ToArray();
    }
}
