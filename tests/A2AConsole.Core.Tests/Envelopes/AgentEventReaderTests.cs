using System.Security.Cryptography;
using System.Text;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.Tests.Envelopes;

public sealed class AgentEventReaderTests
{
    [Fact]
    public void An_event_says_what_its_writer_said()
    {
        var written = TestEvents.Event() with { Demo = "attack:replay", Critical = "nonce,expires" };
        var bytes = AgentEventWriter.Write(written);
        Assert.True(AgentEventReader.TryRead(bytes, out var read, out _));

        var claims = read.Claims;
        Assert.Equal(
            (written.Id, written.Source, written.Type, written.Subject, written.Time, written.Expires),
            (claims.MessageId, claims.Source, claims.Type, claims.Subject, claims.Time, claims.Expires));
        Assert.Equal(
            (written.Audience, written.Action, written.Nonce, written.IdempotencyKey, written.Demo, written.DataSchema),
            (claims.Audience, claims.Action, claims.Nonce, claims.IdempotencyKey, claims.Demo, read.DataSchema));
        Assert.Equal(SHA256.HashData(bytes), claims.Digest.ToArray());
        Assert.Equal(TestEvents.Data, Encoding.UTF8.GetString(read.Data.Span));
    }

    [Theory]
    [InlineData("\"specversion\":\"1.0\"", "\"specversion\":\"0.3\"", "specversion")]
    [InlineData("\"specversion\":\"1.0\",", "", "specversion")]
    [InlineData("\"id\":\"m-1\",", "", "id")]
    [InlineData("\"m-1\"", "\"\"", "id")]
    [InlineData("\"m-1\"", "\"a b\"", "id")]
    [InlineData("\"m-1\"", "\"a\\u0000\"", "id")]
    [InlineData("\"m-1\"", "7", "id")]
    [InlineData("\"m-1\"", "null", "id")]
    [InlineData("\"m-1\"", "\"01234567890123456789012345678901234567890123456789012345678901234\"", "id")]
    [InlineData("\"source\":\"spiffe:", "\"source\":\"https:", "source")]
    [InlineData("\"audience\":\"spiffe:", "\"audience\":\"https:", "audience")]
    [InlineData("\"purchase.approved\"", "\"\"", "type")]
    [InlineData("\"purchase.approved\"", "\"a/b\"", "type")]
    [InlineData("\"po/4500012345\"", "\"\"", "subject")]
    [InlineData("\"po/4500012345\"", "\"a\\nb\"", "subject")]
    [InlineData("\"2026-03-02T09:30:00.000Z\"", "\"2026-03-02T09:30:00.000+00:00\"", "time")]
    [InlineData("\"2026-03-02T09:30:00.000Z\"", "\"2026-02-30T09:30:00Z\"", "time")]
    [InlineData("\"2026-03-02T09:30:00.000Z\"", "\"2026-03-02t09:30:00z\"", "time")]
    [InlineData("\"2026-03-02T09:30:00.000Z\"", "\"2026-03-02T09:30:60Z\"", "time")]
    [InlineData("\"2026-03-02T09:30:00.000Z\"", "\"2026-03-02T09:30:00.Z\"", "time")]
    [InlineData("\"2026-03-02T09:30:00.000Z\"", "\"2026-03-02T09:30Z\"", "time")]
    [InlineData("\"2026-03-02T09:30:00.000Z\"", "1772443800", "time")]
    [InlineData("\"2026-03-02T09:35:00.000Z\"", "\"2026-03-02T09:30:00.000Z\"", "expires")]
    [InlineData("\"AAAAAAAAAAAAAAAAAAAAAA\"", "\"AAAAAAAAAAAAAAA\"", "nonce")]
    [InlineData("\"AAAAAAAAAAAAAAAAAAAAAA\"", "\"AAAAAAAAAAAAAAA+\"", "nonce")]
    [InlineData("\"key-1\"", "\"\"", "idempotencykey")]
    [InlineData("\"approve\"", "\"do it\"", "action")]
    [InlineData("\"specversion\"", "\"datacontenttype\":\"text/plain\",\"specversion\"", "datacontenttype")]
    [InlineData("\"specversion\"", "\"data_base64\":\"AAAA\",\"specversion\"", "data_base64")]
    [InlineData("\"specversion\"", "\"Upper\":\"x\",\"specversion\"", "Upper")]
    [InlineData("\"specversion\"", "\"\":\"x\",\"specversion\"", "lower-case")]
    [InlineData("\"specversion\"", "\"extra\":1,\"specversion\"", "extra")]
    [InlineData("\"specversion\"", "\"extra\":{},\"specversion\"", "extra")]
    [InlineData("\"data\":{", "\"dato\":\"x\",\"data\":[", "")]
    public void An_attribute_of_another_form_is_malformed_and_named(string replace, string with, string named)
        => Assert.Contains(named, Refused(RefusalCode.Malformed, TestEvents.Text(replace, with)), StringComparison.Ordinal);

