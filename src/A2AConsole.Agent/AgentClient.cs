using System.Text;
using System.Text.Json;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Sdk;

/// <summary>
/// An agent's side of A2AConsole: it enrols, keeps its certificate fresh, signs and sends messages, and checks receipts.
/// Thread-safe; make one a process and dispose of it at the end.
/// </summary>
/// <example><code>
/// await using var agent = await AgentClient.OpenOrEnrollAsync(new AgentOptions { Authority = authority, JoinToken = token, StateDirectory = "state" });
/// var receipt = await agent.SendAsync(AgentMessage.Create("demand.signal", new { … }, audience: forecast));
/// </code></example>
public sealed class AgentClient : IAsyncDisposable
{
    /// <summary>The most messages in one request.</summary>
    public const int MaxMessages = 1000;

    private readonly AgentOptions _options;
    private readonly AgentStateDirectory _state;
    private readonly ConnectionSwitch _connections;
    private readonly Delivery _delivery;
    private readonly SemaphoreSlim _renewing = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _renewals;
    private volatile TrustBundle _bundle;
    private AgentPlace _place;
    private int _disposed;

    private AgentClient(AgentOptions options, AgentStateDirectory state, AgentPlace place, TrustBundle bundle, AgentIdentity identity)
    {
        (_options, _state, _place, _bundle) = (options, state, place, bundle);
        identity.Preferred = options.Signing;
        _connections = new ConnectionSwitch(new EdgeConnection(identity, () => _bundle, Edge, options.TimeProvider));
        var refresh = new BundleRefresh(options, () => _bundle, RefreshBundleAsync);
        var loop = new RenewalLoop(options, () => _connections.Identity, RenewAsync, refresh, failure => RenewalFailed?.Invoke(this, failure));
        var hints = options.RenewInBackground ? new EdgeHints(loop.Call, sequence =>
        {
            if (refresh.Hear(sequence))
                loop.Wake();
        }) : EdgeHints.None;
        _delivery = new Delivery(_connections, options, hints);
        _renewals = options.RenewInBackground ? Task.Run(() => loop.RunAsync(_stopping.Token)) : Task.CompletedTask;
    }

    /// <summary>Raised, on a background thread, after a new certificate is stored and in use.</summary>
    public event EventHandler<CertificateRenewedEventArgs>? CertificateRenewed;

    /// <summary>Raised, on a background thread, for each failed attempt at a renewal.</summary>
    public event EventHandler<RenewalFailedEventArgs>? RenewalFailed;

    /// <summary>Who this agent is: its SPIFFE ID.</summary>
    public string SpiffeId => _connections.Identity.SpiffeId.Text;

    /// <summary>The certificate's serial in use, lower-case hex.</summary>
    public string CertificateSerial => _connections.Identity.Serial;

    /// <summary>When the certificate in use ends (UTC).</summary>
    public DateTimeOffset CertificateNotAfter => _connections.Identity.NotAfter;

    /// <summary>The roots that this agent trusts.</summary>
    public TrustBundle Bundle => _bundle;

    /// <summary>The ledger's C2SP verifier key, as the authority named it.</summary>
    public string LedgerKey => _place.LedgerKey;

    /// <summary>The edge's address.</summary>
    public Uri Edge => _options.Edge ?? _place.Edge;

