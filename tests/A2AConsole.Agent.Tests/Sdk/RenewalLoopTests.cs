using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Testing;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Sdk.Tests.Sdk;

/// <summary>The loop by itself, on a clock that the test moves, against an authority that the test plays.</summary>
public sealed class RenewalLoopTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Five_hundred_agents_that_an_outage_cut_off_do_not_come_back_as_a_herd()
    {
        const int count = 500;
        var clock = new QuietClock(Start);
        var back = Start.AddMinutes(55);
        var tries = new ConcurrentBag<DateTimeOffset>();
        var came = new ConcurrentDictionary<int, DateTimeOffset>();
        using var stop = new CancellationTokenSource();
        var loops = Enumerable.Range(0, count).Select(i =>
        {
            var renewed = false;
            var (old, next) = (Identity(Start), Identity(back));
            var options = new AgentOptions { StateDirectory = "none", TimeProvider = clock, Jitter = new Random(i) };
            var loop = new RenewalLoop(options, () => renewed ? next : old, _ =>
            {
                var now = clock.GetUtcNow();
                tries.Add(now);
                if (now < back)
                    throw new AgentUnavailableException("down") { RetryAfter = TimeSpan.FromSeconds(2) };
                renewed = true;
                came.TryAdd(i, now);
                return Task.CompletedTask;
            }, new BundleRefresh(options, () => TrustBundle.FromPem(old.Certificate.ExportCertificatePem()), _ => throw new AgentUnavailableException("down")), _ => { });
            return loop.RunAsync(stop.Token);
        }).ToList();

        for (var second = 0; second < 3600 && came.Count < count; second++)
        {
            await clock.QuietAsync(count);
            clock.Advance(TimeSpan.FromSeconds(1));
        }
        await stop.CancelAsync();
        await Task.WhenAll(loops);

        Assert.Equal(count, came.Count);
        // Everybody is back before its certificate ends, and before pauses of a twelfth of its life are over.
        Assert.All(came.Values, at => Assert.InRange(at - back, TimeSpan.Zero, TimeSpan.FromMinutes(5)));
        var perSecond = came.Values.GroupBy(at => (long)(at - back).TotalSeconds).Select(g => g.Count()).ToList();
        Assert.InRange(perSecond.Max(), 1, count / 25);
        // And while nobody answers, nobody hammers: a dozen tries each in a quarter of an hour.
        Assert.InRange(tries.Count / (double)count, 2, 16);
    }

    [Fact]
    public async Task What_the_authority_asks_for_is_waited_for()
    {
        var clock = new QuietClock(Start);
        var failures = new ConcurrentQueue<RenewalFailedEventArgs>();
        using var stop = new CancellationTokenSource();
        var identity = Identity(Start);
        var options = new AgentOptions { StateDirectory = "none", TimeProvider = clock, RenewalJitter = 0 };
        var loop = new RenewalLoop(options, () => identity, _ => throw new AgentUnavailableException("busy") { RetryAfter = TimeSpan.FromSeconds(90) }, NoBundle(options, identity), failures.Enqueue);
        var running = loop.RunAsync(stop.Token);
        await clock.QuietAsync(1);
        clock.Advance(TimeSpan.FromMinutes(40));
        await clock.QuietAsync(1);
        var failure = Assert.Single(failures);
        Assert.InRange(failure.NextAttempt!.Value - clock.GetUtcNow(), TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(95));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task When_the_edge_asks_for_it_a_certificate_is_renewed_at_once_and_once()
    {
        var clock = new QuietClock(Start);
        using var stop = new CancellationTokenSource();
        var (old, next) = (Identity(Start), Identity(Start));
        var renewals = 0;
        var options = new AgentOptions { StateDirectory = "none", TimeProvider = clock };
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var loop = new RenewalLoop(options, () => renewals == 0 ? old : next, _ =>
        {
            renewals++;
            done.TrySetResult();
            return Task.CompletedTask;
        }, NoBundle(options, old), _ => { });
        var running = loop.RunAsync(stop.Token);
        await clock.QuietAsync(1);
        loop.Call(old);
        loop.Call(old);
        await done.Task.WaitAsync(Eventually.Patience);
        await clock.QuietAsync(1);
        // Answers that were under way still say so, of the certificate that was.
        loop.Call(old);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, renewals);
        await stop.CancelAsync();
        await running;
    }

    private static BundleRefresh NoBundle(AgentOptions options, AgentIdentity identity)
        => new(options, () => TrustBundle.FromPem(identity.Certificate.ExportCertificatePem()), _ => throw new AgentUnavailableException("down"));

    private static AgentIdentity Identity(DateTimeOffset notBefore)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=agent", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri("spiffe://acme.test/env/test/role/planner/agent/p-1"));
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(notBefore, notBefore.AddHours(1));
        return AgentIdentity.FromPem(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>A fake clock that knows how many are waiting for it.</summary>
    private sealed class QuietClock(DateTimeOffset start) : FakeTimeProvider(start)
    {
        private int _waiting;

        /// <summary>Ends when so many wait for a time to come: whatever was due has been done.</summary>
        public Task QuietAsync(int waiting) => Eventually.TrueAsync(() => Volatile.Read(ref _waiting) == waiting);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _waiting);
            var timer = new Counted(this);
            timer.Inner = base.CreateTimer(s =>
            {
                timer.Leave();
                callback(s);
            }, state, dueTime, period);
            return timer;
        }

        private sealed class Counted(QuietClock clock) : ITimer
        {
            private int _left;

            public ITimer? Inner { get; set; }

            public void Leave()
            {
                if (Interlocked.Exchange(ref _left, 1) == 0)
                    Interlocked.Decrement(ref clock._waiting);
            }

            public bool Change(TimeSpan dueTime, TimeSpan period) => Inner!.Change(dueTime, period);

            public void Dispose()
            {
                Leave();
                Inner?.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
