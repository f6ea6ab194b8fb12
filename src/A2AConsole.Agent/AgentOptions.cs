namespace A2AConsole.Sdk;

/// <summary>What an <see cref="AgentClient"/> needs to know. Only <see cref="StateDirectory"/> and, to enrol, <see cref="Authority"/>
/// and <see cref="JoinToken"/> have no useful default.</summary>
public sealed record AgentOptions
{
    /// <summary>The authority's address, e.g. <c>https://localhost:7444</c>. When an identity is resumed, null means the one it enrolled with.</summary>
    public Uri? Authority { get; init; }

    /// <summary>The edge's address. Null: the one that the authority named at enrolment.</summary>
    public Uri? Edge { get; init; }

    /// <summary>The join token, <c>a2aj.&lt;secret&gt;.&lt;root fingerprint&gt;</c>; needed once, to enrol.</summary>
    public string? JoinToken { get; init; }

    /// <summary>Where key, certificates and trust bundle are kept. Made with mode 0700 when missing; files have mode 0600.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>
    /// With which keys events are signed. A change takes effect with the next certificate: enrolment or renewal. Two signatures are not given
    /// up by renewing: that takes a new enrolment.
    /// </summary>
    public EventSigning Signing { get; init; } = EventSigning.Ecdsa;

    /// <summary>Where the evidence comes from that the agent's registration entry asks for besides a join token; one a kind. Asked at enrolment, and at renewals where the entry says so.</summary>
    public IReadOnlyList<IEvidenceSource> Evidence { get; init; } = [];

    /// <summary>The clock, for event times, certificate validity, renewal and back-off.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>How long an event is valid when its message names no lifetime. The edge takes at most 15 minutes by default.</summary>
    public TimeSpan EventLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long one attempt at a request may take until its answer counts as lost.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many times a request is tried before <see cref="AgentUnavailableException"/>.</summary>
    public int MaxAttempts { get; init; } = 6;

    /// <summary>The first pause between attempts; each later one is twice as long, up to <see cref="MaxRetryDelay"/>, less a random half.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause between attempts. A longer <c>Retry-After</c> of the edge is cut to it.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The part of a certificate's lifetime (0–1) after which it is renewed.</summary>
    public double RenewAt { get; init; } = 2.0 / 3.0;

    /// <summary>How far, as a part of the lifetime, a renewal strays at random from <see cref="RenewAt"/>, so that agents that enrolled
    /// together do not renew together.</summary>
    public double RenewalJitter { get; init; } = 0.03;

    /// <summary>False: nothing is renewed in the background; call <see cref="AgentClient.RenewAsync"/>.</summary>
    public bool RenewInBackground { get; init; } = true;

    /// <summary>The randomness of jitter (never of keys, ids or nonces).</summary>
    public Random Jitter { get; init; } = Random.Shared;

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(StateDirectory);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxAttempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(AttemptTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(EventLifetime, TimeSpan.Zero);
        if (!Enum.IsDefined(Signing))
            throw new ArgumentException($"Signing is one of {string.Join(", ", Enum.GetNames<EventSigning>())}");
        if (RenewAt is not (> 0 and < 1) || RenewalJitter is not (>= 0 and < 0.5))
            throw new ArgumentException("RenewAt lies between 0 and 1, RenewalJitter between 0 and 0.5");
    }
}
