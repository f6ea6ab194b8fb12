using System.Collections.Frozen;

namespace A2AConsole.Core.Admission;

/// <summary>What admission allows. Validated at start: <see cref="Validate"/>.</summary>
public sealed record AdmissionLimits
{
    /// <summary>Bytes of one event as received (its envelope, or its object in a batch).</summary>
    public int MaxEventBytes { get; init; } = 256 * 1024;

    /// <summary>Bytes of one request's body.</summary>
    public int MaxRequestBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Events of one request.</summary>
    public int MaxEventsPerRequest { get; init; } = 1000;

    /// <summary>How far an agent's clock may differ from ours.</summary>
    public TimeSpan Skew { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How old an event may be when it arrives.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest time between an event's <c>time</c> and <c>expires</c>: how long its nonce must be remembered.</summary>
    public TimeSpan MaxLifetime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long an idempotency key counts.</summary>
    public TimeSpan IdempotencyWindow { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Events a second that an agent may send in the long run.</summary>
    public double EventsPerSecond { get; init; } = 20_000;

    /// <summary>Events that an agent may send at once.</summary>
    public double Burst { get; init; } = 40_000;

    /// <summary>The environments whose agents may be addressed here; none: every one.</summary>
    public IReadOnlySet<string> Environments { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Null when the limits make sense together, else a sentence that names the one that does not.</summary>
    public string? Validate()
        => MaxEventBytes is < 1024 or > 16 * 1024 * 1024 ? $"{nameof(MaxEventBytes)} must be from 1 KiB to 16 MiB."
        : MaxRequestBytes < MaxEventBytes || MaxRequestBytes > 256 * 1024 * 1024 ? $"{nameof(MaxRequestBytes)} must be from {nameof(MaxEventBytes)} to 256 MiB."
        : MaxEventsPerRequest is < 1 or > 10_000 ? $"{nameof(MaxEventsPerRequest)} must be from 1 to 10,000."
        : Skew < TimeSpan.Zero || Skew > TimeSpan.FromMinutes(10) ? $"{nameof(Skew)} must be from 0 to 10 minutes."
        : MaxAge <= TimeSpan.Zero || MaxAge > TimeSpan.FromDays(1) ? $"{nameof(MaxAge)} must be above 0 and at most a day."
        : MaxLifetime <= TimeSpan.Zero || MaxLifetime > TimeSpan.FromDays(1) ? $"{nameof(MaxLifetime)} must be above 0 and at most a day."
        : IdempotencyWindow < MaxLifetime || IdempotencyWindow > TimeSpan.FromDays(30) ? $"{nameof(IdempotencyWindow)} must be from {nameof(MaxLifetime)} to 30 days."
        : !(EventsPerSecond is > 0 and <= 10_000_000) ? $"{nameof(EventsPerSecond)} must be above 0 and at most 10,000,000."
        : !(Burst >= 1 && Burst <= 100_000_000) ? $"{nameof(Burst)} must be from 1 to 100,000,000."
        : null;
}
