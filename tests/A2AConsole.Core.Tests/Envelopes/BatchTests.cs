using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Schemas;

namespace A2AConsole.Core.Tests.Envelopes;

public sealed class BatchTests
{
    private readonly TestPki _pki = new();
    private readonly EventChecker _checker = new(SchemaRegistry.Default, new AdmissionLimits());
    private readonly VerifiedSvid _svid;
    private readonly SigningKey _key;

    public BatchTests() => (_svid, _key) = _pki.Agent();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    public void A_whole_batch_is_admitted_under_one_signature(int count)
    {
        var events = Events(count);
        var results = Check(BatchWriter.Write(_svid.SpiffeId.Text, events, TestPki.Now, _key));
        Assert.Equal(count, results.Length);
        Assert.All(results, r => Assert.Null(r.Refusal));
        for (var i = 0; i < count; i++)
        {
            Assert.True(results[i].Bytes.Span.SequenceEqual(events[i].Span));
            Assert.Equal($"m-{i}", results[i].Facts!.MessageId);
            Assert.Equal(i, results[i].BatchIndex);
            Assert.Equal(SHA256.HashData(events[i].Span), results[i].Digest.ToArray());
        }
    }

    [Fact]
    public void A_part_of_a_batch_is_admitted_by_its_paths()
    {
        var results = Check(BatchWriter.WritePart(_svid.SpiffeId.Text, Events(100), [3, 99, 64], TestPki.Now, _key));
        Assert.All(results, r => Assert.Null(r.Refusal));
        Assert.Equal([3, 99, 64], results.Select(r => r.BatchIndex));
    }

    [Fact]
    public void Every_event_of_a_tree_has_a_path_to_its_root()
    {
        for (var count = 1; count <= 70; count++)
        {
            var hashes = RandomNumberGenerator.GetBytes(count * MerkleHash.Size);
            var tree = new BatchRoot(hashes);
            var root = new byte[MerkleHash.Size];
            MerkleHash.Root(hashes, root);
            Assert.Equal(root, tree.Root.ToArray());
            for (var i = 0; i < count; i++)
                Assert.True(MerkleProofs.VerifyInclusion(hashes.AsSpan(i * MerkleHash.Size, MerkleHash.Size), i, count, tree.PathOf(i).AsSpan(), root));
        }
    }

    [Fact]
    public void One_bad_event_does_not_fail_its_neighbours()
    {
        var events = Events(5);
        events[1] = Encoding.UTF8.GetBytes("no event");
        events[3] = AgentEventWriter.Write(TestEvents.Event() with { Id = "m-3", Type = "unheard.of", DataSchema = null });
        var results = Check(BatchWriter.Write(_svid.SpiffeId.Text, events, TestPki.Now, _key));
        Assert.Equal([null, RefusalCode.Malformed, null, null, null], results.Select(r => r.Refusal));
        Assert.Equal([null, null, null, RefusalCode.UnknownType, null], results.Select(r => r.SchemaRefusal));
    }

    [Fact]
    public void A_changed_event_fails_the_whole_batch_but_only_itself_when_there_are_paths()
    {
        var body = Parse(BatchWriter.Write(_svid.SpiffeId.Text, Events(4), TestPki.Now, _key));
        body["events"]![2]!["payload"] = Convert.ToBase64String(Event(9));
        Assert.All(Check(Bytes(body)), r => Assert.Equal(RefusalCode.BatchProofInvalid, r.Refusal));

        var part = Parse(BatchWriter.WritePart(_svid.SpiffeId.Text, Events(4), [0, 1, 2], TestPki.Now, _key));
        part["events"]![2]!["payload"] = Convert.ToBase64String(Event(9));
        Assert.Equal([null, null, RefusalCode.BatchProofInvalid], Check(Bytes(part)).Select(r => r.Refusal));
    }

    [Fact]
    public void Reordered_missing_or_doubled_events_are_refused()
    {
        var body = BatchWriter.Write(_svid.SpiffeId.Text, Events(4), TestPki.Now, _key);
        AllRefused(body, e => (e[0], e[1]) = (e[1]!.DeepClone(), e[0]!.DeepClone()));
        AllRefused(body, e => e.RemoveAt(3));
        AllRefused(body, e => e.Add(e[3]!.DeepClone()));
    }

