using System.Text.Json;
using A2AConsole.Core.Crypto;
using A2AConsole.Sdk.Tests.Support;
using A2AConsole.Trust.Algorithms;

namespace A2AConsole.Sdk.Tests.Sdk;

/// <summary>Agents that sign with a further key, from enrolment to a receiver that never saw them.</summary>
public sealed class SigningTests
{
    public static TheoryData<EventSigning, string[]> Signings => new()
    {
        { EventSigning.Ecdsa, ["ecdsa-p256-sha256"] },
        { EventSigning.Ed25519, ["ed25519"] },
        { EventSigning.MlDsa44, ["ml-dsa-44"] },
        { EventSigning.MlDsa65, ["ml-dsa-65"] },
        { EventSigning.DualMlDsa44, ["ecdsa-p256-sha256", "ml-dsa-44"] },
        { EventSigning.DualMlDsa65, ["ecdsa-p256-sha256", "ml-dsa-65"] },
    };

    [Theory]
    [MemberData(nameof(Signings))]
    public async Task It_sends_singly_and_in_batches_renews_and_resumes(EventSigning signing, string[] algorithms)
    {
        await using var site = await SdkSite.StartAsync();
        string before;
        await using (var agent = await site.EnrollAsync("alpha", o => o with { Signing = signing }))
        {
            Assert.Equal(algorithms.Length, SignaturesOf(agent.Sign(SdkSite.Signal()).Envelope).Count);
            var receipt = await agent.SendAsync(SdkSite.Signal());
            Assert.True((await agent.VerifyAsync(receipt)).IsValid);
            Assert.All(await agent.SendManyAsync([SdkSite.Signal(1), SdkSite.Signal(2)]), r => r.Require());
            var batch = await agent.SendBatchAsync([SdkSite.Signal(3), SdkSite.Signal(4), SdkSite.Signal(5)]);
            foreach (var result in batch)
                Assert.True((await agent.VerifyAsync(result.Require())).IsValid);
            before = SignaturesOf(agent.Sign(SdkSite.Signal()).Envelope)[^1];
            await agent.RenewAsync();
            await agent.SendAsync(SdkSite.Signal(6));
            // A new certificate is for new keys, the further one included.
            Assert.NotEqual(before, SignaturesOf(agent.Sign(SdkSite.Signal()).Envelope)[^1]);
        }
        await using var resumed = await AgentClient.OpenAsync(site.Options("alpha") with { Signing = signing });
        await resumed.SendAsync(SdkSite.Signal(7));
        Assert.Equal(8, await site.AdmittedAsync());

        await site.Site.Get<AlgorithmUsage>().FlushAsync();
        var users = await site.Site.Get<Data.Queries.AlgorithmQueries>().UsageAsync(site.Site.Time.GetUtcNow().AddDays(-1));
        Assert.Equal(algorithms.Order(), users.Where(u => u.Use == "envelope").Select(u => u.Algorithm).Order());
        Assert.Equal(["ecdsa-p256-sha256"], users.Where(u => u.Use == "agent-key").Select(u => u.Algorithm));
    }

    [Theory]
    [MemberData(nameof(Signings))]
    public async Task A_receiver_checks_it_offline_and_misses_what_was_stripped(EventSigning signing, string[] algorithms)
    {
        await using var site = await SdkSite.StartAsync();
        await using var agent = await site.EnrollAsync("alpha", o => o with { Signing = signing });
        var (chain, now) = (File.ReadAllText(Path.Combine(site.StateOf("alpha"), "identity.pem")), site.Site.Time.GetUtcNow());
        var envelope = agent.Sign(SdkSite.Signal()).Envelope;
        var good = ReceivedEnvelope.Verify(envelope, chain, agent.Bundle, site.Site.Domain.Name, now);
        Assert.True(good.IsValid, good.Detail);

        var node = System.Text.Json.Nodes.JsonNode.Parse(envelope.Span)!;
        node["signatures"]!.AsArray().RemoveAt(0);
        var stripped = ReceivedEnvelope.Verify(JsonSerializer.SerializeToUtf8Bytes(node), chain, agent.Bundle, site.Site.Domain.Name, now);
        Assert.Equal(algorithms.Length == 1 ? "signature-missing" : "signature-incomplete", stripped.Code);
    }

