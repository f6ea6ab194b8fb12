using System.Collections.Concurrent;
using System.Text;
using A2AConsole.Core.A2A;
using A2AConsole.Core.Policies;
using A2AConsole.Data.Entities;
using A2AConsole.Ingest.Tests.A2A;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Approvals;
using A2AConsole.Policy.Deciding;
using A2AConsole.Testing;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Ingest.Tests.Deciding;

/// <summary>
/// Random sequences of messages, approvals (fitting, of another message, too small, used), ends, restarts and time, several at once, through the real listener, store and engine. However
/// they come: what the agent behind the gateway was sent had an allow and had not ended, came once, and no approval released two.
/// </summary>
public sealed class HeldModelTests
{
    private const int AtOnce = 4;

    private enum Step { Small, Large, Approve, ApproveAgain, ApproveByOthersPapers, ApproveTooLittle, Reject, Cancel, TimePasses, Expire, Restart }

    // How often each comes.
    private static readonly Gen<Step[]> Steps = Gen.Frequency(
        (2, Gen.Const(Step.Small)), (6, Gen.Const(Step.Large)), (6, Gen.Const(Step.Approve)), (3, Gen.Const(Step.ApproveAgain)), (2, Gen.Const(Step.ApproveByOthersPapers)),
        (1, Gen.Const(Step.ApproveTooLittle)), (2, Gen.Const(Step.Reject)), (2, Gen.Const(Step.Cancel)), (1, Gen.Const(Step.TimePasses))).Array[AtOnce];

    private static readonly Gen<(Step[] Together, Step Then)[]> Sequences
        = Gen.Select(Steps, Gen.Frequency((8, Gen.Const(Step.TimePasses)), (1, Gen.Const(Step.Restart)), (1, Gen.Const(Step.Expire)))).Array[6];

    [Fact]
    public async Task Nothing_is_executed_without_a_live_allow_and_no_approval_counts_twice()
    {
        var desk = new PlayedDesk();
        await using var gateway = await GatewaySite.StartAsync(services: s => DecidingSite.Services(s, desk));
        await ReadyAsync(gateway);
        await gateway.Site.GrantAsync(gateway.Buyer, "procurement", length: TimeSpan.FromDays(30));
        gateway.Upstream.Answer = static context => context.Response.WriteAsync("""{"jsonrpc":"2.0","id":1,"result":{"task":{"id":"t","contextId":"c","status":{"state":"TASK_STATE_COMPLETED"}}}}""");
        var run = new Run(gateway, desk);
        await Sequences.SampleAsync(async sequence =>
        {
            foreach (var (together, then) in sequence)
            {
                await Task.WhenAll(together.Select(run.DoAsync));
                await run.DoAsync(then);
            }
            await run.CheckAsync();
        }, iter: 3, threads: 1);
        // A run in which nothing was released, or nothing refused, would have shown nothing.
        Assert.NotEmpty(run.Released);
        Assert.NotEmpty(run.Refused);
        Assert.NotEmpty(gateway.Upstream.Requests);
    }

    private static Task ReadyAsync(GatewaySite gateway) => gateway.Site.Get<IActivePolicy>().Ready.WaitAsync(Eventually.Patience);

    private sealed class Run(GatewaySite gateway, PlayedDesk desk)
    {
        private int _number;

        public ConcurrentBag<long> Released { get; } = [];
        public ConcurrentBag<string> Refused { get; } = [];

        private int Next() => Interlocked.Increment(ref _number);

