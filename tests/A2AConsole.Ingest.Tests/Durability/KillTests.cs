using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using A2AConsole.Core.Ledger;
using A2AConsole.Testing;

namespace A2AConsole.Ingest.Tests.Durability;

/// <summary>kill -9 at any moment: what was acknowledged is there, once, where the receipt said, and the ledger is one ledger.</summary>
public sealed class KillTests
{
    private const int Kills = 20;

    private readonly ConcurrentDictionary<string, long> _acked = new();
    private readonly ConcurrentBag<string> _checkpoints = [];
    private readonly ConcurrentQueue<Post> _unanswered = new();

    private X509Certificate2Collection _roots = [];
    private volatile TaskCompletionSource _answered = new();

    private sealed record Post(string Agent, byte[] Body, IReadOnlyList<string> Digests);

    [Fact]
    public async Task Nothing_acknowledged_is_lost_or_doubled_by_twenty_kills()
    {
        var directory = Directory.CreateTempSubdirectory("a2aconsole-kill-").FullName;
        try
        {
            await using (var site = await TestSite.StartAsync(new() { RealTime = true, KeysInFiles = true, Directory = directory }))
            {
                var agents = new[] { await site.EnrollAsync("one"), await site.EnrollAsync("two") };
                _roots = site.Domain.Roots;
                await site.StopAsync();
                for (var kill = 0; kill < Kills; kill++)
                    await RunAndKillAsync(directory, agents, kill);
                await site.ResumeAsync();
                await CheckAsync(site);
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task RunAndKillAsync(string directory, IReadOnlyList<TestAgent> agents, int kill)
    {
        await using var child = await SiteProcess.StartAsync(directory);
        using var stop = new CancellationTokenSource();
        var answered = _answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var senders = agents.SelectMany(agent => new[] { SendAsync(agent, child.Edge, stop), SendAsync(agent, child.Edge, stop) }).ToList();
        await Task.WhenAny(answered.Task, Task.WhenAll(senders)).WaitAsync(Eventually.Patience);
        // Nothing is awaited here: a little longer each time after an answer, so that kills fall everywhere within a commit.
        await Task.Delay(kill * 7 % 50, CancellationToken.None);
        await child.KillAsync();
        await stop.CancelAsync();
        await Task.WhenAll(senders);
    }

    /// <summary>Posts until the server dies. What was not answered is posted again, byte for byte, to the next one.</summary>
    private async Task SendAsync(TestAgent agent, Uri edge, CancellationTokenSource stop)
    {
        using var client = TestTls.Connect(edge, TestTls.Client(agent.Certificate, agent.Chain, _roots, TimeProvider.System));
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var post = _unanswered.TryDequeue(out var earlier) && earlier.Agent == agent.SpiffeId ? earlier : MakePost(agent, i);
            if (earlier is not null && earlier != post)
                _unanswered.Enqueue(earlier);
            try
            {
                using var content = new ByteArrayContent(post.Body);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using var response = await client.PostAsync("/v1/events", content, stop.Token);
                var body = await response.Content.ReadAsStringAsync(stop.Token);
                Assert.True(response.StatusCode == HttpStatusCode.OK, body);
                Note(post, JsonDocument.Parse(body).RootElement);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                _unanswered.Enqueue(post);
                return;
            }
        }
    }

    private void Note(Post post, JsonElement reply)
    {
        _checkpoints.Add(reply.GetProperty("checkpoint").GetString()!);
        var results = reply.GetProperty("results");
        for (var i = 0; i < post.Digests.Count; i++)
        {
            var verdict = results[i].GetProperty("verdict").GetString();
            // A post that was committed but not answered is a replay when it comes again: -1 stands for "somewhere, once".
            var where = verdict == "admitted" ? results[i].GetProperty("leafIndex").GetInt64()
                : results[i].GetProperty("code").GetString() == "replayed" ? -1
                : throw new InvalidOperationException(results[i].ToString());
            Assert.True(_acked.TryAdd(post.Digests[i], where), "acknowledged twice");
        }
        _answered.TrySetResult();
    }

    private static Post MakePost(TestAgent agent, int turn)
    {
        var events = Enumerable.Range(0, 10).Select(_ => agent.Event().ToBytes()).ToList();
        var body = turn % 2 == 0
            ? Envelopes.Array(events.Select(e => Envelopes.Sign(agent.Key, e)))
            : SignedBatches.Body(agent.Key, agent.SpiffeId, events, DateTimeOffset.UtcNow);
        return new(agent.SpiffeId, body, [.. events.Select(e => Convert.ToHexStringLower(SHA256.HashData(e)))]);
    }

    private async Task CheckAsync(TestSite site)
    {
        Assert.NotEmpty(_acked);
        var bytes = await site.LeafBytesAsync();
        var head = site.Ledger.Head;
        Assert.Equal(head.Size, bytes.Count);

        var tree = LeafHashes.Of([.. bytes.Select(b => (ReadOnlyMemory<byte>)b)]);
        Assert.Equal(tree.Root(), head.Root.ToArray());
        var log = Ed25519NoteVerifier.Parse(site.Domain.LedgerSigner.VerifierKey);
        foreach (var note in _checkpoints.Append(head.Checkpoint).Distinct())
        {
            Assert.True(Checkpoint.TryOpen(note, log, out var seen, out var error), error);
            var proof = await site.Reader.ConsistencyAsync(seen.Size, head.Size);
            Assert.True(MerkleProofs.VerifyConsistency(seen.Size, head.Size, proof, seen.Root.Span, head.Root.Span));
        }

        var admitted = new Dictionary<string, long>();
        for (var i = 0; i < bytes.Count; i++)
        {
            var leaf = LeafReader.Parse(bytes[i]);
            if (leaf is { Kind: LeafKind.Event, Verdict: LeafVerdict.Admitted })
                Assert.True(admitted.TryAdd(leaf.Digest!, i), $"leaf {i} is there twice");
        }
        foreach (var (digest, index) in _acked)
        {
            Assert.True(admitted.TryGetValue(digest, out var found), "an acknowledged event is lost");
            Assert.True(index < 0 || index == found, "an acknowledged event is not where its receipt says");
        }
    }
}
