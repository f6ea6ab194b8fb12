using System.Collections.Concurrent;
using A2AConsole.Core.A2A;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Provenance;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Data.Upkeep;
using A2AConsole.Policy.Deciding;
using A2AConsole.Trust.Findings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Ingest.A2A.Held;

/// <summary>
/// Delivers what was released, once. That somebody is about to send it is durable before it is sent; where we stopped in between, it goes out again only to an
/// agent that takes a message once by its id. Of any other a person finds out whether it acted (decision 29).
/// </summary>
internal sealed class HeldDelivery(
    A2AAgents agents, AgentCalls calls, A2AAdmission admission, HeldQueries queries, IHeldMessages held, ILedger ledger, ILedgerReader reader, IUpkeep upkeep, IFindings findings, TimeProvider time,
    ILogger<HeldDelivery> logger) : BackgroundService
{
    /// <summary>How often it looks by itself: another process may have released something.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private const int AtOnce = 50;
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<long, DateTimeOffset> _next = new();
    private readonly SemaphoreSlim _wake = new(0);

    /// <summary>Begins when the edge has: an agent that is told of a message may ask us about it.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!agents.Any)
            return;
        held.Released += Wake;
        try
        {
            await RecoverAsync(stoppingToken);
            while (!stoppingToken.IsCancellationRequested)
            {
                await TurnAsync(stoppingToken);
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                await Task.WhenAny(_wake.WaitAsync(pause.Token), Task.Delay(Interval, time, pause.Token));
                await pause.CancelAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is Delivering now is looked at when we start again.
        }
        finally
        {
            held.Released -= Wake;
        }
    }

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
            _wake.Release();
    }

    private async Task TurnAsync(CancellationToken stoppingToken)
    {
        try
        {
            var now = time.GetUtcNow();
            var due = (await queries.InAsync(HeldState.Released, AtOnce, stoppingToken)).Where(m => m.Route is not null && (!_next.TryGetValue(m.Id, out var at) || at <= now));
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = stoppingToken }, async (message, token) => await TryAsync(message, token));
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            logger.LogError(e, "Released messages could not be looked at; the next try is in {Interval}", Interval);
        }
    }

    /// <summary>What was being delivered when we stopped.</summary>
    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        foreach (var message in await queries.InAsync(HeldState.Delivering, int.MaxValue, cancellationToken))
            await DoubtfulAsync(message, "We stopped while the message was being delivered; whether its receiver acted is not known.");
    }

    private async Task TryAsync(HeldMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await DeliverAsync(message, cancellationToken);
        }
        catch (HeldMovedException)
        {
            // Somebody was faster.
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogError(e, "Delivering the held message {Held} failed", message.Id);
            Later(message);
        }
    }

    private async Task DeliverAsync(HeldMessage message, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var route = HeldRoute.Parse(message.Route);
        var agent = route is null ? null : agents.Find(route.Agent);
        var why = agent is null || agent.SpiffeId != message.Receiver || route!.Of(agent.Options) is null ? "No agent of this name and identity is behind the gateway any more." : agent.Upstream.WhyNot();
        if (now >= message.ExpiresAt)
        {
            await EndAsync(message, HeldState.Undeliverable, HeldState.Released, "undeliverable", "It was released, and could not be delivered in time. " + why);
            return;
        }
        if (why is not null)
        {
            Later(message);
            return;
        }
        var body = await BodyAsync(message, route!, now, cancellationToken);
        // Durable before the first byte goes out.
        await upkeep.ApplyAsync(context => DecisionChanges.Attempt(context, message.Id, now));
        var answer = await calls.SendAsync(agent!, route!, HttpMethod.Post, route!.Of(agent!.Options)!, body, message.Agent.SpiffeId, cancellationToken);
        switch (answer.End)
        {
            case CallEnd.Answered:
                _next.TryRemove(message.Id, out _);
                await EndAsync(message, HeldState.Delivered, HeldState.Delivering, "delivered", "Delivered.", HeldTaskJson.Kept(answer.Result));
                break;
            case CallEnd.Refused:
                await EndAsync(message, HeldState.Undeliverable, HeldState.Delivering, "undeliverable", answer.Detail);
                break;
            case CallEnd.NotSent:
                await upkeep.ApplyAsync(context => DecisionChanges.Step(context, message.Id, HeldState.Released, null, now, HeldState.Delivering));
                Later(message);
                break;
            default:
                await DoubtfulAsync(message, answer.Detail);
                break;
        }
    }

    private async Task<ReadOnlyMemory<byte>> BodyAsync(HeldMessage message, HeldRoute route, DateTimeOffset now, CancellationToken cancellationToken)
    {
        A2ARequest? request;
        var isRead = route.Rest is null
            ? A2ARequestReader.TryReadJsonRpc(message.Body, route.Version, out request, out _, out _)
            : A2ARequestReader.TryReadRest(new A2ARoute(A2AOperation.SendMessage, null, null, null), message.Body, out request, out _);
        if (!isRead || request!.Message is not { } carrier || !CarriedEnvelope.TryRead(carrier, out var carried, out _))
            throw new InvalidOperationException("A message that was admitted and held cannot be read.");
        var leaf = LeafReader.Parse(await reader.LeafAsync(message.Id, cancellationToken) ?? throw new InvalidOperationException("The admission of a held message is not on the ledger."));
        return carried.InsertHop(message.Body, carrier, admission.HopFor(new HopFacts(message.MessageId, message.Digest, message.Agent.SpiffeId, leaf.Certificate, message.Id), carried, message.Receiver, now));
    }

    // To an agent that takes a message once by its id it may go again; to no other.
    private async Task DoubtfulAsync(HeldMessage message, string detail)
    {
        var agent = HeldRoute.Parse(message.Route) is { } route ? agents.Find(route.Agent) : null;
        if (agent?.Options.TakesMessagesOnce == true && time.GetUtcNow() < message.ExpiresAt)
        {
            await upkeep.ApplyAsync(context => DecisionChanges.Step(context, message.Id, HeldState.Released, null, time.GetUtcNow(), HeldState.Delivering));
            Later(message);
            return;
        }
        await EndAsync(message, HeldState.Unknown, HeldState.Delivering, "delivery-unknown", detail);
        await findings.ReportAsync(new FindingReport(FindingKind.DeliveryUnknown, message.MessageId, message.AgentNumber,
            $"It is not known whether {message.Receiver} acted on {message.Type} {message.MessageId} of {message.Agent.SpiffeId}. Ask its people; then close this finding with what they say."));
    }

    private async Task EndAsync(HeldMessage message, HeldState state, HeldState from, string code, string detail, byte[]? answer = null)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var leaf = new LedgerLeaf
        {
            Kind = LeafKind.Decision, Verdict = state == HeldState.Delivered ? LeafVerdict.Done : LeafVerdict.Refused, Code = code, At = now, Actor = "system", Subject = message.Agent.SpiffeId,
            MessageId = message.MessageId, Type = message.Type, Audience = message.Receiver, Digest = message.Digest, Detail = LedgerLeaf.Sentence(detail.Trim()), Demo = message.Demo,
        };
        await ledger.RecordAsync(leaf, (context, _) => DecisionChanges.Step(context, message.Id, state, LedgerLeaf.Sentence(detail.Trim()), now, from).Answer = answer);
    }

    private void Later(HeldMessage message)
    {
        var pause = TimeSpan.FromSeconds(Math.Min(MaxPause.TotalSeconds, Math.Pow(2, Math.Min(message.Attempts, 10))));
        _next[message.Id] = time.GetUtcNow() + pause;
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }
}