    /// <summary>
    /// Enrols a new agent: fetches the trust bundle, pins it by the join token's fingerprint, makes a P-256 key, has it
    /// certified, and keeps everything in the state directory.
    /// </summary>
    /// <exception cref="EnrolmentRefusedException">The token or the request was refused, or the authority is not the token's.</exception>
    /// <exception cref="AgentUnavailableException">The authority cannot be reached.</exception>
    /// <exception cref="AgentStateException">The state directory cannot be written or already holds an identity.</exception>
    public static async Task<AgentClient> EnrollAsync(AgentOptions options, CancellationToken cancellationToken = default)
    {
        options.Validate();
        var authority = options.Authority ?? throw new ArgumentException("the authority's address is needed to enrol", nameof(options));
        if (!JoinToken.TryParse(options.JoinToken, out var token))
            throw new EnrolmentRefusedException("token-malformed", "a join token looks like a2aj.<43 characters>.<64 hex digits>");
        var state = new AgentStateDirectory(options.StateDirectory);
        if (state.HoldsIdentity)
            throw new AgentStateException($"{options.StateDirectory} already holds an identity: open it, or enrol into another directory");
        // The token can be spent once: what can fail here must fail before.
        state.Prepare();
        var pinned = await AuthorityClient.DownloadBundleAsync(authority, token, cancellationToken);
        var enrolment = await AuthorityClient.EnrollAsync(authority, token, pinned, options, cancellationToken);
        var edge = enrolment.Edge ?? options.Edge ?? throw new EnrolmentRefusedException("edge-unknown", "the authority named no edge: set AgentOptions.Edge");
        var place = new AgentPlace(authority, edge, enrolment.LedgerKey);
        state.SavePlace(place);
        state.SaveBundle(enrolment.Bundle);
        state.SaveIdentity(enrolment.KeyPem, enrolment.ChainPem);
        return new AgentClient(options, state, place, enrolment.Bundle, AgentIdentity.FromPem(enrolment.ChainPem, enrolment.KeyPem));
    }

    /// <summary>Resumes from the state directory, without asking anybody.</summary>
    /// <exception cref="AgentStateException">There is no identity, or it cannot be read.</exception>
    public static Task<AgentClient> OpenAsync(AgentOptions options, CancellationToken cancellationToken = default)
    {
        options.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        var state = new AgentStateDirectory(options.StateDirectory);
        var (place, bundle, identity) = state.Load();
        return Task.FromResult(new AgentClient(options, state, place, bundle, identity));
    }

    /// <summary>Resumes when the state directory holds an identity, and enrols otherwise: what an agent calls at its start.</summary>
    public static Task<AgentClient> OpenOrEnrollAsync(AgentOptions options, CancellationToken cancellationToken = default)
        => new AgentStateDirectory(options.StateDirectory).HoldsIdentity ? OpenAsync(options, cancellationToken) : EnrollAsync(options, cancellationToken);

    /// <summary>Signs and sends one message; returns when it is durable on the ledger. Retries on its own.</summary>
    /// <exception cref="EventRefusedException">The edge refused it; the exception says which check and why.</exception>
    /// <exception cref="AgentUnavailableException">No answer in <see cref="AgentOptions.MaxAttempts"/> attempts; sending the same object again is safe.</exception>
    /// <exception cref="PeerNotTrustedException">What answers at the edge's address is not of the trust domain.</exception>
    public async Task<Receipt> SendAsync(AgentMessage message, CancellationToken cancellationToken = default)
        => (await _delivery.SendAsync(RequestShape.Single, [message], cancellationToken))[0].Require();

    /// <summary>Sends up to <see cref="MaxMessages"/> messages in one request, each signed on its own. A refused one does not touch its neighbours.</summary>
    /// <returns>The verdicts in the messages' order.</returns>
    /// <exception cref="AgentUnavailableException">As for <see cref="SendAsync"/>.</exception>
    public Task<IReadOnlyList<SendResult>> SendManyAsync(IReadOnlyList<AgentMessage> messages, CancellationToken cancellationToken = default)
        => SendSeveralAsync(RequestShape.Many, messages, cancellationToken);

    /// <summary>
    /// Sends up to <see cref="MaxMessages"/> messages under one signature over the root of their Merkle tree: four times cheaper for
    /// both sides, for telemetry at volume. Each event stays provable alone.
    /// </summary>
    /// <inheritdoc cref="SendManyAsync"/>
    public Task<IReadOnlyList<SendResult>> SendBatchAsync(IReadOnlyList<AgentMessage> messages, CancellationToken cancellationToken = default)
        => SendSeveralAsync(RequestShape.Batch, messages, cancellationToken);

