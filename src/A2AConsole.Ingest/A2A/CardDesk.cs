using System.Collections.Concurrent;
using System.Net.Http.Headers;
using A2AConsole.Core.A2A;
using A2AConsole.Core.A2A.Cards;
using A2AConsole.Core.Crypto;
using A2AConsole.Data.Entities;
using A2AConsole.Trust.Findings;
using A2AConsole.Trust.Gate;
using A2AConsole.Trust.Gateway;
using A2AConsole.Trust.Listening;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Ingest.A2A;

/// <summary>
/// Agents' cards: fetched from the agent itself, verified whole, held against the pin, and republished with our signature beside the
/// origin's. A card that does not stand is not served, and is a finding until one does.
/// </summary>
internal sealed class CardDesk(
    IngestOptions options, IEdgeAddress edge, CardPins pins, IGatewayIdentity identity, IStandings standings, IFindings findings, AlgorithmPolicySource algorithms, TimeProvider time, ILogger<CardDesk> logger)
{
    private readonly ConcurrentDictionary<string, Shelf> _shelves = new(StringComparer.Ordinal);

    /// <summary>One agent's card of the moment.</summary>
    private sealed class Shelf : IDisposable
    {
        public SemaphoreSlim Fetching { get; } = new(1);
        public volatile Published? Published;

        public void Dispose() => Fetching.Dispose();
    }

    private sealed record Published(byte[] Json, string ETag, DateTimeOffset Until, GatewayCertificate Signer);

    /// <summary><c>GET /a2a/NAME/.well-known/agent-card.json</c>.</summary>
    public async Task ServeAsync(HttpContext context, A2AAgent agent)
    {
        var (card, fault) = await CardAsync(agent, context.RequestAborted);
        if (card is null)
        {
            await A2AReply.WriteAsync(context, default, fault!);
            return;
        }
        var response = context.Response;
        response.Headers.ETag = card.ETag;
        response.Headers.CacheControl = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"max-age={(int)options.A2A.CardLifetime.TotalSeconds}");
        if (context.Request.Headers.IfNoneMatch.Contains(card.ETag))
            response.StatusCode = StatusCodes.Status304NotModified;
        else
            await A2AReply.SendAsync(response, "application/json", card.Json);
    }

    private async Task<(Published?, A2AFault?)> CardAsync(A2AAgent agent, CancellationToken cancellationToken)
    {
        var shelf = _shelves.GetOrAdd(agent.Options.Name, static _ => new Shelf());
        if (Fresh(shelf) is { } fresh)
            return (fresh, null);
        await shelf.Fetching.WaitAsync(cancellationToken);
        try
        {
            if (Fresh(shelf) is { } other)
                return (other, null);
            if (agent.Upstream.WhyNot() is { } refusal)
                return (null, new(A2AError.InvalidAgentResponse, "agent-not-in-service", refusal));
            if (await FetchAsync(agent, cancellationToken) is not { } json)
                return (null, new(A2AError.InvalidAgentResponse, "agent-unreachable", "The agent's card cannot be had: it cannot be reached, is not who it should be, or has none."));
            var (published, fault) = await JudgeAsync(agent, json, cancellationToken);
            shelf.Published = published;
            return (published, fault is null ? null : new(A2AError.InvalidAgentResponse, fault.Code, fault.Detail));
        }
        finally
        {
            shelf.Fetching.Release();
        }
    }

    private Published? Fresh(Shelf shelf) => shelf.Published is { } card && time.GetUtcNow() < card.Until && ReferenceEquals(card.Signer, identity.Current) ? card : null;

    private async Task<byte[]?> FetchAsync(A2AAgent agent, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, agent.Options.CardAddress);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Add(A2AVersionRule.Name, "1.0");
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(20));
            using var response = await agent.Upstream.Invoker.SendAsync(request, patience.Token);
            if (!response.IsSuccessStatusCode)
                return null;
            // One byte more than is taken: the reader says that it is too long.
            await using var stream = await response.Content.ReadAsStreamAsync(patience.Token);
            var buffer = new byte[AgentCard.MaxBytes + 1];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, patience.Token);
            return buffer[..length];
        }
        catch (Exception e) when (e is HttpRequestException or IOException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(e, "The card of {Agent} cannot be fetched", agent.SpiffeId);
            return null;
        }
    }

    private async Task<(Published?, CardFault?)> JudgeAsync(A2AAgent agent, byte[] json, CancellationToken cancellationToken)
    {
        var number = standings.Agent(agent.SpiffeId)?.Number;
        if (!AgentCard.TryRead(json, out var card, out var fault) || (fault = Verify(agent, card) ?? CheckAddresses(agent, card)) is not null)
        {
            await findings.ReportAsync(new FindingReport(FindingKind.CardRefused, agent.SpiffeId, number, fault.Detail, fault.Code), cancellationToken);
            return (null, fault);
        }
        await findings.ResolveAsync(FindingKind.CardRefused, agent.SpiffeId, "system", "The agent's card stands.", cancellationToken);
        if (await pins.CheckAsync(agent.SpiffeId, card, agent.Options.CardDigest, cancellationToken) is { } changed)
        {
            await findings.ReportAsync(new FindingReport(FindingKind.CardChanged, agent.SpiffeId, number, changed.Detail, card.Digest), cancellationToken);
            return (null, changed);
        }
        await findings.ResolveAsync(FindingKind.CardChanged, agent.SpiffeId, "system", "The agent's card is the pinned one.", cancellationToken);
        var signer = identity.Current;
        var signed = CardSigner.Sign(card, GatewayCertificate.Algorithm, signer.KeyId, data => signer.Sign(data));
        return (new Published(signed, $"\"{card.Digest[..32]}-{signer.KeyId[..8]}\"", time.GetUtcNow() + options.A2A.CardLifetime, signer), null);
    }

    private CardFault? Verify(A2AAgent agent, AgentCard card)
        => card.Signatures.Count == 0 && !options.A2A.RequireSignedCards ? null
            : CardVerifier.Verify(card, kid => KeyOf(agent, kid), algorithms.Current, time.GetUtcNow(), out _);

    // The keys that the site lists, and those of the certificate by which the agent is known at this moment.
    private static VerificationKey? KeyOf(A2AAgent agent, string kid)
        => agent.Options.CardKeys.FirstOrDefault(k => k.Kid == kid)?.Read() ?? agent.Upstream.Svid?.Keys.FirstOrDefault(k => k.KeyId == kid);

    // A card that leads elsewhere leads past the gateway.
    private CardFault? CheckAddresses(A2AAgent agent, AgentCard card)
    {
        var here = $"{edge.Url.TrimEnd('/')}/a2a/{agent.Options.Name}";
        var other = card.Interfaces.FirstOrDefault(i => !string.Equals(i.Url.TrimEnd('/'), here, StringComparison.Ordinal));
        return other is null && card.Interfaces.Count > 0 ? null
            : new CardFault("card-address-differs", $"The card leads to {(other is null ? "nowhere" : other.Url)}; each of its interfaces must be {here}.", ["/supportedInterfaces"]);
    }
}