    [Fact]
    public void Data_must_be_an_object()
    {
        var text = TestEvents.Text();
        var at = text.IndexOf("\"data\":", StringComparison.Ordinal) + 7;
        foreach (var data in (string[])["[]", "null", "\"text\"", "1"])
            Assert.Contains("data", Refused(RefusalCode.Malformed, $"{text[..at]}{data}}}"), StringComparison.Ordinal);
        Assert.Contains("lacks data", Refused(RefusalCode.Malformed, $"{text[..(at - 8)]}}}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("future")]
    [InlineData("nonce,future")]
    [InlineData("nonce,")]
    [InlineData("nonce, expires")]
    [InlineData("")]
    [InlineData("Nonce")]
    public void A_critical_attribute_that_is_not_understood_is_refused(string critical)
        => Refused(RefusalCode.UnknownCriticalMember, TestEvents.Text("\"specversion\"", $"\"critical\":\"{critical}\",\"specversion\""));

    [Fact]
    public void Attributes_that_we_do_not_know_are_ignored()
        => Assert.True(AgentEventReader.TryRead(Encoding.UTF8.GetBytes(TestEvents.Text("\"specversion\"", "\"traceparent\":\"00-1\",\"specversion\"")), out _, out _));

    [Fact]
    public void Escapes_in_attributes_are_undone()
    {
        Assert.True(AgentEventReader.TryRead(Encoding.UTF8.GetBytes(TestEvents.Text("\"m-1\"", "\"\\u006d-1\"").Replace("2026-03-02T09:30", "2026-03-02\\u005409:30", StringComparison.Ordinal)), out var read, out _));
        Assert.Equal(("m-1", TestPki.Now), (read.Claims.MessageId, read.Claims.Time));
    }

    [Fact]
    public void A_retry_signed_anew_has_the_same_content_digest()
    {
        var first = Read(TestEvents.Event());
        var retry = Read(TestEvents.Event() with { Id = "m-2", Nonce = "BBBBBBBBBBBBBBBBBBBBBB", Time = TestPki.Now.AddSeconds(9) });
        Assert.Equal(first.ContentDigest.ToArray(), retry.ContentDigest.ToArray());
        Assert.NotEqual(first.Digest.ToArray(), retry.Digest.ToArray());
    }

    [Fact]
    public void What_is_asked_for_makes_the_content_digest()
    {
        AgentEvent[] others =
        [
            TestEvents.Event() with { Type = "purchase.approve" },
            TestEvents.Event() with { Subject = null },
            TestEvents.Event() with { Audience = TestPki.Id("other") },
            TestEvents.Event() with { Action = "approv" },
            // A length in front of each part: nothing can be moved from one into the next.
            TestEvents.Event() with { Subject = "po/4500012345a", Action = "pprove" },
            TestEvents.Event() with { Data = Encoding.UTF8.GetBytes(TestEvents.Data.Replace("18450.00", "18450.01", StringComparison.Ordinal)) },
        ];
        var digests = others.Append(TestEvents.Event()).Select(e => Convert.ToHexString(Read(e).ContentDigest.Span)).ToList();
        Assert.Equal(digests.Count, digests.Distinct().Count());
        Assert.True(Read(TestEvents.Event() with { IdempotencyKey = null }).ContentDigest.IsEmpty);
    }

    [Fact]
    public void The_writer_says_at_once_what_the_edge_would_refuse()
        => Assert.Contains("nonce", Assert.Throws<FormatException>(() => AgentEventWriter.Write(TestEvents.Event() with { Nonce = "short" })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_detail_never_carries_control_characters()
    {
        var detail = Refused(RefusalCode.Malformed, TestEvents.Text("\"specversion\"", "\"x\\u001b[31m\\u202e\":\"x\",\"specversion\""));
        Assert.DoesNotContain(detail, c => char.IsControl(c) || c == '\u202e');
    }

    [Theory]
    [InlineData("2026-03-02T09:30:00Z", 0)]
    [InlineData("2026-03-02T09:30:00.1Z", 1_000_000)]
    [InlineData("2026-03-02T09:30:00.123456789Z", 1_234_567)]
    public void Decimals_of_a_second_are_read(string text, long ticks)
    {
        Assert.True(UtcTime.TryParse(Encoding.UTF8.GetBytes(text), out var time));
        Assert.Equal(TestPki.Now.AddTicks(ticks), time);
    }

    private static EventFacts Read(AgentEvent value)
        => AgentEventReader.TryRead(AgentEventWriter.Write(value), out var read, out var fault) ? read.Claims : throw new InvalidOperationException(fault.Detail);

    private static string Refused(RefusalCode code, string text)
    {
        Assert.False(AgentEventReader.TryRead(Encoding.UTF8.GetBytes(text), out _, out var fault));
        Assert.Equal(code, fault.Code);
        return fault.Detail;
    }
}