        public async Task DoAsync(Step step)
        {
            var number = Next();
            switch (step)
            {
                case Step.Small or Step.Large:
                    await gateway.PostAsync(gateway.Send(e: gateway.Buyer.Purchase(step == Step.Small ? 10 : 70_000, gateway.Desk.SpiffeId, $"p{number}")));
                    return;
                case Step.TimePasses:
                    gateway.Site.Clock.Advance(TimeSpan.FromSeconds(3));
                    return;
                case Step.Expire:
                    // Longer than a purchase waits, in steps in which its certificate's connection is not looked at.
                    await gateway.Site.QueryAsync(db => db.HeldMessages.Where(h => h.State == HeldState.Waiting).ExecuteUpdateAsync(s => s.SetProperty(h => h.ExpiresAt, gateway.Site.Time.GetUtcNow())));
                    gateway.Site.Clock.Advance(TimeSpan.FromSeconds(6));
                    return;
                case Step.Restart:
                    await gateway.Site.RestartAsync();
                    await ReadyAsync(gateway);
                    return;
            }
            var asked = desk.Asked.ToArray();
            if (asked.Length == 0)
                return;
            var held = asked[number * 7 % asked.Length].Held;
            var messages = gateway.Site.Get<IHeldMessages>();
            switch (step)
            {
                case Step.Reject:
                    await messages.RejectAsync(held.Id, "user:olga", "No.");
                    return;
                case Step.Cancel:
                    await gateway.PostAsync("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"CancelTask\",\"params\":{\"id\":\"" + held.TaskId + "\"}}");
                    return;
                default:
                    var papers = step == Step.ApproveByOthersPapers ? asked[(number * 7 + 1) % asked.Length].Held : held;
                    // An approval has the number of the message that it was given for: given again, it is the same one.
                    var approval = DecidingSite.Approval(papers, step == Step.ApproveTooLittle ? 1 : 9_000_000, (int)papers.Id);
                    var outcome = await messages.ReleaseAsync(held.Id, approval);
                    if (outcome.Released)
                    {
                        Assert.Equal(papers.Id, held.Id);
                        Released.Add(held.Id);
                    }
                    else
                    {
                        Refused.Add(outcome.Code!);
                    }
                    if (step == Step.ApproveAgain)
                        Assert.False((await messages.ReleaseAsync(held.Id, approval)).Released && outcome.Released, "an approval was used twice");
                    return;
            }
        }

        public async Task CheckAsync()
        {
            // What was released goes out, sooner or later.
            await Eventually.TrueAsync(async () =>
            {
                gateway.Site.Clock.Advance(TimeSpan.FromSeconds(2));
                return !await gateway.Site.QueryAsync(db => db.HeldMessages.AnyAsync(h => h.State == HeldState.Released || h.State == HeldState.Delivering));
            });
            var (held, decisions) = await gateway.Site.QueryAsync(async db => (await db.HeldMessages.AsNoTracking().ToListAsync(), await db.Decisions.AsNoTracking().ToListAsync()));
            var executed = gateway.Upstream.Requests.Select(r => IdOf(r.Body)).OfType<string>().ToList();
            Assert.Equal(executed.Distinct().Count(), executed.Count);
            Assert.Equal(Released.Distinct().Count(), Released.Count);
            foreach (var id in executed)
            {
                Assert.Contains(decisions, d => d.MessageId == id && d.Verdict == PolicyVerdict.Allow);
                if (held.Find(h => h.MessageId == id) is not { } waited)
                    continue;
                Assert.Contains(waited.State, (HeldState[])[HeldState.Delivered, HeldState.Unknown]);
                Assert.Contains(waited.Id, Released);
            }
            // And the other way round: what ended otherwise was never executed, what was delivered was.
            Assert.All(held, h => Assert.Equal(h.State == HeldState.Delivered, executed.Contains(h.MessageId) && h.State != HeldState.Unknown));
            var used = decisions.Where(d => d is { ApprovalId: not null, Verdict: PolicyVerdict.Allow }).Select(d => d.ApprovalId).ToList();
            Assert.Equal(used.Distinct().Count(), used.Count);
            Assert.Equal(Released.Count, used.Count);
        }

        private static string? IdOf(string body)
            => A2ARequestReader.TryReadJsonRpc(Encoding.UTF8.GetBytes(body), A2AVersion.V1, out var request, out _, out _) ? request.Message?.MessageId : null;
    }
}
