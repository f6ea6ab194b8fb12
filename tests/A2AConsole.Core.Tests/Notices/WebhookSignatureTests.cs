using System.Text;
using A2AConsole.Core.Notices;

namespace A2AConsole.Core.Tests.Notices;

public sealed class WebhookSignatureTests
{
    // The example of the specification's own libraries.
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Id = "msg_p5jXN8AQM9LWM0D4loKWxJek", Body = "{\"test\": 2432232314}", Expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    private static byte[] Key => WebhookSignature.ReadKey(Secret)!;

    private static string? Check(string? id = Id, string? at = "1614265330", string? signature = Expected, string body = Body, TimeSpan late = default)
        => WebhookSignature.Check(Key, id, at, signature, Encoding.UTF8.GetBytes(body), At + late);

    [Fact]
    public void It_signs_as_the_specifications_example_does()
    {
        Assert.Equal(Expected, WebhookSignature.Sign(Key, Id, At, Encoding.UTF8.GetBytes(Body)));
        Assert.Null(Check());
        Assert.Null(Check(signature: "v1,AAAA v2,xx " + Expected));
    }

    [Fact]
    public void Whatever_is_altered_is_noticed()
    {
        for (var i = 0; i < Body.Length; i++)
            Assert.Equal("webhook-signature", Check(body: Body[..i] + (char)(Body[i] ^ 1) + Body[(i + 1)..]));
        for (var i = 0; i < Id.Length; i++)
            Assert.Equal("webhook-signature", Check(id: Id[..i] + (char)(Id[i] ^ 1) + Id[(i + 1)..]));
        Assert.Equal("webhook-signature", Check(at: "1614265331"));
        Assert.Equal("webhook-signature", Check(signature: Expected.Replace("v1,", "v2,", StringComparison.Ordinal)));
        Assert.Equal("webhook-signature", Check(signature: "v1,"));
        Assert.Equal("webhook-signature", Check(signature: "v1," + Convert.ToBase64String(new byte[64])));
        // The parts cannot be shifted against each other.
        Assert.Equal("webhook-signature", Check(id: Id + ".1614265330", body: Body));
    }

    [Fact]
    public void Old_and_early_ones_and_what_lacks_a_head_are_refused()
    {
        Assert.Null(Check(late: TimeSpan.FromMinutes(5)));
        Assert.Equal("webhook-stale", Check(late: TimeSpan.FromSeconds(301)));
        Assert.Equal("webhook-stale", Check(late: TimeSpan.FromSeconds(-301)));
        Assert.Equal("webhook-headers-missing", Check(id: null));
        Assert.Equal("webhook-headers-missing", Check(at: ""));
        Assert.Equal("webhook-headers-missing", Check(signature: null));
        foreach (var odd in new[] { "-1", "1e9", "99999999999999999999", "9223372036854775807", "١٦" })
            Assert.Equal("webhook-timestamp", Check(at: odd));
    }

    [Theory, InlineData(null), InlineData(""), InlineData("whsec_"), InlineData("c2hvcnQ="), InlineData("not base64 at all, really not!!"), InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS")]
    public void A_key_that_is_none_is_not_read(string? text) => Assert.Null(WebhookSignature.ReadKey(text));

    [Fact]
    public void A_key_has_24_to_64_bytes_and_may_end_with_a_line()
    {
        Assert.Null(WebhookSignature.ReadKey(Convert.ToBase64String(new byte[23])));
        Assert.Equal(24, WebhookSignature.ReadKey(Convert.ToBase64String(new byte[24]) + "\n")!.Length);
        Assert.Equal(64, WebhookSignature.ReadKey("whsec_" + Convert.ToBase64String(new byte[64]))!.Length);
        Assert.Null(WebhookSignature.ReadKey(Convert.ToBase64String(new byte[65])));
    }

    [Fact]
    public void Attempts_come_ever_later_and_end()
    {
        var waits = Enumerable.Range(1, NoticeSchedule.MostAttempts - 1).Select(n => NoticeSchedule.Next(n, At)!.Value - At).ToList();
        Assert.Equal(TimeSpan.FromSeconds(15), waits[0]);
        Assert.All(waits.Zip(waits.Skip(1)), w => Assert.True(w.Second > w.First));
        Assert.All(waits, w => Assert.True(w <= TimeSpan.FromMinutes(30)));
        Assert.Null(NoticeSchedule.Next(NoticeSchedule.MostAttempts, At));
        Assert.Null(NoticeSchedule.Next(int.MaxValue, At));
    }
}