    /// <summary>What holds now of a message that this agent sent or received; null when nobody decided about it, or it is none of this agent's business.</summary>
    /// <param name="messageId">The event's id.</param>
    /// <param name="digest">SHA-256 of its signed payload, lower-case hex: tells messages of different senders with one id apart.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="AgentUnavailableException">The edge cannot be reached.</exception>
    public async Task<StandingDecision?> DecisionAsync(string messageId, string? digest = null, CancellationToken cancellationToken = default)
        => await _delivery.FindAsync($"/v1/messages/{Uri.EscapeDataString(messageId)}/decision{(digest is null ? "" : "?digest=" + digest)}", cancellationToken) is { } body ? StandingDecision.Read(body) : null;

    /// <summary>Waits until a held message waits no more: released, refused or expired. Returns at once what never waited. Cancel it to wait no longer.</summary>
    /// <inheritdoc cref="DecisionAsync"/>
    public async Task<StandingDecision?> AwaitDecisionAsync(string messageId, string? digest = null, CancellationToken cancellationToken = default)
    {
        for (var pause = TimeSpan.FromSeconds(1); ; pause = TimeSpan.FromSeconds(Math.Min(10, pause.TotalSeconds * 1.5)))
        {
            var standing = await DecisionAsync(messageId, digest, cancellationToken);
            if (standing is not { IsWaiting: true })
                return standing;
            await Task.Delay(pause, _options.TimeProvider, cancellationToken);
        }
    }

    /// <summary>
    /// Before this agent acts on a message that would change something: asks the edge for a live allow for this very message, and returns it. What the edge says is
    /// believed as far as its certificate goes; <see cref="StandingDecision.ApprovalProof"/>, where there is one, is proof without it.
    /// </summary>
    /// <param name="message">The message, from <see cref="ReceivedEnvelope"/> or <see cref="A2AMessages"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NotAllowedException">There is no live allow; the exception says why. Do not act.</exception>
    /// <exception cref="AgentUnavailableException">The edge cannot be reached. Do not act.</exception>
    public async Task<StandingDecision> RequireAllowAsync(ReceivedEvent message, CancellationToken cancellationToken = default)
    {
        var standing = await DecisionAsync(message.Facts.MessageId, Convert.ToHexStringLower(message.Facts.Digest.Span), cancellationToken);
        return LiveAllow.WhyNot(standing, message, SpiffeId, _options.TimeProvider.GetUtcNow()) is var (code, detail) ? throw new NotAllowedException(code, detail) : standing!;
    }

    /// <summary>Signs a message without sending it: for a transport of one's own, or straight to another agent.</summary>
    public SignedEvent Sign(AgentMessage message)
        => UseIdentity(identity => EventWriter.Sign(message, identity, _options.TimeProvider.GetUtcNow(), _options.EventLifetime));

    /// <summary>Fetches the C2SP tlog-proof of a receipt: checkpoint, inclusion path and leaf, to be kept for later and for others.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="treeSize">The tree to prove it in; null: the newest.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="AgentUnavailableException">The edge cannot be reached or has no such leaf.</exception>
    public async Task<string> FetchProofAsync(Receipt receipt, long? treeSize = null, CancellationToken cancellationToken = default)
    {
        var path = FormattableString.Invariant($"/ledger/proof/{receipt.LeafIndex}") + (treeSize is { } size ? FormattableString.Invariant($"?size={size}") : "");
        var text = Encoding.UTF8.GetString(await GetAsync(path, cancellationToken));
        // A proof without its leaf could not be checked by somebody else later: it is completed here.
        return TlogProof.TryParse(text, out var proof, out _) && proof.Extra.IsEmpty
            ? (proof with { Extra = await GetAsync(FormattableString.Invariant($"/ledger/leaf/{receipt.LeafIndex}"), cancellationToken) }).Format()
            : text;
    }

    /// <summary>Fetches a receipt's proof and checks it with <see cref="LedgerKey"/>.</summary>
    /// <exception cref="AgentUnavailableException">The proof cannot be fetched.</exception>
    public async Task<ReceiptVerification> VerifyAsync(Receipt receipt, CancellationToken cancellationToken = default)
        => receipt.Verify(await FetchProofAsync(receipt, treeSize: null, cancellationToken), LedgerKey);

