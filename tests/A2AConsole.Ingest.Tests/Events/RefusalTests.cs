using System.Net;
using System.Text;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Ledger;
using A2AConsole.Testing;

namespace A2AConsole.Ingest.Tests.Events;

/// <summary>Each refusal code, through the real listener: status, problem, leaf and quarantine.</summary>
public sealed class RefusalTests : IAsyncLifetime
{
    private TestSite _site = null!;
    private TestAgent _agent = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _agent = await _site.EnrollAsync("forecaster");
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    private async Task RefusesAsync(RefusalCode code, byte[] body)
    {
        var reply = await _agent.PostAsync(body);
        var refusal = Refusal.Of(code);
        Assert.Equal("application/problem+json", reply.MediaType);
        Assert.Equal(refusal.Text, reply.Code);
        Assert.Equal(refusal.Status, (int)reply.Status);
        Assert.Equal("urn:a2aconsole:refusal:" + refusal.Text, reply.Json.GetProperty("type").GetString());
        Assert.Equal(refusal.Check.ToString(), reply.Json.GetProperty("check").GetString(), ignoreCase: true);
        Assert.NotEqual("", reply.Json.GetProperty("detail").GetString());

        var index = reply.Json.GetProperty("leafIndex").GetInt64();
        var leaf = LeafReader.Parse((await _site.Reader.LeafAsync(index))!);
        Assert.Equal((LeafKind.Event, LeafVerdict.Refused, refusal.Text, _agent.SpiffeId), (leaf.Kind, leaf.Verdict, leaf.Code, leaf.Actor));
        Assert.Equal(_agent.Serial, leaf.Certificate);
        var item = await _site.QueryAsync(async db => await db.QuarantineItems.FindAsync(index));
        Assert.Equal((refusal.Text, 1L, (long)body.Length), (item!.Code, item.Count, item.Size));
        Assert.Equal(body[..item.Bytes!.Length], item.Bytes);
    }

    [Fact]
    public async Task An_event_over_the_size_limit_is_too_large_and_a_prefix_of_it_is_kept()
    {
        var big = _agent.Sign(_agent.Event() with { Data = $"{{\"x\":\"{new string('a', 300_000)}\"}}" });
        await RefusesAsync(RefusalCode.TooLarge, big);
    }

    [Fact]
    public Task Bytes_that_are_no_envelope_are_malformed() => RefusesAsync(RefusalCode.Malformed, "{\"payload\":12}"u8.ToArray());

    [Fact]
    public Task A_payload_that_is_no_event_is_malformed() => RefusesAsync(RefusalCode.Malformed, Envelopes.Sign(_agent.Key, "hello"u8));

    [Fact]
    public async Task A_member_that_appears_twice_is_refused_in_envelope_event_and_data()
    {
        var envelope = Encoding.UTF8.GetString(_agent.Sign());
        await RefusesAsync(RefusalCode.DuplicateMember, Encoding.UTF8.GetBytes(envelope[..^1] + ",\"payloadType\":\"application/cloudevents+json\"}"));
        await RefusesAsync(RefusalCode.DuplicateMember, _agent.Sign(_agent.Event() with { More = "\"type\":\"other\"" }));
        await RefusesAsync(RefusalCode.DuplicateMember, _agent.Sign(_agent.Event() with { Data = EventBuilder.DemandSignal[..^1] + ",\"source\":\"promo\"}" }));
    }

    [Fact]
    public Task A_critical_attribute_that_is_not_understood_is_refused()
        => RefusesAsync(RefusalCode.UnknownCriticalMember, _agent.Sign(_agent.Event() with { Critical = "escrow", More = "\"escrow\":\"yes\"" }));

    [Fact]
    public Task Another_payload_type_is_refused()
        => RefusesAsync(RefusalCode.UnsupportedPayloadType, Envelopes.Sign(_agent.Key, _agent.Event().ToBytes(), "application/json"));

    [Fact]
    public Task An_envelope_without_a_signature_is_refused()
        => RefusesAsync(RefusalCode.SignatureMissing, Encoding.UTF8.GetBytes(
            $"{{\"payloadType\":\"{Envelopes.EventType}\",\"payload\":\"{Convert.ToBase64String(_agent.Event().ToBytes())}\",\"signatures\":[]}}"));