    [Fact]
    public void A_path_of_another_index_or_length_is_refused()
    {
        var body = BatchWriter.WritePart(_svid.SpiffeId.Text, Events(8), [5], TestPki.Now, _key);
        AllRefused(body, e => e[0]!["index"] = 4);
        AllRefused(body, e => e[0]!["index"] = 5 + 8);
        AllRefused(body, e => e[0]!.AsObject().Remove("index"));
        AllRefused(body, e => e[0]!.AsObject().Remove("path"));
        AllRefused(body, e => e[0]!["path"]!.AsArray().RemoveAt(0));
        AllRefused(body, e => e[0]!["path"]!.AsArray().Add(Convert.ToBase64String(new byte[32])));
    }

    [Fact]
    public void A_node_of_the_tree_cannot_pass_for_an_event()
    {
        var events = Events(2);
        var hashes = events.SelectMany(e => MerkleHash.Leaf(e.Span)).ToArray();
        // The node's own preimage, offered as the one event of a batch of one.
        var body = new JsonObject
        {
            ["batch"] = JsonNode.Parse(BatchWriter.SignStatement(_svid.SpiffeId.Text, new BatchRoot(hashes), TestPki.Now, _key)),
            ["events"] = new JsonArray(new JsonObject { ["payload"] = Convert.ToBase64String([1, .. hashes]) }),
        };
        Assert.All(Check(Bytes(body)), r => Assert.NotNull(r.Refusal));
    }

    [Fact]
    public void Another_agents_batch_is_refused()
    {
        var (_, other) = _pki.Agent("erp-connector");
        Assert.All(Check(BatchWriter.Write(_svid.SpiffeId.Text, Events(3), TestPki.Now, other)), r => Assert.Equal(RefusalCode.WrongSigner, r.Refusal));
        Assert.All(Check(BatchWriter.Write(TestPki.Id("erp-connector"), Events(3), TestPki.Now, _key)), r => Assert.Equal(RefusalCode.SourceMismatch, r.Refusal));
        var foreign = Events(3);
        foreign[1] = AgentEventWriter.Write(TestEvents.Event(TestPki.Id("erp-connector")));
        Assert.Equal([null, RefusalCode.SourceMismatch, null], Check(BatchWriter.Write(_svid.SpiffeId.Text, foreign, TestPki.Now, _key)).Select(r => r.Refusal));
    }

    [Fact]
    public void Old_events_of_a_batch_are_stale_each_by_itself()
    {
        var events = Events(2);
        events[0] = AgentEventWriter.Write(TestEvents.Event() with { Time = TestPki.Now.AddMinutes(-7), Expires = TestPki.Now.AddMinutes(1) });
        Assert.Equal([RefusalCode.Stale, null], Check(BatchWriter.Write(_svid.SpiffeId.Text, events, TestPki.Now, _key)).Select(r => r.Refusal));
    }

    [Fact]
    public void Events_beyond_the_rate_are_refused_and_the_others_stand()
    {
        var body = BatchWriter.Write(_svid.SpiffeId.Text, Events(4), TestPki.Now, _key);
        Assert.Equal([null, null, null, RefusalCode.RateLimited], Check(body, granted: 3).Select(r => r.Refusal));
    }

    [Fact]
    public void An_event_that_is_too_large_is_refused_and_the_others_stand()
    {
        var events = Events(3);
        events[1] = AgentEventWriter.Write(TestEvents.Event() with { Data = Encoding.UTF8.GetBytes($"{{\"x\":\"{new string('x', 300_000)}\"}}") });
        Assert.Equal([null, RefusalCode.TooLarge, null], Check(BatchWriter.Write(_svid.SpiffeId.Text, events, TestPki.Now, _key)).Select(r => r.Refusal));
    }

    [Fact]
    public void A_body_that_is_no_batch_is_malformed()
    {
        var good = Encoding.UTF8.GetString(BatchWriter.Write(_svid.SpiffeId.Text, Events(1), TestPki.Now, _key));
        Fails(RefusalCode.Malformed, "{}");
        Fails(RefusalCode.Malformed, "[]");
        Fails(RefusalCode.Malformed, good + "x");
        Fails(RefusalCode.Malformed, good[..^1]);
        Fails(RefusalCode.Malformed, "{\"events\":[],\"batch\":{}}");
        Fails(RefusalCode.Malformed, good.Replace("\"events\":[{", "\"events\":[],\"other\":[{", StringComparison.Ordinal));
        Fails(RefusalCode.DuplicateMember, good.Replace("\"events\":", "\"events\":[],\"events\":", StringComparison.Ordinal));
        Fails(RefusalCode.UnsupportedPayloadType, good.Replace(Dsse.BatchType, Dsse.EventType, StringComparison.Ordinal));
        Assert.True(BatchReader.LooksLikeBatch(Encoding.UTF8.GetBytes(good)));
        Assert.False(BatchReader.LooksLikeBatch(TestEvents.Envelope(_key)));
        Assert.False(BatchReader.LooksLikeBatch("{\"batch"u8));
    }

