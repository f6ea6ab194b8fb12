using A2AConsole.Core.Attestation;

namespace A2AConsole.Trust.Tests.Attestation.Desk;

/// <summary>A nonce is for one agent and one key, once, for a few minutes.</summary>
public sealed class NonceTests : IAsyncLifetime
{
    private DeskSite _site = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await DeskSite.StartAsync(o => (o.NoncesPerAddress, o.NoncesInAll) = (6, 100));
        foreach (var name in new[] { "p-1", "p-2" })
            await _site.RegisterAsync(name, DeskSite.Term(EvidenceKind.SevSnp));
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task A_nonce_is_good_once()
    {
        using var key = DeskSite.NewKey();
        var (nonce, binding) = await _site.NonceAsync(key);
        var body = new { spiffeId = DeskSite.Id(), csr = Csr.Pem(key), nonce, evidence = new[] { DeskSite.Evidence(EvidenceKind.SevSnp, binding) } };
        Assert.Null((await _site.PostAsync("/v1/enroll", body, key)).Code);
        Assert.Equal("nonce-used", (await _site.PostAsync("/v1/enroll", body, key)).Code);
    }

    [Fact]
    public async Task Evidence_that_was_not_affirmed_has_used_its_nonce_up()
    {
        using var key = DeskSite.NewKey();
        var (nonce, binding) = await _site.NonceAsync(key);
        object Body(string value) => new { spiffeId = DeskSite.Id(), csr = Csr.Pem(key), nonce, evidence = new[] { DeskSite.Evidence(EvidenceKind.SevSnp, binding, value) } };
        Assert.Equal("fake-value", (await _site.PostAsync("/v1/enroll", Body("v2"), key)).Code);
        Assert.Equal("nonce-used", (await _site.PostAsync("/v1/enroll", Body(DeskSite.Right), key)).Code);
    }

    [Fact]
    public async Task A_swapped_nonce_does_not_fit_the_evidence()
    {
        using var key = DeskSite.NewKey();
        var (_, binding) = await _site.NonceAsync(key);
        var (other, _) = await _site.NonceAsync(key);
        Assert.Equal("fake-binding", (await PostAsync(key, "p-1", other, binding)).Code);
    }

    [Fact]
    public async Task A_nonce_of_another_key_or_agent_or_nobody_or_none_or_of_long_ago_is_refused()
    {
        using var key = DeskSite.NewKey();
        using var other = DeskSite.NewKey();
        var (ofOther, bindingOfOther) = await _site.NonceAsync(other);
        Assert.Equal("nonce-other-key", (await PostAsync(key, "p-1", ofOther, bindingOfOther)).Code);
        var (ofAgent, binding) = await _site.NonceAsync(key, "p-2");
        Assert.Equal("nonce-other-agent", (await PostAsync(key, "p-1", ofAgent, binding)).Code);
        Assert.Equal("nonce-unknown", (await PostAsync(key, "p-1", "AAAA", binding)).Code);
        Assert.Equal("nonce-missing", (await PostAsync(key, "p-1", null, binding)).Code);

        var (late, lateBinding) = await _site.NonceAsync(key);
        _site.Host.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("nonce-expired", (await PostAsync(key, "p-1", late, lateBinding)).Code);
        _site.Host.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("nonce-unknown", (await PostAsync(key, "p-1", late, lateBinding)).Code);
        Assert.Equal(0, await _site.Host.QueryAsync(db => Task.FromResult(db.Certificates.Count())));
    }

    [Fact]
    public async Task An_address_has_only_so_many_out_and_they_come_back()
    {
        using var key = DeskSite.NewKey();
        for (var i = 0; i < 6; i++)
            await _site.NonceAsync(key);
        var request = new { spiffeId = DeskSite.Id(), csr = Csr.Pem(key) };
        Assert.Equal("nonces-exhausted", (await _site.AttestAsync(request)).Code);
        _site.Host.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Null((await _site.AttestAsync(request)).Code);
    }

    private Task<(System.Security.Cryptography.X509Certificates.X509Certificate2? Certificate, string? Code)> PostAsync(System.Security.Cryptography.ECDsa key, string name, string? nonce, string binding)
        => _site.PostAsync("/v1/enroll", new { spiffeId = DeskSite.Id(name), csr = Csr.Pem(key), nonce, evidence = new[] { DeskSite.Evidence(EvidenceKind.SevSnp, binding) } }, key);
}