    [Fact]
    public async Task Its_keys_are_in_one_file_that_nobody_else_may_read()
    {
        await using var site = await SdkSite.StartAsync();
        await using var agent = await site.EnrollAsync("alpha", o => o with { Signing = EventSigning.DualMlDsa65 });
        var file = Path.Combine(site.StateOf("alpha"), "identity.pem");
        Assert.Equal(2, File.ReadAllText(file).Split("-----BEGIN PRIVATE KEY-----").Length - 1);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Another_choice_takes_effect_with_the_next_certificate()
    {
        await using var site = await SdkSite.StartAsync();
        await (await site.EnrollAsync("alpha")).DisposeAsync();
        await using var agent = await AgentClient.OpenAsync(site.Options("alpha") with { Signing = EventSigning.DualMlDsa44 });
        Assert.Single(SignaturesOf(agent.Sign(SdkSite.Signal()).Envelope));
        await agent.SendAsync(SdkSite.Signal());
        await agent.RenewAsync();
        Assert.Equal(2, SignaturesOf(agent.Sign(SdkSite.Signal()).Envelope).Count);
        await agent.SendAsync(SdkSite.Signal());
    }

    [Fact]
    public async Task Two_signatures_are_not_given_up_by_renewing()
    {
        await using var site = await SdkSite.StartAsync();
        await (await site.EnrollAsync("alpha", o => o with { Signing = EventSigning.DualMlDsa44 })).DisposeAsync();
        await using (var single = await AgentClient.OpenAsync(site.Options("alpha") with { Signing = EventSigning.Ecdsa }))
        {
            Assert.Equal(2, SignaturesOf(single.Sign(SdkSite.Signal()).Envelope).Count);
            Assert.Equal("signing-key-missing", (await Assert.ThrowsAsync<EnrolmentRefusedException>(() => single.RenewAsync())).Code);
            await single.SendAsync(SdkSite.Signal());
        }
        // To another second key it goes, by the word of the first.
        await using var wider = await AgentClient.OpenAsync(site.Options("alpha") with { Signing = EventSigning.DualMlDsa65 });
        await wider.RenewAsync();
        await wider.SendAsync(SdkSite.Signal());
        Assert.Equal(2, SignaturesOf(wider.Sign(SdkSite.Signal()).Envelope).Count);
    }

    [Fact]
    public async Task Of_an_algorithm_that_is_given_up_it_is_warned_until_the_date_and_then_refused()
    {
        await using var site = await SdkSite.StartAsync();
        await using var agent = await site.EnrollAsync("alpha", o => o with { Signing = EventSigning.Ed25519 });
        Assert.Empty((await agent.SendAsync(SdkSite.Signal())).Warnings);
        var end = site.Site.Time.GetUtcNow().AddMinutes(20);
        Assert.Null(await site.Site.Get<IAlgorithmPolicies>().SetAsync(new("ed25519", AlgorithmUses.Envelope, AlgorithmStatus.Deprecated, end), "Moving on.", "user:admin"));

        var warning = Assert.Single((await agent.SendAsync(SdkSite.Signal())).Warnings);
        Assert.Contains("ed25519 is deprecated for envelopes", warning, StringComparison.Ordinal);
        Assert.Single((await agent.SendBatchAsync([SdkSite.Signal(), SdkSite.Signal()]))[0].Require().Warnings);

        site.Site.Clock.Advance(TimeSpan.FromMinutes(20));
        var refused = await Assert.ThrowsAsync<EventRefusedException>(() => agent.SendAsync(SdkSite.Signal()));
        Assert.Equal("algorithm-forbidden", refused.Refusal.Code);
        Assert.Equal("algorithm-forbidden", (await agent.SendBatchAsync([SdkSite.Signal()]))[0].Refusal?.Code);
    }

    private static List<string> SignaturesOf(ReadOnlyMemory<byte> envelope)
    {
        using var json = JsonDocument.Parse(envelope);
        return [.. json.RootElement.GetProperty("signatures").EnumerateArray().Select(s => s.GetProperty("keyid").GetString()!)];
    }
}
