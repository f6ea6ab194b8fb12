using System.Buffers;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.Ledger;
using CsCheck;

namespace A2AConsole.Core.Tests.Ledger;

/// <summary>The bytes of a leaf: fixed for all time, so they are spelled out here.</summary>
public sealed class LeafEncodingTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 9, 4, 5, 6, 78, TimeSpan.FromHours(2));

    private static readonly LedgerLeaf Full = new()
    {
        Kind = LeafKind.Event,
        Verdict = LeafVerdict.Refused,
        Code = "replayed",
        At = At,
        Actor = "spiffe://acme.example/env/prod/role/buyer/agent/b1",
        Subject = "PO-7",
        Certificate = "0a1b",
        MessageId = "m-1",
        Type = "purchase.approved",
        Audience = "spiffe://acme.example/env/prod/role/seller/agent/s1",
        Time = At.AddSeconds(-1),
        Expires = At.AddMinutes(5),
        Digest = new string('a', 64),
        Batch = new string('0', 64),
        Count = 3,
        Detail = "says \"no\"\\\n\u001f é 漢 😀 DEL </script>",
        Demo = "attack:replay",
    };

    [Fact]
    public void A_leaf_with_every_member_is_these_bytes()
        => Assert.Equal(
            """
            {"kind":"event","verdict":"refused","code":"replayed","at":"2026-03-09T02:05:06.078Z",
            "actor":"spiffe://acme.example/env/prod/role/buyer/agent/b1","subject":"PO-7","certificate":"0a1b","messageId":"m-1",
            "type":"purchase.approved","audience":"spiffe://acme.example/env/prod/role/seller/agent/s1",
            "time":"2026-03-09T02:05:05.078Z","expires":"2026-03-09T02:10:06.078Z",
            "digest":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "batch":"0000000000000000000000000000000000000000000000000000000000000000","count":3,
            "detail":"says \"no\"\\\u000a\u001f é 漢 😀 DEL </script>","demo":"attack:replay"}
            """.Replace("\n", "", StringComparison.Ordinal),
            Encoding.UTF8.GetString(LeafEncoding.Encode(Full)));

    [Fact]
    public void A_leaf_leaves_out_what_it_does_not_have()
        => Assert.Equal(
            """{"kind":"sign-in","verdict":"done","at":"2026-03-09T02:05:06.078Z","actor":"user:ada"}""",
            Encoding.UTF8.GetString(LeafEncoding.Encode(new LedgerLeaf { Kind = LeafKind.SignIn, Verdict = LeafVerdict.Done, At = At, Actor = "user:ada" })));

    [Fact]
    public void An_events_leaf_written_the_fast_way_is_the_same_bytes()
        => Leaf.Sample(leaf =>
        {
            leaf = leaf with { Kind = LeafKind.Event, Count = null };
            var output = new ArrayBufferWriter<byte>();
            var length = LeafEncoding.Write(new EventLeaf
            {
                Verdict = leaf.Verdict,
                Code = leaf.Code,
                At = leaf.At,
                Actor = leaf.Actor,
                Subject = leaf.Subject,
                Certificate = leaf.Certificate,
                MessageId = leaf.MessageId,
                Type = leaf.Type,
                Audience = leaf.Audience,
                Time = leaf.Time,
                Expires = leaf.Expires,
                Digest = leaf.Digest is null ? default : Convert.FromHexString(leaf.Digest),
                Batch = leaf.Batch,
                Detail = leaf.Detail,
                Demo = leaf.Demo,
            }, output);
            Assert.Equal(output.WrittenCount, length);
            Assert.Equal(LeafEncoding.Encode(leaf), output.WrittenSpan.ToArray());
        }, iter: 2000);

    [Fact]
    public void Every_leaf_reads_back_as_it_was_and_is_valid_JSON()
        => Leaf.Sample(leaf =>
        {
            var bytes = LeafEncoding.Encode(leaf);
            using var json = JsonDocument.Parse(bytes);
            Assert.Equal(leaf, LeafReader.Parse(bytes));
            Assert.Equal(bytes, LeafEncoding.Encode(LeafReader.Parse(bytes)));
        }, iter: 5000);

    [Fact]
    public void Members_of_a_later_version_are_passed_over()
        => Assert.Equal("system", LeafReader.Parse("""{"kind":"administration","new":{"a":[1,{"b":null}]},"verdict":"done","at":"2026-03-09T02:05:06.078Z","actor":"system","newer":true}"""u8).Actor);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"kind":"event","verdict":"done","at":"2026-03-09T02:05:06.078Z"}""")]
    [InlineData("""{"kind":"event","verdict":"done","at":"2026-03-09T02:05:06.078Z","actor":"a","actor":"b"}""")]
    [InlineData("""{"kind":"event","verdict":"done","at":"2026-03-09T02:05:06.078Z","actor":"a","\u0061ctor":"b"}""")]
    [InlineData("""{"kind":"event","verdict":"done","at":"2026-03-09T02:05:06.078Z","actor":"a","x":1,"x":1}""")]
    [InlineData("""{"kind":"event","verdict":"done","at":"2026-03-09T02:05:06.078Z","actor":null}""")]
    [InlineData("""{"kind":"event","verdict":"done","at":"2026-03-09T02:05:06.078Z","actor":"\ud800"}""")]
    [InlineData("""{"kind":"Event","verdict":"done","at":"2026-03-09T02:05:06.078Z","actor":"a"}""")]
    [InlineData("""{"kind":"event","verdict":"maybe","at":"2026-03-09T02:05:06.078Z","actor":"a"}""")]
    [InlineData("""{"kind":"event","verdict":"done","at":"2026-03-09T02:05:06Z","actor":"a"}""")]
    [InlineData("""{"kind":"event","verdict":"done","at":"2026-02-30T02:05:06.078Z","actor":"a"}""")]
    [InlineData("""{"kind":"event","verdict":"done","at":"2026-03-09T02:05:06.078Z","actor":"a","digest":"aa"}""")]
    [InlineData("""{"kind":"event","verdict":"done","at":"2026-03-09T02:05:06.078Z","actor":"a","count":"3"}""")]
    [InlineData("""{"kind":"event","verdict":"done","at":"2026-03-09T02:05:06.078Z","actor":"a","count":1.5}""")]
    [InlineData("""{"kind":"event","verdict":"done","at":"2026-03-09T02:05:06.078Z","actor":"a"} x""")]
    [InlineData("""{"kind":"event","verdict":"done","at":"2026-03-09T02:05:06.078Z","actor":"a"}{}""")]
    public void What_is_no_leaf_is_refused(string json)
    {
        Assert.False(LeafReader.TryParse(Encoding.UTF8.GetBytes(json), out _, out var error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void Leaves_damaged_anywhere_are_read_or_refused_without_an_exception()
        => Mutations.Of(LeafEncoding.Encode(Full)).Sample(bytes =>
        {
            if (!LeafReader.TryParse(bytes, out _, out var error))
                Assert.NotEmpty(error);
        }, iter: 20_000);

    [Fact]
    public void A_leaf_too_long_for_an_entry_bundle_is_refused()
    {
        Assert.Throws<ArgumentException>(() => LeafEncoding.Encode(Full with { Detail = new string('x', 65_500) }));
        Assert.Throws<ArgumentException>(() => LeafEncoding.Encode(Full with { Detail = new string('x', 40_000_000) }));
        Assert.Throws<ArgumentException>(() => LeafEncoding.Encode(Full with { Detail = new string('\u0001', 60_000) }));
    }

    // What agents send has no lone surrogates (it was parsed from UTF-8), so none are made here.
    private static readonly Gen<string> Text = Gen.OneOf(Gen.String[Gen.Char[' ', '~'], 0, 40], Gen.String[Gen.Char['\0', '\ud7ff'], 0, 20]);
    private static readonly Gen<DateTimeOffset> Time = Gen.Long[0, 3_155_378_975_999].Select(ms => DateTimeOffset.UnixEpoch.AddMilliseconds(ms % 253_402_300_799_999));
    private static readonly Gen<string> Hash = Gen.Byte.Array[32].Select(Convert.ToHexStringLower);

    private static readonly Gen<LedgerLeaf> Leaf =
        Gen.Select(Gen.Enum<LeafKind>(), Gen.Enum<LeafVerdict>(), Time, Text, Text.Null().Array[8], Time.Nullable().Array[2], Hash.Null().Array[2], Gen.Long.Nullable())
            .Select((kind, verdict, at, actor, texts, times, hashes, count) => new LedgerLeaf
            {
                Kind = kind,
                Verdict = verdict,
                At = at,
                Actor = actor,
                Code = texts[0],
                Subject = texts[1],
                Certificate = texts[2],
                MessageId = texts[3],
                Type = texts[4],
                Audience = texts[5],
                Detail = texts[6],
                Demo = texts[7],
                Time = times[0],
                Expires = times[1],
                Digest = hashes[0],
                Batch = hashes[1],
                Count = count,
            });
}
