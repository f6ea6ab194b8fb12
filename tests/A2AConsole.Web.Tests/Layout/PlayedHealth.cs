using A2AConsole.Data.Queries;
using A2AConsole.Trust.Outage;

namespace A2AConsole.Web.Tests.Layout;

/// <summary>An authority that answers or not, as the test says.</summary>
public sealed class PlayedHealth : IAuthorityHealth
{
    public AuthorityHealthReport Current { get; private set; } = new(true, "https://localhost:7444", null, null, null);
    public event Action? Changed;

    /// <summary>What ends first; null: the store does not say.</summary>
    public IReadOnlyList<ExpiringAgent>? First { get; set; } = [];

    /// <summary>As after a look. <paramref name="why"/> null: it answers.</summary>
    public void Say(DateTimeOffset? since, string? why)
    {
        Current = Current with { DownSince = since, Why = why };
        Changed?.Invoke();
    }

    public Task<IReadOnlyList<ExpiringAgent>> FirstToExpireAsync(int count, CancellationToken cancellationToken = default)
        => First is { } first ? Task.FromResult(first) : Task.FromException<IReadOnlyList<ExpiringAgent>>(new InvalidOperationException("the store is away"));
}
