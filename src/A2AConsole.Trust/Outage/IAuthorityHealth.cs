using A2AConsole.Data.Queries;

namespace A2AConsole.Trust.Outage;

/// <summary>Whether the authority answers, as this process sees it: its own one, or the one at the configured address.</summary>
public interface IAuthorityHealth
{
    /// <summary>What the last looks gave.</summary>
    AuthorityHealthReport Current { get; }

    /// <summary>Raised when it changes between answering and not. Handlers only signal.</summary>
    event Action? Changed;

    /// <summary>The agents whose certificates end first: whom an outage stops, and when. They go on until then; after it the edge refuses them.</summary>
    Task<IReadOnlyList<ExpiringAgent>> FirstToExpireAsync(int count, CancellationToken cancellationToken = default);
}

/// <summary>What is known of the authority. Times are UTC.</summary>
/// <param name="IsHere">Whether it runs in this process.</param>
/// <param name="Address">Where it is looked for.</param>
/// <param name="DownSince">Since when it does not answer; null while it does, or before that is certain.</param>
/// <param name="Why">What the last failed look gave.</param>
/// <param name="AnsweredAt">When it answered last; null when it never did since this process started.</param>
public sealed record AuthorityHealthReport(bool IsHere, string Address, DateTimeOffset? DownSince, string? Why, DateTimeOffset? AnsweredAt)
{
    public bool IsDown => DownSince is not null;
}

/// <summary>Looks once. Null: it answers and can issue; else why not, in a sentence.</summary>
public interface IAuthorityProbe
{
    /// <summary>Where it looks.</summary>
    string Address { get; }

    Task<string?> LookAsync(CancellationToken cancellationToken);
}
