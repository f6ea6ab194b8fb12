using System.Net;
using System.Text;
using A2AConsole.Core.Admission;
using A2AConsole.Data.Ledger;
using A2AConsole.Testing;

namespace A2AConsole.Ingest.Tests.Events;

public sealed class SeveralEventsTests : IAsyncLifetime
{
    private TestSite _site = null!;
    private TestAgent _agent = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _agent = await _site.EnrollAsync("forecaster");
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public async Task In_an_array_each_event_has_its_own_verdict_in_order()
    {
        var reply = await _agent.PostAsync(Envelopes.Array(
        [
            _agent.Sign(), Text("{\"payload\":nonsense}"), _agent.Sign(_agent.Event() with { Type = "weather.report" }), Text("17"), _agent.Sign(),
        ]));
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(["admitted", "refused:malformed", "refused:unknown-type", "refused:malformed", "admitted"], reply.Verdicts);
        var leaves = reply.Json.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("leafIndex").GetInt64()).ToList();
        Assert.Equal(leaves.Order(), leaves);
        Assert.True(reply.Json.GetProperty("treeSize").GetInt64() > leaves[^1]);
    }

    [Fact]
    public async Task In_lines_each_event_has_its_own_verdict_in_order()
    {
        var reply = await _agent.PostAsync(Envelopes.Lines([_agent.Sign(), Text("{"), _agent.Sign()]), "application/x-ndjson");
        Assert.Equal(["admitted", "refused:malformed", "admitted"], reply.Verdicts);
    }

    [Fact]
    public async Task An_oversize_event_does_not_fail_its_neighbours()
    {
        var big = _agent.Sign(_agent.Event() with { Data = $"{{\"x\":\"{new string('a', 300_000)}\"}}" });
        var reply = await _agent.PostAsync(Envelopes.Array([_agent.Sign(), big, _agent.Sign()]));
        Assert.Equal(["admitted", "refused:too-large", "admitted"], reply.Verdicts);
    }

    [Fact]
    public async Task An_array_that_is_cut_off_keeps_the_events_before_the_cut()
    {
        var body = Envelopes.Array([_agent.Sign(), _agent.Sign()]);
        var reply = await _agent.PostAsync(body[..^20]);
        Assert.Equal(["admitted", "refused:malformed"], reply.Verdicts);
    }

    [Fact]
    public async Task A_thousand_events_are_taken_and_one_more_is_not()
    {
        var bodies = Enumerable.Range(0, 1001).Select(_ => _agent.Sign()).ToList();
        var tooMany = await _agent.PostAsync(Envelopes.Array(bodies));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too-many-events"), (tooMany.Status, tooMany.Code));
        var reply = await _agent.PostAsync(Envelopes.Array(bodies.Take(1000)));
        Assert.All(reply.Verdicts, v => Assert.Equal("admitted", v));
    }

    [Fact]
    public async Task An_empty_request_holds_no_event()
    {
        Assert.Equal("no-events", (await _agent.PostAsync("[]"u8.ToArray())).Code);
        Assert.Equal("no-events", (await _agent.PostAsync([])).Code);
        Assert.Equal("no-events", (await _agent.PostAsync("\n\n"u8.ToArray(), "application/x-ndjson")).Code);
    }

    [Fact]
    public async Task A_whole_signed_batch_is_admitted_under_one_signature()
    {
        var events = Enumerable.Range(0, 100).Select(_ => _agent.Event().ToBytes()).ToList();
        var reply = await _agent.PostAsync(SignedBatches.Body(_agent.Key, _agent.SpiffeId, events, _site.Time.GetUtcNow()));
        Assert.Equal(100, reply.Verdicts.Count);
        Assert.All(reply.Verdicts, v => Assert.Equal("admitted", v));

        var index = reply.Json.GetProperty("results")[17].GetProperty("leafIndex").GetInt64();
        var stored = await _site.Reader.EventAsync(index);
        Assert.Equal(events[17], stored!.Bytes.ToArray());
        Assert.Equal(17, stored.BatchIndex);
        Assert.False(stored.BatchEnvelope.IsEmpty);
    }

    [Fact]
    public async Task Part_of_a_signed_batch_is_admitted_by_its_paths()
    {
        var events = Enumerable.Range(0, 13).Select(_ => _agent.Event().ToBytes()).ToList();
        var reply = await _agent.PostAsync(SignedBatches.Body(_agent.Key, _agent.SpiffeId, events, _site.Time.GetUtcNow(), indices: [2, 12]));
        Assert.Equal(["admitted", "admitted"], reply.Verdicts);
        var stored = await _site.Reader.EventAsync(reply.Json.GetProperty("results")[1].GetProperty("leafIndex").GetInt64());
        Assert.Equal(12, stored!.BatchIndex);
        Assert.Equal(0, stored.BatchPath.Length % 32);
    }

    [Fact]
    public async Task A_batch_under_another_root_is_refused_event_by_event()
    {
        var events = Enumerable.Range(0, 3).Select(_ => _agent.Event().ToBytes()).ToList();
        var reply = await _agent.PostAsync(SignedBatches.Body(_agent.Key, _agent.SpiffeId, events, _site.Time.GetUtcNow(), root: new byte[32]));
        Assert.Equal(Enumerable.Repeat("refused:" + Refusal.Of(RefusalCode.BatchProofInvalid).Text, 3), reply.Verdicts);
    }

    [Fact]
    public async Task A_wrong_path_refuses_its_event_and_not_the_others()
    {
        var events = Enumerable.Range(0, 13).Select(_ => _agent.Event().ToBytes()).ToList();
        var body = Encoding.UTF8.GetString(SignedBatches.Body(_agent.Key, _agent.SpiffeId, events, _site.Time.GetUtcNow(), indices: [2, 12]));
        var reply = await _agent.PostAsync(Text(body.Replace("\"index\":2", "\"index\":3", StringComparison.Ordinal)));
        Assert.Equal(["refused:batch-proof-invalid", "admitted"], reply.Verdicts);
    }

    [Fact]
    public async Task A_batch_that_another_key_signed_is_refused()
    {
        var other = await _site.EnrollAsync("other");
        var events = Enumerable.Range(0, 3).Select(_ => _agent.Event().ToBytes()).ToList();
        var reply = await _agent.PostAsync(SignedBatches.Body(other.Key, _agent.SpiffeId, events, _site.Time.GetUtcNow()));
        Assert.All(reply.Verdicts, v => Assert.Equal("refused:wrong-signer", v));
    }

    [Fact]
    public async Task A_batched_event_is_checked_like_any_other()
    {
        var first = _agent.Event();
        List<byte[]> events = [first.ToBytes(), (_agent.Event() with { Type = "weather.report" }).ToBytes(), (_agent.Event() with { Nonce = first.Nonce }).ToBytes()];
        var reply = await _agent.PostAsync(SignedBatches.Body(_agent.Key, _agent.SpiffeId, events, _site.Time.GetUtcNow()));
        Assert.Equal(["admitted", "refused:unknown-type", "refused:replayed"], reply.Verdicts);
    }

    [Fact]
    public async Task A_batch_that_cannot_be_read_is_refused_as_one_and_recorded()
    {
        var reply = await _agent.PostAsync("{\"batch\":{}}"u8.ToArray());
        Assert.Equal("malformed", reply.Code);
        Assert.NotNull(await _site.Reader.LeafAsync(reply.Json.GetProperty("leafIndex").GetInt64()));
    }
}
