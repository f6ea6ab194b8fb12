using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Cli.Tests.Enrolment;

/// <summary><c>a2a enroll</c> against an authority over real TLS, which certifies, refuses, or is not there.</summary>
public sealed class EnrollTests : IAsyncLifetime
{
    private const string Agent = "spiffe://acme.example/env/prod/role/buyer/agent/b1";

    private static readonly byte[] Nonce = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly TempDirectory _files = new();
    private readonly TestPki _pki = new(DateTimeOffset.UtcNow);
    private readonly Ed25519NoteSigner _ledger = new("acme.example/ledger", Ed25519NoteSigner.NewSeed());
    private WebApplication _authority = null!;
    private string _url = "";
    private bool _refuses;
    private string[] _required = [];
    private JsonElement _attested, _enrolled;

    private string Token => $"a2aj.{Base64Url.EncodeToString(new byte[32])}.{_pki.RootFingerprint}";

    public async ValueTask InitializeAsync()
    {
        var (certificate, chain) = _pki.Server();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.ServerCertificateChain = chain;
        })));
        _authority = builder.Build();
        _authority.MapGet("/v1/bundle", () => Results.Text(_pki.BundlePem));
        _authority.MapPost("/v1/attest", (JsonElement body) =>
        {
            _attested = body;
            return Results.Json(new { spiffeId = Agent, nonce = Base64Url.EncodeToString(Nonce), required = _required, requiredAtRenewal = Array.Empty<string>(), challenge = new { credential = "abc" } });
        });
        _authority.MapPost("/v1/enroll", (JsonElement body) =>
        {
            _enrolled = body;
            if (_refuses)
                return Results.Json(new { type = "urn:a2aconsole:refusal:token-spent", title = "spent", detail = "the token was used", code = "token-spent", status = 403 },
                    contentType: "application/problem+json", statusCode: 403);
            var csr = CertificateRequest.LoadSigningRequestPem(body.GetProperty("csr").GetString()!, HashAlgorithmName.SHA256);
            using var key = csr.PublicKey.GetECDsaPublicKey()!;
            return Results.Json(new
            {
                spiffeId = Agent,
                certificateChain = _pki.Svid(Agent, key),
                trustBundle = _pki.BundlePem,
                ledgerKey = _ledger.VerifierKey,
                edge = "https://localhost:7443",
            }, statusCode: 201);
        });
        await _authority.StartAsync();
        _url = _authority.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _authority.DisposeAsync();
        _pki.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task An_agent_is_enrolled_and_finds_its_files()
    {
        var run = await CliRun.Of("enroll", "--authority", _url, "--token", Token, "--out", _files["agent"], "--json");
        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Equal(Agent, run.Json.GetProperty("spiffeId").GetString());
        Assert.Equal(_ledger.VerifierKey, File.ReadAllText(Path.Combine(_files["agent"], "ledger.vkey")).Trim());
        // What enroll keeps is what verifying takes.
        using var identity = X509Certificate2.CreateFromPemFile(Path.Combine(_files["agent"], "identity.pem"));
        Assert.True(identity.HasPrivateKey);

        var again = await CliRun.Of("enroll", "--authority", _url, "--token", Token, "--out", _files["agent"]);
        Assert.Equal(3, again.Exit);
        Assert.Contains("already holds an identity", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_or_another_authority_than_the_tokens_exits_1()
    {
        var stranger = $"a2aj.{Base64Url.EncodeToString(new byte[32])}.{new string('0', 64)}";
        Assert.Equal(1, (await CliRun.Of("enroll", "--authority", _url, "--token", stranger, "--out", _files["a"])).Exit);
        _refuses = true;
        var refused = await CliRun.Of("enroll", "--authority", _url, "--token", Token, "--out", _files["b"], "--json");
        Assert.Equal((1, "token-spent"), (refused.Exit, refused.Json.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Evidence_that_the_entry_asks_for_comes_from_the_users_command()
    {
        _required = ["tpm"];
        var command = _files.Put("quote.sh", """
            if [ "$A2A_STEP" = open ]; then echo '{"ak":"public"}'; exit; fi
            printf '{"nonce":"%s","binding":"%s","for":"%s","challenge":%s}' "$A2A_NONCE" "$A2A_BINDING" "$A2A_SPIFFE_ID" "$A2A_CHALLENGE"
            """);
        var run = await CliRun.Of("enroll", "--authority", _url, "--token", Token, "--out", _files["agent"], "--evidence", "tpm=sh " + command, "--evidence", "image=test $A2A_STEP = open || exit 9", "--json");
        Assert.Equal((0, ""), (run.Exit, run.Error));

        Assert.Equal(("tpm", "public"), (_attested.GetProperty("kind").GetString(), _attested.GetProperty("opening").GetProperty("ak").GetString()));
        Assert.Equal(Base64Url.EncodeToString(Nonce), _enrolled.GetProperty("nonce").GetString());
        var evidence = Assert.Single(_enrolled.GetProperty("evidence").EnumerateArray());
        var csr = CertificateRequest.LoadSigningRequestPem(_enrolled.GetProperty("csr").GetString()!, HashAlgorithmName.SHA256);
        var binding = EvidenceBinding.Of(Nonce, csr.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal(("tpm", Base64Url.EncodeToString(Nonce), Base64Url.EncodeToString(binding), Agent, "abc"),
            (Text("kind"), Text("nonce"), Text("binding"), Text("for"), evidence.GetProperty("challenge").GetProperty("credential").GetString()));

        string? Text(string member) => evidence.GetProperty(member).GetString();
    }

    [Theory]
    [InlineData("image", 2, "kind=command")]
    [InlineData("image=exit 7", 3, "ended with code 7")]
    [InlineData("image=test $A2A_STEP = open || echo not json", 3, "printed no JSON")]
    [InlineData("image=test $A2A_STEP = open || echo '[1]'", 3, "printed no JSON object")]
    [InlineData("image=true", 3, "printed nothing")]
    public async Task A_command_that_gives_no_evidence_ends_the_enrolment_with_a_sentence_and_keeps_nothing(string evidence, int exit, string says)
    {
        _required = ["image"];
        var run = await CliRun.Of("enroll", "--authority", _url, "--token", Token, "--out", _files["agent"], "--evidence", evidence);
        Assert.Equal(exit, run.Exit);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Undefined, _enrolled.ValueKind);
        Assert.False(File.Exists(Path.Combine(_files["agent"], "identity.pem")));
    }

    [Fact]
    public async Task A_wrong_command_line_exits_2_and_an_authority_that_is_not_there_3()
    {
        Assert.Equal(2, (await CliRun.Of("enroll", "--authority", "http://localhost:1", "--token", Token, "--out", _files["a"])).Exit);
        Assert.Equal(2, (await CliRun.Of("enroll", "--authority", _url)).Exit);
        Assert.Equal(3, (await CliRun.Of("enroll", "--authority", "https://localhost:1", "--token", Token, "--out", _files["a"])).Exit);
    }
}
