using System.Text;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Quarantine;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Policy.Quarantine;
using A2AConsole.Testing;
using A2AConsole.Trust.Life;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Ingest.Tests.Quarantine;

/// <summary>What leaves quarantine, through the real listener, checks and ledger; and what never does.</summary>
public sealed class ReleaseTests : IAsyncLifetime
{
    private static readonly QuarantineActor Analyst = new("ana", false), Manager = new("max", true);
    private const string Note = "looked at it with its owner";

    private TestSite _site = null!;
    private TestAgent _agent = null!;

    private IQuarantine Quarantine => _site.Get<IQuarantine>();

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync(new() { Services = services => services.AddQuarantine() });
        _agent = await _site.EnrollAsync("forecaster");
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    private async Task<long> RefusedAsync(byte[] body, string code)
    {
        var reply = await _agent.PostAsync(body);
        Assert.Equal(code, reply.Code);
        return reply.Json.GetProperty("leafIndex").GetInt64();
    }

    // Six and a half minutes old: too old to be taken, and within its sender's own end.
    private byte[] Old(EventBuilder? e = null) => _agent.Sign((e ?? _agent.Event()) with { Time = _site.Time.GetUtcNow().AddMinutes(-6.5), Expires = _site.Time.GetUtcNow().AddMinutes(8) });

    private async Task<QuarantineResult> ReleaseAsync(long item, QuarantineActor? actor = null) => Assert.Single(await Quarantine.ReleaseAsync([item], Note, actor ?? Analyst));

    private async Task<QuarantineDetail> DetailAsync(long item) => (await _site.Get<QuarantineQueries>().FindAsync(item))!;

    private async Task<LedgerLeaf> LeafAsync(long index) => LeafReader.Parse((await _site.Reader.LeafAsync(index))!);

    [Fact]
    public async Task What_came_late_is_admitted_on_a_release_and_the_ledger_says_who_released_it()
    {
        var body = Old();
        var item = await RefusedAsync(body, "stale");
        var result = await ReleaseAsync(item);
        Assert.True(result.Done, result.Detail);

        var detail = await DetailAsync(item);
        Assert.Equal(QuarantineState.Released, detail.Row.State);
        var admitted = await LeafAsync(detail.ReleasedLeaf!.Value);
        Assert.Equal((LeafKind.Event, LeafVerdict.Admitted, _agent.SpiffeId), (admitted.Kind, admitted.Verdict, admitted.Actor));
        Assert.Equal(detail.Row.Digest, admitted.Digest);
        var step = Assert.Single(detail.Steps);
        Assert.Equal((QuarantineMove.Released, "ana", Note), (step.Move, step.By, step.Note));
        var leaf = await LeafAsync(step.Leaf);
        Assert.Equal((LeafKind.Administration, "quarantine-released", "user:ana"), (leaf.Kind, leaf.Code, leaf.Actor));
        Assert.Contains(Note, leaf.Detail, StringComparison.Ordinal);
        Assert.Equal(body, (await _site.Reader.EventAsync(detail.ReleasedLeaf.Value))!.Bytes.ToArray());

        // Once: neither again from here, nor by whoever has the bytes.
        Assert.Equal("quarantine-decided", (await ReleaseAsync(item)).Code);
        var fresh = _agent.Event() with { IdempotencyKey = null };
        Assert.Equal("stale", (await _agent.PostAsync(body)).Code);
        Assert.Null((await _agent.SendAsync(fresh)).Code);
    }

