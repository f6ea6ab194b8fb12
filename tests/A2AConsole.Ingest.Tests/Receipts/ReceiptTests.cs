using System.Net;
using System.Security.Cryptography;
using A2AConsole.Core.Ledger;
using A2AConsole.Testing;

namespace A2AConsole.Ingest.Tests.Receipts;

/// <summary>A receipt is worth something only if it can be checked without us: from its text and the ledger's public key alone.</summary>
public sealed class ReceiptTests : IAsyncLifetime
{
    private TestSite _site = null!;
    private TestAgent _agent = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _agent = await _site.EnrollAsync("forecaster");
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task A_receipt_verifies_offline_with_the_proof_that_it_names()
    {
        var log = Ed25519NoteVerifier.Parse(_site.Domain.LedgerSigner.VerifierKey);
        var e = _agent.Event();
        await _agent.PostAsync(Envelopes.Array(Enumerable.Range(0, 300).Select(_ => _agent.Sign())));
        var receipt = (await _agent.SendAsync(e)).Json;
        await _agent.PostAsync(Envelopes.Array(Enumerable.Range(0, 50).Select(_ => _agent.Sign())));

        Assert.True(Checkpoint.TryOpen(receipt.GetProperty("checkpoint").GetString(), log, out var checkpoint, out var error), error);
        Assert.Equal(_site.Domain.Name + "/ledger", checkpoint.Origin);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(e.ToBytes())), receipt.GetProperty("digest").GetString());

        var index = receipt.GetProperty("leafIndex").GetInt64();
        var fetched = await _agent.GetAsync(receipt.GetProperty("proof").GetString()!);
        Assert.Equal(HttpStatusCode.OK, fetched.Status);
        Assert.True(TlogProof.TryParse(fetched.Body, out var proof, out error), error);
        Assert.Equal(index, proof.Index);

        using var response = await _agent.Client.GetAsync($"/ledger/leaf/{index}");
        var leaf = await response.Content.ReadAsByteArrayAsync();
        Assert.True(proof.TryVerifyPath(leaf, checkpoint, out error), error);
        Assert.False(proof.TryVerifyPath([.. leaf, (byte)' '], checkpoint, out _));
        Assert.Equal(receipt.GetProperty("digest").GetString(), LeafReader.Parse(leaf).Digest);
    }

    [Fact]
    public async Task Checkpoints_of_two_replies_are_consistent()
    {
        var log = Ed25519NoteVerifier.Parse(_site.Domain.LedgerSigner.VerifierKey);
        var first = await OpenAsync();
        await _agent.PostAsync(Envelopes.Array(Enumerable.Range(0, 100).Select(_ => _agent.Sign())));
        var second = await OpenAsync();
        var proof = await _site.Reader.ConsistencyAsync(first.Size, second.Size);
        Assert.True(MerkleProofs.VerifyConsistency(first.Size, second.Size, proof, first.Root.Span, second.Root.Span));

        async Task<Checkpoint> OpenAsync()
        {
            var note = (await _agent.SendAsync()).Json.GetProperty("checkpoint").GetString();
            Assert.True(Checkpoint.TryOpen(note, log, out var checkpoint, out var error), error);
            return checkpoint;
        }
    }

    [Fact]
    public async Task The_leaf_says_who_sent_what_when_and_nothing_of_the_payload()
    {
        var e = _agent.Event() with { Audience = _site.Identity("planner"), Subject = "sku-1", Demo = "live" };
        var index = (await _agent.SendAsync(e)).Json.GetProperty("leafIndex").GetInt64();
        var bytes = (await _site.Reader.LeafAsync(index))!;
        var leaf = LeafReader.Parse(bytes);
        Assert.Equal((LeafKind.Event, LeafVerdict.Admitted, e.Id, e.Type, e.Audience, e.Subject, e.Demo),
            (leaf.Kind, leaf.Verdict, leaf.MessageId, leaf.Type, leaf.Audience, leaf.Subject, leaf.Demo));
        Assert.Equal((e.Time, _site.Time.GetUtcNow(), _agent.SpiffeId, _agent.Serial), (leaf.Time, leaf.At, leaf.Actor, leaf.Certificate));
        Assert.DoesNotContain("04012345123456", System.Text.Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        var stored = await _site.Reader.EventAsync(index);
        Assert.NotNull(stored);
        Assert.Equal(LeafEncoding.Encode(leaf), bytes);
    }
}
