using System.Text;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Schemas;
using CsCheck;

namespace A2AConsole.Core.Tests.Admission;

public sealed class RuleTests
{
    private static readonly AdmissionLimits Limits = new();
    private static readonly DateTimeOffset Now = TestPki.Now;

    [Fact]
    public void An_event_may_be_as_large_as_the_limit()
    {
        Assert.Null(SizeRule.Check(Limits.MaxEventBytes, Limits));
        Assert.Equal(RefusalCode.TooLarge, SizeRule.Check(Limits.MaxEventBytes + 1, Limits)?.Code);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("spiffe://acme.example/env/prod/role/planner/agent/x", true)]
    [InlineData("spiffe://acme.example/env/partner/role/planner/agent/x", true)]
    [InlineData("spiffe://acme.example/env/test/role/planner/agent/x", false)]
    [InlineData("spiffe://acme.example/env/prod-2/role/planner/agent/x", false)]
    public void An_event_may_be_for_an_agent_of_a_served_environment(string? audience, bool isServed)
    {
        var limits = Limits with { Environments = new HashSet<string> { "prod", "partner" } };
        Assert.Equal(isServed ? null : RefusalCode.AudienceNotServed, AudienceRule.Check(audience, limits)?.Code);
        Assert.Null(AudienceRule.Check(audience, Limits));
    }

    [Theory]
    [InlineData(0, 300, null)]
    [InlineData(60, 300, null)]
    [InlineData(61, 300, RefusalCode.NotYetValid)]
    [InlineData(0, 900, null)]
    [InlineData(0, 901, RefusalCode.LifetimeTooLong)]
    [InlineData(-300, 240, null)]
    [InlineData(-301, 240, RefusalCode.Expired)]
    [InlineData(-360, 900, null)]
    [InlineData(-361, 900, RefusalCode.Stale)]
    public void An_event_counts_around_its_time(int madeAt, int lifetime, RefusalCode? refusal)
    {
        var time = Now.AddSeconds(madeAt);
        Assert.Equal(refusal, FreshnessRule.Check(time, time.AddSeconds(lifetime), Now, Limits)?.Code);
    }

    [Fact]
    public void What_is_fresh_now_is_remembered_until_it_cannot_be_fresh()
        => Gen.Select(Gen.Int[-10_000, 10_000], Gen.Int[1, 2_000]).Sample((madeAt, lifetime) =>
        {
            var time = Now.AddSeconds(madeAt);
            var expires = time.AddSeconds(lifetime);
            var until = FreshnessRule.ReplayUntil(expires, Limits);
            return FreshnessRule.Check(time, expires, until.AddMilliseconds(1), Limits) is not null;
        });

    [Fact]
    public void Extreme_times_are_refused_without_overflow()
    {
        Assert.NotNull(FreshnessRule.Check(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, Now, Limits));
        Assert.NotNull(FreshnessRule.Check(DateTimeOffset.MaxValue.AddTicks(-1), DateTimeOffset.MaxValue, Now, Limits));
        Assert.NotNull(FreshnessRule.Check(DateTimeOffset.MinValue, DateTimeOffset.MinValue.AddTicks(1), Now, Limits));
    }

    [Fact]
    public void A_bucket_gives_its_burst_and_then_its_rate()
    {
        var limits = Limits with { EventsPerSecond = 10, Burst = 20 };
        var bucket = TokenBucket.Full(limits, Now);
        (var granted, bucket) = RateRule.Take(bucket, 25, limits, Now);
        Assert.Equal(20, granted);
        Assert.Equal(TimeSpan.FromSeconds(0.1), RateRule.RetryAfter(bucket, limits));
        (granted, bucket) = RateRule.Take(bucket, 5, limits, Now.AddSeconds(0.35));
        Assert.Equal(3, granted);
        // A clock that steps back neither gives nor takes.
        (granted, bucket) = RateRule.Take(bucket, 5, limits, Now.AddSeconds(-100));
        Assert.Equal(0, granted);
        (granted, _) = RateRule.Take(RateRule.GiveBack(bucket, 2, limits), 5, limits, Now.AddSeconds(0.35));
        Assert.Equal(2, granted);
    }

    [Fact]
    public void No_agent_ever_gets_more_than_burst_and_rate()
        => Gen.Select(Gen.Int[0, 50], Gen.Int[0, 500]).Array[1, 100].Sample(steps =>
        {
            var limits = Limits with { EventsPerSecond = 50, Burst = 40 };
            var bucket = TokenBucket.Full(limits, Now);
            var (now, total) = (Now, 0);
            foreach (var (wanted, milliseconds) in steps)
            {
                now = now.AddMilliseconds(milliseconds);
                (var granted, bucket) = RateRule.Take(bucket, wanted, limits, now);
                total += granted;
            }
            return total <= 40 + (now - Now).TotalSeconds * 50 + 0.001 && bucket.Tokens >= 0;
        });

