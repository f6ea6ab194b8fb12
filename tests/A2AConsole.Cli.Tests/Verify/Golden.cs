using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Tests.Verify;

/// <summary>Everything that one admitted event leaves behind, made with real keys: envelope, chain, leaf, ledger, receipt, evidence.</summary>
internal sealed class Golden : IDisposable
{
    public const string Agent = "spiffe://acme.example/env/prod/role/buyer/agent/b1";
    public const int LeafIndex = 5;
    private const int Leaves = 12;

    private readonly TestPki _pki = new();

    /// <summary>With <paramref name="second"/> the agent has a second key, and its certificate asks for both signatures unless <paramref name="either"/>.</summary>
    public Golden(bool batched = false, Func<LedgerLeaf, LedgerLeaf>? record = null, SigningKey? second = null, bool either = false)
    {
        Payload = Event("m-1");
        X509Extension[] extensions = second is null ? [] : [SvidExtensions.AlternativeKey(second.SubjectPublicKeyInfo), .. either ? Array.Empty<X509Extension>() : [SvidExtensions.BothSignatures()]];
        Chain = _pki.Svid(Agent, Key.Key, more: extensions);
        string? root = null;
        if (batched)
        {
            var events = Enumerable.Range(0, 7).Select(i => (ReadOnlyMemory<byte>)Event($"m-{i}")).ToList();
            Payload = events[3].ToArray();
            root = Convert.ToHexStringLower(LeafHashes.Of(events).Root());
            WholeBatch = BatchWriter.Write(Agent, events, TestPki.Now, Key, second);
            Envelope = BatchWriter.WritePart(Agent, events, [3], TestPki.Now, Key, second);
        }
        else
        {
            Envelope = DsseEnvelopeWriter.SignEvent(Payload, Key, second);
        }
        var leaf = new LedgerLeaf
        {
            Kind = LeafKind.Event,
            Verdict = LeafVerdict.Admitted,
            At = TestPki.Now.AddSeconds(1),
            Actor = Agent,
            MessageId = batched ? "m-3" : "m-1",
            Type = "demand.signal",
            Time = TestPki.Now,
            Digest = Convert.ToHexStringLower(SHA256.HashData(Payload)),
            Batch = root,
        };
        Leaf = LeafEncoding.Encode(record is null ? leaf : record(leaf));
        var leaves = Enumerable.Range(0, Leaves).Select(i => i == LeafIndex ? Leaf : [(byte)i]).Select(l => (ReadOnlyMemory<byte>)l).ToList();
        var ledger = LeafHashes.Of(leaves);
        Checkpoint = Core.Ledger.Checkpoint.Sign(Leaves, ledger.Root(), Signer);
        Proof = new TlogProof(LeafIndex, ledger.Path(LeafIndex), Checkpoint, Leaf);
    }

    public EcdsaSigningKey Key { get; } = SigningKey.Generate();

    public Ed25519NoteSigner Signer { get; } = new("acme.example/ledger", Ed25519NoteSigner.NewSeed());

    public byte[] Payload { get; }

    /// <summary>A DSSE envelope, or a batch object of one event.</summary>
    public byte[] Envelope { get; }

    /// <summary>The batch as it was posted, all events in order without paths.</summary>
    public byte[] WholeBatch { get; } = [];

    public string Chain { get; }

    public byte[] Leaf { get; }

    public string Checkpoint { get; }

    public TlogProof Proof { get; }

    public string Bundle => _pki.BundlePem;

    public byte[] Evidence => new Evidence(Envelope, Chain, Leaf, Proof.Format()).Format();

    public string Receipt => $$"""
        {"verdict":"admitted","leafIndex":{{LeafIndex}},"checkpoint":{{JsonSerializer.Serialize(Checkpoint)}},
         "proof":"/ledger/proof/{{LeafIndex}}?size={{Leaves}}","digest":"{{Convert.ToHexStringLower(SHA256.HashData(Payload))}}"}
        """;

    /// <summary>An agent's chain from the same trust domain, for the same key unless another is given.</summary>
    public string OtherChain(string spiffeId = Agent, EcdsaSigningKey? key = null, TimeSpan shift = default) => _pki.Svid(spiffeId, (key ?? Key).Key, shift);

    public static byte[] Event(string id, string source = Agent) => AgentEventWriter.Write(new AgentEvent
    {
        Id = id,
        Source = source,
        Type = "demand.signal",
        Time = TestPki.Now,
        Expires = TestPki.Now.AddMinutes(5),
        Nonce = "0123456789abcdef" + id,
        Data = "{}"u8.ToArray(),
    });

    public void Dispose()
    {
        _pki.Dispose();
        Key.Dispose();
    }
}