    /// <summary>Asks the edge who it takes this agent for, and compares clocks.</summary>
    /// <exception cref="AgentUnavailableException">The edge cannot be reached.</exception>
    public async Task<WhoAmI> WhoAmIAsync(CancellationToken cancellationToken = default)
    {
        var clock = _options.TimeProvider;
        var (started, asked) = (clock.GetTimestamp(), clock.GetUtcNow());
        var body = await GetAsync("/v1/whoami", cancellationToken);
        var roundTrip = clock.GetElapsedTime(started);
        using var json = JsonDocument.Parse(body);
        var root = json.RootElement;
        var serverTime = root.GetProperty("serverTime").GetDateTimeOffset();
        return new WhoAmI(root.GetProperty("spiffeId").GetString()!, root.GetProperty("serial").GetString()!,
            root.GetProperty("notAfter").GetDateTimeOffset(), serverTime, serverTime - (asked + roundTrip / 2), roundTrip);
    }

    /// <summary>Renews now: a new key and certificate, stored and in use when the task completes.</summary>
    /// <exception cref="EnrolmentRefusedException">The authority refused.</exception>
    /// <exception cref="AgentUnavailableException">The authority cannot be reached.</exception>
    public async Task RenewAsync(CancellationToken cancellationToken = default)
    {
        await _renewing.WaitAsync(cancellationToken);
        try
        {
            var held = _connections.Acquire();
            Enrolment next;
            try
            {
                next = await AuthorityClient.RenewAsync(_options.Authority ?? _place.Authority, held.Identity, _bundle, _options, cancellationToken);
            }
            finally
            {
                held.Release();
            }
            _state.SaveIdentity(next.KeyPem, next.ChainPem);
            if (next.Edge is { } edge && edge != _place.Edge)
                _state.SavePlace(_place = _place with { Edge = edge });
            Take(next.Bundle);
            var identity = AgentIdentity.FromPem(next.ChainPem, next.KeyPem);
            identity.Preferred = _options.Signing;
            _connections.Switch(new EdgeConnection(identity, () => _bundle, Edge, _options.TimeProvider));
            CertificateRenewed?.Invoke(this, new CertificateRenewedEventArgs(identity.Serial, identity.NotAfter));
        }
        finally
        {
            _renewing.Release();
        }
    }

    /// <summary>
    /// Asks the authority for its trust bundle now and keeps it. Happens in the background, too: as often as the bundle says, and when the
    /// edge mentions a newer one.
    /// </summary>
    /// <exception cref="AgentUnavailableException">The authority cannot be reached.</exception>
    /// <exception cref="PeerNotTrustedException">What answers does not belong to the trust domain by the bundle that this agent has.</exception>
    public async Task RefreshBundleAsync(CancellationToken cancellationToken = default)
        => Take(await AuthorityClient.FetchBundleAsync(_options.Authority ?? _place.Authority, _bundle, _options.TimeProvider, cancellationToken));

    /// <summary>Stops renewing and closes the connections once their requests are answered. What is on disk stays.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stopping.CancelAsync();
        await _renewals;
        _connections.Dispose();
        _stopping.Dispose();
        _renewing.Dispose();
    }

    private async Task<IReadOnlyList<SendResult>> SendSeveralAsync(RequestShape shape, IReadOnlyList<AgentMessage> messages, CancellationToken cancellationToken)
    {
        if (messages.Count > MaxMessages)
            throw new ArgumentException($"at most {MaxMessages} messages in one request", nameof(messages));
        return messages.Count == 0 ? [] : await _delivery.SendAsync(shape, messages, cancellationToken);
    }

    // An answer that was overtaken by a newer one is not taken.
    private void Take(TrustBundle bundle)
    {
        lock (_connections)
        {
            if (bundle.Sequence < _bundle.Sequence)
                return;
            _state.SaveBundle(bundle);
            _bundle = bundle;
        }
    }

    private T UseIdentity<T>(Func<AgentIdentity, T> use)
    {
        var held = _connections.Acquire();
        try
        {
            return use(held.Identity);
        }
        finally
        {
            held.Release();
        }
    }

    private Task<byte[]> GetAsync(string path, CancellationToken cancellationToken) => _delivery.GetAsync(path, cancellationToken);
}