    [Theory]
    [InlineData("{\"root\":\"ROOT\",\"size\":1,\"time\":\"2026-03-02T09:30:00Z\"}")]
    [InlineData("{\"source\":\"x\",\"root\":\"ROOT\",\"size\":1,\"time\":\"2026-03-02T09:30:00Z\"}")]
    [InlineData("{\"source\":\"ID\",\"root\":\"ROOT\",\"size\":0,\"time\":\"2026-03-02T09:30:00Z\"}")]
    [InlineData("{\"source\":\"ID\",\"root\":\"ROOT\",\"size\":1e99,\"time\":\"2026-03-02T09:30:00Z\"}")]
    [InlineData("{\"source\":\"ID\",\"root\":\"ROOT\",\"size\":\"1\",\"time\":\"2026-03-02T09:30:00Z\"}")]
    [InlineData("{\"source\":\"ID\",\"root\":\"AB\",\"size\":1,\"time\":\"2026-03-02T09:30:00Z\"}")]
    [InlineData("{\"source\":\"ID\",\"root\":\"ROOT\",\"size\":1,\"time\":\"2026-03-02\"}")]
    [InlineData("{\"source\":\"ID\",\"root\":\"ROOT\",\"size\":1,\"size\":2,\"time\":\"2026-03-02T09:30:00Z\"}")]
    [InlineData("{\"source\":\"ID\",\"root\":\"ROOT\",\"size\":1,\"time\":\"2026-03-02T09:30:00Z\"}x")]
    [InlineData("[]")]
    public void A_statement_of_another_form_is_refused(string statement)
    {
        var payload = Encoding.UTF8.GetBytes(statement.Replace("ID", TestPki.Id(), StringComparison.Ordinal).Replace("ROOT", new string('a', 64), StringComparison.Ordinal));
        var body = $"{{\"batch\":{Encoding.UTF8.GetString(DsseEnvelopeWriter.Sign(Dsse.BatchType, payload, _key))},\"events\":[{{\"payload\":\"e30=\"}}]}}";
        Assert.False(BatchCheck.TryOpen(_checker, Encoding.UTF8.GetBytes(body), _svid, TestPki.Now, n => n, out _, out _));
    }

    [Fact]
    public void A_batched_event_is_provable_alone()
    {
        var events = Events(10);
        var tree = new BatchRoot(events.SelectMany(e => MerkleHash.Leaf(e.Span)).ToArray());
        Assert.True(BatchReader.TryRead(BatchWriter.WritePart(_svid.SpiffeId.Text, events, [4], TestPki.Now, _key), out var read, out _));
        Assert.True(EnvelopeVerifier.TryVerify(read, _svid, AlgorithmPolicy.Default, TestPki.Now, out var batch, out _));
        Assert.True(AgentEventReader.TryRead(events[4], out var value, out _));
        Assert.True(EnvelopeVerifier.TryVerify(batch, value, 4, tree.PathOf(4), out _, out _));
        Assert.False(EnvelopeVerifier.TryVerify(batch, value, 5, tree.PathOf(4), out _, out var fault));
        Assert.Equal(RefusalCode.BatchProofInvalid, fault.Code);
    }

    private static byte[] Event(int i) => AgentEventWriter.Write(TestEvents.Event() with { Id = $"m-{i}", Nonce = $"nonce-nonce-nonce-{i}" });

    private static List<ReadOnlyMemory<byte>> Events(int count) => [.. Enumerable.Range(0, count).Select(i => (ReadOnlyMemory<byte>)Event(i))];

    private static JsonNode Parse(byte[] body) => JsonNode.Parse(body)!;

    private static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());

    private CheckedEvent[] Check(byte[] body, int granted = int.MaxValue)
    {
        Assert.True(BatchCheck.TryOpen(_checker, body, _svid, TestPki.Now, n => Math.Min(n, granted), out var batch, out var fault), fault?.Detail);
        using (batch)
        {
            Parallel.For(0, batch.Parts, batch.Run);
            return batch.Complete();
        }
    }

    private void AllRefused(byte[] body, Action<JsonArray> change)
    {
        var node = Parse(body);
        change(node["events"]!.AsArray());
        Assert.All(Check(Bytes(node)), r => Assert.Equal(RefusalCode.BatchProofInvalid, r.Refusal));
    }

    private void Fails(RefusalCode code, string body)
    {
        Assert.False(BatchCheck.TryOpen(_checker, Encoding.UTF8.GetBytes(body), _svid, TestPki.Now, n => n, out _, out var fault));
        Assert.Equal(code, fault.Code);
    }
}
