using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Data.Tests.Reading;

public sealed class LedgerEndpointsTests : IAsyncLifetime
{
    private LedgerSite _site = null!;
    private WebApplication _web = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await LedgerSite.StartAsync();
        for (var i = 0; i < 4; i++)
            await _site.AdmitAsync([.. Enumerable.Range(0, 75).Select(_ => _site.Item())]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(_site.Ledger);
        builder.Services.AddSingleton(_site.Reader);
        _web = builder.Build();
        _web.MapLedger();
        await _web.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_web.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _web.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task The_checkpoint_is_the_newest_head_signed()
    {
        var note = await _http.GetStringAsync("/ledger/checkpoint");
        Assert.True(Checkpoint.TryOpen(note, LedgerSite.Verifier, out var checkpoint, out var error), error);
        Assert.Equal(302, checkpoint.Size);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(301, null)]
    [InlineData(5, 100L)]
    public async Task A_proof_verifies_offline_with_the_leaf_it_carries(long index, long? size)
    {
        var text = await _http.GetStringAsync($"/ledger/proof/{index}" + (size is null ? "" : $"?size={size}"));
        Assert.True(TlogProof.TryParse(text, out var proof, out var error), error);
        Assert.True(proof.TryVerify(proof.Extra.Span, LedgerSite.Verifier, out var checkpoint, out error), error);
        Assert.Equal(size ?? 302, checkpoint!.Size);
        Assert.Equal(proof.Extra.ToArray(), await _http.GetByteArrayAsync($"/ledger/leaf/{index}"));
    }

    [Fact]
    public async Task Tiles_rebuild_the_root_and_complete_ones_are_immutable()
    {
        using var full = await _http.GetAsync("/ledger/tile/0/000");
        Assert.Contains("immutable", full.Headers.CacheControl!.ToString());
        byte[] hashes = [.. await full.Content.ReadAsByteArrayAsync(), .. await _http.GetByteArrayAsync("/ledger/tile/0/001.p/46")];
        var root = new byte[MerkleHash.Size];
        MerkleHash.Root(hashes, root);
        Assert.Equal(_site.Ledger.Head.Root.ToArray(), root);
        var entries = EntryBundle.Parse(await _http.GetByteArrayAsync("/ledger/tile/entries/001.p/46"));
        Assert.Equal(await _site.Reader.LeafAsync(256 + 45), entries[45].ToArray());
    }

    [Fact]
    public async Task A_consistency_proof_verifies()
    {
        var answer = await _http.GetFromJsonAsync<JsonElement>("/ledger/consistency?from=77&to=300");
        var proof = answer.GetProperty("proof").EnumerateArray().Select(hash => hash.GetBytesFromBase64()).ToList();
        var (from, to) = (await _site.Reader.RootAsync(77), await _site.Reader.RootAsync(300));
        Assert.True(MerkleProofs.VerifyConsistency(77, 300, proof, from, to));
    }

    [Theory]
    [InlineData("/ledger/leaf/302", HttpStatusCode.NotFound)]
    [InlineData("/ledger/proof/302", HttpStatusCode.NotFound)]
    [InlineData("/ledger/proof/5?size=5", HttpStatusCode.NotFound)]
    [InlineData("/ledger/proof/5?size=900", HttpStatusCode.NotFound)]
    [InlineData("/ledger/consistency?from=9&to=3", HttpStatusCode.NotFound)]
    [InlineData("/ledger/tile/0/001", HttpStatusCode.NotFound)]
    [InlineData("/ledger/tile/0/1", HttpStatusCode.BadRequest)]
    public async Task What_is_not_there_is_a_problem(string path, HttpStatusCode status)
    {
        using var answer = await _http.GetAsync(path);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("urn:a2aconsole:ledger:", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("type").GetString());
    }
}