    [Fact]
    public async Task One_message_that_was_refused_twice_is_released_once_however_many_try()
    {
        var body = Old();
        var first = await RefusedAsync(body, "stale");
        var second = await RefusedAsync(body, "stale");
        var results = (await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => ReleaseAsync(i % 2 == 0 ? first : second))))).ToList();
        Assert.Single(results, r => r.Done);
        Assert.All(results.Where(r => !r.Done), r => Assert.Contains(r.Code, new[] { "replayed", "quarantine-decided" }));
        var digest = (await DetailAsync(first)).Row.Digest!;
        var admitted = 0;
        foreach (var leaf in await _site.Reader.FindAsync(digest))
            admitted += await LeafAsync(leaf) is { Kind: LeafKind.Event, Verdict: LeafVerdict.Admitted } ? 1 : 0;
        Assert.Equal(1, admitted);
    }

    [Fact]
    public async Task What_its_sender_sent_anew_meanwhile_is_not_done_twice()
    {
        var e = _agent.Event() with { IdempotencyKey = "order-7", Time = _site.Time.GetUtcNow().AddMinutes(-6.5), Expires = _site.Time.GetUtcNow().AddMinutes(8) };
        var item = await RefusedAsync(_agent.Sign(e), "stale");
        Assert.Null((await _agent.SendAsync(e with { Id = Guid.NewGuid().ToString("N"), Nonce = Guid.NewGuid().ToString("N"), Time = _site.Time.GetUtcNow() })).Code);
        var result = await ReleaseAsync(item);
        Assert.Equal((false, "quarantine-repeated"), (result.Done, result.Code));
        var detail = await DetailAsync(item);
        Assert.Equal((QuarantineState.Waiting, QuarantineMove.ReleaseRefused), (detail.Row.State, Assert.Single(detail.Steps).Move));
    }

    [Fact]
    public async Task Nobody_prolongs_what_its_sender_let_end()
    {
        var item = await RefusedAsync(Old(), "stale");
        _site.Clock.Advance(TimeSpan.FromMinutes(8));
        Assert.Equal("quarantine-expired", (await ReleaseAsync(item, Manager)).Code);
        Assert.Empty((await DetailAsync(item)).Steps);
    }

    [Fact]
    public async Task A_signature_that_does_not_hold_is_never_released_nor_anything_used_before()
    {
        var body = _agent.Sign();
        var other = await _site.EnrollAsync("other");
        var forged = await RefusedAsync(Envelopes.Sign(other.Key, _agent.Event().ToBytes()), "wrong-signer");
        Assert.Equal("quarantine-never", (await ReleaseAsync(forged, Manager)).Code);
        Assert.Null((await _agent.PostAsync(body)).Code);
        var replayed = await RefusedAsync(body, "replayed");
        Assert.Equal("quarantine-never", (await ReleaseAsync(replayed, Manager)).Code);
    }

    [Fact]
    public async Task Bytes_that_were_altered_in_the_store_are_refused_by_the_same_checks()
    {
        var body = Old();
        var item = await RefusedAsync(body, "stale");
        var envelope = Encoding.UTF8.GetString(body);
        var at = envelope.IndexOf("\"payload\":\"", StringComparison.Ordinal) + 40;
        await _site.QueryAsync(async db =>
        {
            (await db.QuarantineItems.FindAsync(item))!.Bytes = Encoding.UTF8.GetBytes(envelope[..at] + (envelope[at] == 'A' ? 'B' : 'A') + envelope[(at + 1)..]);
            return await db.SaveChangesAsync();
        });
        var result = await ReleaseAsync(item);
        Assert.False(result.Done);
        Assert.Contains(result.Code, new[] { "signature-invalid", "malformed" });
        Assert.Equal(QuarantineState.Waiting, (await DetailAsync(item)).Row.State);
    }

    [Fact]
    public async Task An_agent_that_is_not_admitted_now_is_not_admitted_by_a_release()
    {
        var item = await RefusedAsync(Old(), "stale");
        var number = _site.Get<Trust.IAgentDirectory>().NumberOf(_agent.SpiffeId)!.Value;
        Assert.Null(await _site.Get<IAgentLife>().SuspendAsync(number, "user:max", "looks stolen"));
        var result = await ReleaseAsync(item);
        Assert.False(result.Done);
        Assert.Contains("not admitted now", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_still_does_not_match_its_schema_waits_on_with_what_was_said()
    {
        var item = await RefusedAsync(_agent.Sign(_agent.Event() with { Data = "{\"sku\":1}" }), "schema-violation");
        var result = await ReleaseAsync(item);
        Assert.Equal((false, "schema-violation"), (result.Done, result.Code));
        var step = Assert.Single((await DetailAsync(item)).Steps);
        Assert.Equal((QuarantineMove.ReleaseRefused, LeafVerdict.Refused), (step.Move, (await LeafAsync(step.Leaf)).Verdict));
        Assert.StartsWith("It is refused again", step.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_are_decided_with_one_note_and_each_has_its_leaf_and_history()
    {
        var items = new List<long>();
        for (var i = 0; i < 5; i++)
            items.Add(await RefusedAsync(_agent.Sign(_agent.Event() with { Type = "nobody.knows" }), "unknown-type"));
        Assert.All(await Quarantine.AssignAsync(items, "ana", Note, Manager), r => Assert.True(r.Done));
        Assert.All(await Quarantine.EscalateAsync(items.Take(2).ToList(), Note, Analyst), r => Assert.True(r.Done));
        var results = await Quarantine.RejectAsync(items, "the release of June is wrong", Analyst);
        // The two that were escalated are the managers'; the others are done.
        Assert.Equal(["quarantine-managers", "quarantine-managers", null, null, null], results.Select(r => r.Code));
        Assert.All(await Quarantine.RejectAsync(items.Take(2).ToList(), Note, Manager), r => Assert.True(r.Done));

        var queries = _site.Get<QuarantineQueries>();
        Assert.Empty((await queries.PageAsync(new QuarantineFilter { Work = QuarantineWork.Open }, null, null, 50)).Rows);
        Assert.Equal(5, (await queries.PageAsync(new QuarantineFilter { Work = QuarantineWork.Rejected, Assignee = "ana" }, null, null, 50)).Rows.Count);
        var steps = (await DetailAsync(items[0])).Steps;
        Assert.Equal([QuarantineMove.Assigned, QuarantineMove.Escalated, QuarantineMove.Rejected], steps.Select(s => s.Move));
        foreach (var step in steps)
            Assert.Contains(step.Note, (await LeafAsync(step.Leaf)).Detail, StringComparison.Ordinal);
        // Nothing is dropped: what was received is still there.
        Assert.NotEmpty((await DetailAsync(items[0])).Bytes!);
    }

    [Fact]
    public async Task A_request_that_is_none_changes_nothing()
    {
        var item = await RefusedAsync(Old(), "stale");
        Assert.Equal("quarantine-note-missing", (await Assert.ThrowsAsync<QuarantineRefusedException>(() => Quarantine.ReleaseAsync([item], " ", Analyst))).Code);
        Assert.Equal("quarantine-many", (await Assert.ThrowsAsync<QuarantineRefusedException>(() => Quarantine.RejectAsync([.. Enumerable.Range(0, 201)], Note, Analyst))).Code);
        Assert.Equal("quarantine-unknown", Assert.Single(await Quarantine.RejectAsync([999_999], Note, Analyst)).Code);
        Assert.Equal(0, await _site.QueryAsync(db => db.QuarantineSteps.CountAsync()));
    }
}
