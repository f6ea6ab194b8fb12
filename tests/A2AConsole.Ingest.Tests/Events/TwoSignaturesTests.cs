using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Registration;
using A2AConsole.Testing;
using A2AConsole.Trust;

namespace A2AConsole.Ingest.Tests.Events;

/// <summary>
/// An entry that asks for two signatures, as the edge holds its agents to it: whatever an attacker who has one of the keys sends over
/// the agent's own connection, through the real listener.
/// </summary>
public sealed class TwoSignaturesTests : IAsyncLifetime
{
    private const string Role = "payer";

    private readonly SigningKey _second = SigningKey.Generate(AlgorithmRegistry.MlDsa44);
    private TestSite _site = null!;
    private TestAgent _agent = null!;
    private SigningKey _own = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        await _site.Get<IRegistrations>().CreateAsync(Terms(requiresBoth: true), "user:ann");
        _agent = await EnrollAsync("p1", _second);
        _own = Own(_agent);
    }

    public async ValueTask DisposeAsync()
    {
        _second.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Both_signatures_are_admitted_one_is_refused_with_its_own_code_and_on_record()
    {
        Assert.Equal(HttpStatusCode.OK, (await _agent.PostAsync(Both())).Status);
        foreach (var (key, missing) in new[] { (_own, _second), (_second, _own) })
        {
            var reply = await _agent.PostAsync(Sign(key));
            Assert.Equal((HttpStatusCode.Unauthorized, "signature-incomplete"), (reply.Status, reply.Code));
            Assert.Contains(missing.KeyId, reply.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
            var index = reply.Json.GetProperty("leafIndex").GetInt64();
            var leaf = LeafReader.Parse((await _site.Reader.LeafAsync(index))!);
            Assert.Equal((LeafVerdict.Refused, "signature-incomplete", _agent.Serial), (leaf.Verdict, leaf.Code, leaf.Certificate));
            Assert.Equal("signature-incomplete", (await _site.QueryAsync(async db => await db.QuarantineItems.FindAsync(index)))!.Code);
        }
    }

    [Fact]
    public async Task Stripped_renamed_swapped_and_broken_signatures_are_refused_each_for_itself()
    {
        var stranger = SigningKey.Generate(AlgorithmRegistry.MlDsa44);
        var other = await EnrollAsync("p2", stranger);
        byte[][] attacks =
        [
            Both(),
            Change(s => s.RemoveAt(1)),
            Change(s => s.RemoveAt(0)),
            Change(s => s.Clear()),
            // Another agent's second key, under its own name and under this agent's.
            Sign(_own, stranger),
            Rename(Sign(_own, stranger), 1, _second.KeyId),
            Change(s => (s[0]!["keyid"], s[1]!["keyid"]) = (_second.KeyId, _own.KeyId)),
            // One good, one bad.
            Change(s => Flip(s, 0)),
            Change(s => Flip(s, 1)),
            Sign(_own, _own),
            Sign(_second, _second),
        ];
        Assert.Equal(
            ["admitted", "refused:signature-incomplete", "refused:signature-incomplete", "refused:signature-missing", "refused:signature-incomplete", "refused:signature-invalid",
                "refused:signature-invalid", "refused:signature-invalid", "refused:signature-invalid", "refused:signature-invalid", "refused:signature-invalid"],
            (await _agent.PostAsync(Envelopes.Array(attacks))).Verdicts);
        // Nor over the connection of the agent whose key it is.
        Assert.Equal("wrong-signer", (await other.PostAsync(Both())).Code);
        stranger.Dispose();
    }

    [Fact]
    public async Task A_batchs_root_needs_both_as_well()
    {
        ReadOnlyMemory<byte>[] events = [_agent.Event().ToBytes(), _agent.Event().ToBytes()];
        byte[] Batch(SigningKey key, SigningKey? also = null) => BatchWriter.Write(_agent.SpiffeId, events, _site.Time.GetUtcNow(), key, also);
        string[] incomplete = ["refused:signature-incomplete", "refused:signature-incomplete"];
        Assert.Equal(incomplete, (await _agent.PostAsync(Batch(_own))).Verdicts);
        Assert.Equal(incomplete, (await _agent.PostAsync(Batch(_second))).Verdicts);
        Assert.Equal(["admitted", "admitted"], (await _agent.PostAsync(Batch(_own, _second))).Verdicts);
    }

    [Fact]
    public async Task What_an_entry_comes_to_ask_for_counts_from_each_agents_next_certificate()
    {
        var registrations = _site.Get<IRegistrations>();
        var entry = await registrations.CreateAsync(Terms(requiresBoth: false) with { Role = "buyer" }, "user:ann");
        var agent = await EnrollAsync("b1", second: null, "buyer");
        await registrations.ChangeAsync(entry.Id, entry.Terms with { RequiresDualSignature = true }, "user:ann", entry.Digest);
        Assert.Equal(HttpStatusCode.OK, (await agent.SendAsync()).Status);

        using var key = ECDsa.Create(AlgorithmRegistry.DefaultCurve);
        var csr = new CertificateRequest("CN=b1", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        Assert.Equal(SigningKeyProof.Missing, (await _site.Authority.RenewAsync(agent.Certificate, csr, "127.0.0.1")).Refusal?.Code);
        var renewed = await _site.Authority.RenewAsync(agent.Certificate, new IssuanceRequest(csr) { SigningKey = Request(_second, csr) }, "127.0.0.1");
        Assert.Null(renewed.Refusal);
        using var certificate = X509CertificateLoader.LoadCertificate(renewed.Certificate!.Der);
        var next = _site.Adopt(agent.SpiffeId, key, certificate.CopyWithPrivateKey(key), _site.Domain.Intermediates);
        Assert.Equal("signature-incomplete", (await next.SendAsync()).Code);
        Assert.Equal(HttpStatusCode.OK, (await next.PostAsync(DsseEnvelopeWriter.SignEvent(next.Event().ToBytes(), Own(next), _second))).Status);
    }

    [Fact]
    public async Task The_certificate_that_renewing_left_behind_asks_for_no_less()
    {
        using var key = ECDsa.Create(AlgorithmRegistry.DefaultCurve);
        var csr = new CertificateRequest("CN=p1", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        using var next = SigningKey.Generate(AlgorithmRegistry.MlDsa65);
        var request = Request(next, csr) with { Succession = SigningKeyProof.CreateSuccession(_second, csr, next.SubjectPublicKeyInfo) };
        Assert.Null((await _site.Authority.RenewAsync(_agent.Certificate, new IssuanceRequest(csr) { SigningKey = request }, "127.0.0.1")).Refusal);
        Assert.Equal("signature-incomplete", (await _agent.PostAsync(Sign(_own))).Code);
        // The new second key is the new certificate's, not the old one's.
        Assert.Equal("signature-incomplete", (await _agent.PostAsync(Sign(_own, next))).Code);
        Assert.Equal(HttpStatusCode.OK, (await _agent.PostAsync(Both())).Status);
    }

    private static EntryTerms Terms(bool requiresBoth) => new()
    {
        Environment = "test", Role = Role, Name = EntryTerms.EveryName, Organisation = "Acme", Tier = RiskTier.Low, Lifetime = TimeSpan.FromHours(4),
        KeyAlgorithms = [AlgorithmRegistry.Default.Id], RequiresDualSignature = requiresBoth, Evidence = [new(EvidenceKind.JoinToken, "{}", AtRenewal: false)],
    };

    private async Task<TestAgent> EnrollAsync(string name, SigningKey? second, string role = Role)
    {
        var id = _site.Identity(name, role);
        var token = await _site.Authority.InviteAsync(new AgentInvitation(id, "Acme", null, RiskTier.Low), "user:ann");
        var key = ECDsa.Create(AlgorithmRegistry.DefaultCurve);
        var csr = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256).CreateSigningRequest();
        var result = await _site.Authority.EnrollAsync(new IssuanceRequest(csr) { Token = token.Text, SigningKey = second is null ? null : Request(second, csr) }, "127.0.0.1");
        Assert.Null(result.Refusal);
        using var certificate = X509CertificateLoader.LoadCertificate(result.Certificate!.Der);
        return _site.Adopt(id, key, certificate.CopyWithPrivateKey(key), _site.Domain.Intermediates);
    }

    private static SigningKeyRequest Request(SigningKey key, byte[] csr) => new(key.SubjectPublicKeyInfo, SigningKeyProof.Create(key, csr), RequireBoth: false);

    private static EcdsaSigningKey Own(TestAgent agent) => SigningKey.Adopt(agent.Key);

    private byte[] Both() => Sign(_own, _second);

    private byte[] Sign(SigningKey key, SigningKey? also = null) => DsseEnvelopeWriter.SignEvent(_agent.Event().ToBytes(), key, also);

    private byte[] Change(Action<JsonArray> change) => Change(Both(), change);

    private static byte[] Rename(byte[] envelope, int index, string keyId) => Change(envelope, s => s[index]!["keyid"] = keyId);

    private static byte[] Change(byte[] envelope, Action<JsonArray> change)
    {
        var node = JsonNode.Parse(envelope)!;
        change(node["signatures"]!.AsArray());
        return Encoding.UTF8.GetBytes(node.ToJsonString());
    }

    private static void Flip(JsonArray signatures, int index)
    {
        var bytes = Convert.FromBase64String((string)signatures[index]!["sig"]!);
        bytes[30] ^= 1;
        signatures[index]!["sig"] = Convert.ToBase64String(bytes);
    }
}
