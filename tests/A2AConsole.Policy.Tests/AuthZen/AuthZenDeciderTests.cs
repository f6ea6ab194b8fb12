using System.Net;
using System.Text;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.AuthZen;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Policy.Tests.AuthZen;

/// <summary>An external decision point is believed in a proper answer and in nothing else.</summary>
public sealed class AuthZenDeciderTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Wire _wire = new();

    private AuthZenDecider Decider(IPolicyDecider? reads = null, TimeSpan? timeout = null)
        => new(new HttpClient(_wire), new AuthZenDeciderOptions(new Uri("http://pdp.example/access/v1/evaluation"), timeout ?? TimeSpan.FromMinutes(1), a => a == Cedar.Do, reads) { FailuresBeforePause = 3 }, _time);

    [Theory]
    [InlineData("""{"decision":true}""", PolicyVerdict.Allow)]
    [InlineData("""{"decision":false}""", PolicyVerdict.Deny)]
    [InlineData("""{"decision":false,"context":{"verdict":"human"}}""", PolicyVerdict.Deny)]
    [InlineData("""{"decision":false,"context":{"verdict":"human","needs":["human-approval"]}}""", PolicyVerdict.Human)]
    [InlineData("""{"decision":false,"context":{"verdict":"verify","needs":["second-verification"]}}""", PolicyVerdict.Verify)]
    [InlineData("""{"decision":false,"context":{"verdict":"verify","needs":["human-approval"]}}""", PolicyVerdict.Human)]
    [InlineData("""{"decision":false,"context":{"verdict":"human","needs":["luck"]}}""", PolicyVerdict.Deny)]
    [InlineData("""{"decision":false,"context":{"verdict":"allow","needs":["human-approval"]}}""", PolicyVerdict.Deny)]
    public async Task Proper_answers(string body, PolicyVerdict verdict)
    {
        _wire.Answer = () => Json(body);
        var decision = await Decider().DecideAsync(Cedar.Request());
        Assert.Equal(verdict, decision.Verdict);
        Assert.Null(decision.Fault);
    }

    [Theory]
    [InlineData("""{"decision":"true"}""")]
    [InlineData("""{"decision":1}""")]
    [InlineData("""{"allow":true}""")]
    [InlineData("""{"decision":false,"decision":true}""")]
    [InlineData("""[true]""")]
    [InlineData("""{"decision":true""")]
    [InlineData("")]
    public async Task Improper_answers_are_denies_with_a_fault(string body)
    {
        _wire.Answer = () => Json(body);
        Unreachable(await Decider().DecideAsync(Cedar.Request()));
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.Created)]
    [InlineData(HttpStatusCode.Found)]
    public async Task Another_status_than_200_is_no_answer(HttpStatusCode status)
    {
        _wire.Answer = () => Json("""{"decision":true}""", status);
        Unreachable(await Decider().DecideAsync(Cedar.Request()));
    }

    [Fact]
    public async Task Neither_is_another_type_nor_one_without_end()
    {
        _wire.Answer = () => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("""{"decision":true}""", Encoding.UTF8, "text/html") };
        Unreachable(await Decider().DecideAsync(Cedar.Request()));
        _wire.Answer = () => Json("""{"decision":true,"x":" """ + new string('x', 100_000) + "\"}");
        Unreachable(await Decider().DecideAsync(Cedar.Request()));
    }

    [Fact]
    public async Task A_late_answer_is_a_deny_for_what_changes_something_and_the_others_for_reads()
    {
        _wire.Hang = true;
        var allows = new Stub(PolicyVerdict.Allow);
        var decider = Decider(allows, TimeSpan.FromMilliseconds(30));
        Unreachable(await decider.DecideAsync(Cedar.Request()));
        Assert.Equal(PolicyVerdict.Allow, (await decider.DecideAsync(Cedar.Request(action: Cedar.Look))).Verdict);
        Unreachable(await Decider(null, TimeSpan.FromMilliseconds(30)).DecideAsync(Cedar.Request(action: Cedar.Look)));
    }

    [Fact]
    public async Task After_failures_in_a_row_it_is_spared_then_tried_by_one()
    {
        _wire.Answer = () => Json("", HttpStatusCode.BadGateway);
        var decider = Decider();
        for (var i = 0; i < 5; i++)
            Unreachable(await decider.DecideAsync(Cedar.Request()));
        Assert.Equal(3, _wire.Asked);
        Assert.True(decider.Breaker.IsOpen);
        _time.Advance(TimeSpan.FromSeconds(11));
        Unreachable(await decider.DecideAsync(Cedar.Request()));
        Unreachable(await decider.DecideAsync(Cedar.Request()));
        Assert.Equal(4, _wire.Asked);
        _time.Advance(TimeSpan.FromSeconds(11));
        _wire.Answer = () => Json("""{"decision":true}""");
        Assert.Equal(PolicyVerdict.Allow, (await decider.DecideAsync(Cedar.Request())).Verdict);
        Assert.Equal(PolicyVerdict.Allow, (await decider.DecideAsync(Cedar.Request())).Verdict);
        Assert.False(decider.Breaker.IsOpen);
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_no_failure_of_the_decision_point()
    {
        _wire.Hang = true;
        var decider = Decider();
        for (var i = 0; i < 5; i++)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(10));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => decider.DecideAsync(Cedar.Request(), stop.Token).AsTask());
        }
        Assert.False(decider.Breaker.IsOpen);
    }

    [Fact]
    public void While_one_tries_nobody_else_does()
    {
        var breaker = new CircuitBreaker(1, TimeSpan.FromSeconds(1), _time);
        Assert.True(breaker.TryEnter());
        breaker.Failed();
        Assert.False(breaker.TryEnter());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(breaker.TryEnter());
        Assert.False(breaker.TryEnter());
        breaker.GaveUp();
        Assert.True(breaker.TryEnter());
        breaker.Succeeded();
        Assert.True(breaker.TryEnter());
        Assert.True(breaker.TryEnter());
    }

    private static void Unreachable(PolicyDecision decision)
        => Assert.Equal((PolicyVerdict.Deny, DecisionFaults.Unreachable), (decision.Verdict, decision.Fault?.Code));

    private static HttpResponseMessage Json(string body, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    public void Dispose() => _wire.Dispose();

    private sealed class Wire : HttpMessageHandler
    {
        public Func<HttpResponseMessage> Answer = () => Json("");
        public bool Hang;
        public int Asked;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked++;
            if (Hang)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            return Answer();
        }
    }

    private sealed class Stub(PolicyVerdict verdict) : IPolicyDecider
    {
        public ValueTask<PolicyDecision> DecideAsync(DecisionRequest request, CancellationToken cancellationToken = default) => new(new PolicyDecision(verdict, [], [], [], new BundleId("stub", "1", "")));
    }
}
