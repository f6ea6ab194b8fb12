using A2AConsole.Sdk.Tests.Support;

namespace A2AConsole.Sdk.Tests.Sdk;

public sealed class ReceivedEnvelopeTests
{
    [Fact]
    public async Task An_envelope_of_another_agent_is_checked_offline()
    {
        await using var site = await SdkSite.StartAsync();
        await using var alpha = await site.EnrollAsync("alpha");
        await using var beta = await site.EnrollAsync("beta");
        var (chain, now) = (File.ReadAllText(Path.Combine(site.StateOf("alpha"), "identity.pem")), site.Site.Time.GetUtcNow());
        var signed = alpha.Sign(SdkSite.Signal(77));

        EnvelopeVerification Judge(ReadOnlyMemory<byte> envelope, string from, DateTimeOffset at) => ReceivedEnvelope.Verify(envelope, from, beta.Bundle, site.Site.Domain.Name, at);

        var good = Judge(signed.Envelope, chain, now);
        Assert.True(good.IsValid, good.Detail);
        Assert.Equal(alpha.SpiffeId, good.Event.Facts.Source);
        Assert.Equal(signed.MessageId, good.Event.Facts.MessageId);
        Assert.Contains("77", System.Text.Encoding.UTF8.GetString(good.Event.Data.Span), StringComparison.Ordinal);

        var flipped = signed.Envelope.ToArray();
        flipped[Array.IndexOf(flipped, (byte)'"', 60) - 8] ^= 1;
        Assert.False(Judge(flipped, chain, now).IsValid);

        var betas = File.ReadAllText(Path.Combine(site.StateOf("beta"), "identity.pem"));
        Assert.Equal("wrong-signer", Judge(signed.Envelope, betas, now).Code);
        Assert.Equal(("freshness", "expired"), Pair(Judge(signed.Envelope, chain, now.AddMinutes(10))));
        Assert.Equal("certificate", Judge(signed.Envelope, chain, now.AddHours(2)).FailedCheck);
        Assert.Equal("certificate", Judge(signed.Envelope, "no certificate", now).FailedCheck);
        Assert.Equal("parse", Judge("{}"u8.ToArray(), chain, now).FailedCheck);

        await using var elsewhere = await SdkSite.StartAsync();
        await using var stranger = await elsewhere.EnrollAsync("alpha");
        var strangers = File.ReadAllText(Path.Combine(elsewhere.StateOf("alpha"), "identity.pem"));
        Assert.Equal("certificate", Judge(stranger.Sign(SdkSite.Signal()).Envelope, strangers, now).FailedCheck);
    }

    private static (string?, string?) Pair(EnvelopeVerification v) => (v.FailedCheck, v.Code);
}