    [Fact]
    public async Task A_payload_changed_after_signing_is_refused()
    {
        var e = _agent.Event();
        var signature = _agent.Key.SignData(Envelopes.Pae(Envelopes.EventType, e.ToBytes()), System.Security.Cryptography.HashAlgorithmName.SHA256);
        await RefusesAsync(RefusalCode.SignatureInvalid,
            Envelopes.Wrap((e with { Data = EventBuilder.DemandSignal.Replace("1200", "9200", StringComparison.Ordinal) }).ToBytes(), signature, Envelopes.KeyId(_agent.Key)));
    }

    [Fact]
    public async Task Another_agents_signature_is_refused()
    {
        var other = await _site.EnrollAsync("other");
        await RefusesAsync(RefusalCode.WrongSigner, Envelopes.Sign(other.Key, _agent.Event().ToBytes()));
        await RefusesAsync(RefusalCode.SignatureInvalid, Envelopes.Sign(other.Key, _agent.Event().ToBytes(), keyId: ""));
    }

    [Fact]
    public async Task Another_agents_name_as_source_is_refused()
        => await RefusesAsync(RefusalCode.SourceMismatch, _agent.Sign(_agent.Event() with { Source = _site.Identity("somebody-else") }));

    [Fact]
    public async Task An_event_too_old_or_from_the_future_is_refused_and_a_small_skew_is_not()
    {
        var now = _site.Time.GetUtcNow();
        await RefusesAsync(RefusalCode.Stale, _agent.Sign(_agent.Event() with { Time = now.AddMinutes(-7), Expires = now.AddMinutes(5) }));
        await RefusesAsync(RefusalCode.NotYetValid, _agent.Sign(_agent.Event() with { Time = now.AddSeconds(90) }));
        Assert.Equal(HttpStatusCode.OK, (await _agent.SendAsync(_agent.Event() with { Time = now.AddSeconds(50) })).Status);
        Assert.Equal(HttpStatusCode.OK, (await _agent.SendAsync(_agent.Event() with { Time = now.AddMinutes(-4) })).Status);
    }

    [Fact]
    public async Task An_event_is_refused_when_it_has_expired_on_the_way()
    {
        var envelope = _agent.Sign(_agent.Event() with { Expires = _site.Time.GetUtcNow().AddSeconds(30) });
        _site.Clock.Advance(TimeSpan.FromSeconds(100));
        await RefusesAsync(RefusalCode.Expired, envelope);
    }

    [Fact]
    public Task An_event_that_claims_to_live_too_long_is_refused()
        => RefusesAsync(RefusalCode.LifetimeTooLong, _agent.Sign(_agent.Event() with { Expires = _site.Time.GetUtcNow().AddMinutes(16) }));

    [Fact]
    public async Task An_unregistered_type_is_refused()
        => await RefusesAsync(RefusalCode.UnknownType, _agent.Sign(_agent.Event() with { Type = "weather.report" }));

    [Fact]
    public async Task Data_against_its_schema_is_refused()
        => await RefusesAsync(RefusalCode.SchemaViolation, _agent.Sign(_agent.Event() with { Data = EventBuilder.DemandSignal.Replace("2026-W48", "soon", StringComparison.Ordinal) }));

    [Fact]
    public async Task The_checks_speak_in_their_documented_order()
    {
        // Unknown type and stale and replayed: what comes first in the order is what is said.
        var now = _site.Time.GetUtcNow();
        var first = _agent.Event();
        Assert.Equal(HttpStatusCode.OK, (await _agent.SendAsync(first)).Status);
        await RefusesAsync(RefusalCode.Stale, _agent.Sign(_agent.Event() with { Type = "weather.report", Nonce = first.Nonce, Time = now.AddMinutes(-7), Expires = now.AddMinutes(2) }));
        await RefusesAsync(RefusalCode.Replayed, _agent.Sign(_agent.Event() with { Type = "weather.report", Nonce = first.Nonce }));
    }
}