    [Fact]
    public void An_idempotency_key_is_new_repeated_or_in_conflict()
    {
        byte[] digest = [1, 2, 3];
        var earlier = new IdempotencyRecord(digest, 42, Now.AddHours(1));
        Assert.True(IdempotencyRule.Decide(null, digest, Now).IsNew);
        Assert.Equal(42, IdempotencyRule.Decide(earlier, digest, Now).EarlierLeaf);
        Assert.Equal(RefusalCode.IdempotencyConflict, IdempotencyRule.Decide(earlier, [1, 2, 4], Now).Fault?.Code);
        Assert.True(IdempotencyRule.Decide(earlier, [1, 2, 4], Now.AddHours(1)).IsNew);
    }

    [Fact]
    public void A_type_must_be_registered_and_its_schema_named_rightly()
    {
        var data = Encoding.UTF8.GetBytes(TestEvents.Data);
        var schemas = SchemaRegistry.Default;
        Assert.Null(SchemaRule.Check(schemas, "purchase.approved", null, data));
        Assert.Null(SchemaRule.Check(schemas, "purchase.approved", "urn:a2aconsole:schema:purchase.approved:v1", data));
        Assert.Equal(RefusalCode.SchemaViolation, SchemaRule.Check(schemas, "purchase.approved", "urn:a2aconsole:schema:route.quote:v1", data)?.Code);
        Assert.Equal(RefusalCode.SchemaViolation, SchemaRule.Check(schemas, "route.quote", null, data)?.Code);
        Assert.Equal(RefusalCode.UnknownType, SchemaRule.Check(schemas, "common", null, data)?.Code);
        Assert.Equal(RefusalCode.UnknownType, SchemaRule.Check(schemas, "unheard.of", null, data)?.Code);
    }

    [Fact]
    public void The_limits_are_checked_against_each_other()
    {
        Assert.Null(Limits.Validate());
        AdmissionLimits[] wrong =
        [
            Limits with { MaxEventBytes = 0 }, Limits with { MaxRequestBytes = 1000 }, Limits with { MaxEventsPerRequest = 0 },
            Limits with { Skew = TimeSpan.FromSeconds(-1) }, Limits with { MaxAge = TimeSpan.Zero }, Limits with { MaxLifetime = TimeSpan.FromDays(2) },
            Limits with { IdempotencyWindow = TimeSpan.Zero }, Limits with { EventsPerSecond = double.NaN }, Limits with { Burst = 0 },
        ];
        Assert.All(wrong, l => Assert.NotNull(l.Validate()));
    }

    [Fact]
    public void The_checks_are_made_in_their_order()
    {
        var (svid, key) = new TestPki().Agent();
        var checker = new EventChecker(SchemaRegistry.Default, Limits);
        var huge = new byte[Limits.MaxEventBytes + 1];
        Assert.Equal((RefusalCode.TooLarge, EventChecker.OversizePrefix, huge.Length), Of(checker.Check(huge, svid, Now, withinRate: false)));
        Assert.Equal(RefusalCode.TooLarge, checker.Check("x"u8.ToArray(), svid, Now, size: huge.Length).Refusal);
        Assert.Equal(RefusalCode.RateLimited, checker.Check("x"u8.ToArray(), svid, Now, withinRate: false).Refusal);
        Assert.Equal(RefusalCode.Malformed, checker.Check("x"u8.ToArray(), svid, Now).Refusal);
        // Stale, of an unknown type, and signed by a stranger: the signature is what counts.
        var old = TestEvents.Text("purchase.approved\",\"subject", "unheard.of\",\"subject");
        using var stranger = Core.Crypto.SigningKey.Generate();
        Assert.Equal(RefusalCode.WrongSigner, checker.Check(TestEvents.Envelope(stranger, old), svid, Now.AddHours(1)).Refusal);
        var stale = checker.Check(TestEvents.Envelope(key, old), svid, Now.AddHours(1));
        Assert.Equal((RefusalCode.Expired, null), (stale.Refusal, stale.SchemaRefusal));
        var unknown = checker.Check(TestEvents.Envelope(key, old), svid, Now);
        Assert.Equal((null, RefusalCode.UnknownType), (unknown.Refusal, unknown.SchemaRefusal));

        static (RefusalCode?, int, int) Of(CheckedEvent e) => (e.Refusal, e.Bytes.Length, e.Size);
    }
}
