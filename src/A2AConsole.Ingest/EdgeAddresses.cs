using A2AConsole.Trust;
using A2AConsole.Trust.Listening;

namespace A2AConsole.Ingest;

/// <summary>Where the edge listens, known once it does: with real ports where 0 was asked for.</summary>
public sealed class EdgeAddresses(TrustOptions trust) : IEdgeAddress
{
    private static readonly string DefaultUrl = new TrustOptions().EdgeUrl;

    private readonly TaskCompletionSource<IReadOnlyList<string>> _known = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All addresses, as <c>https://host:port</c>. Throws <see cref="InvalidOperationException"/> before the edge listens.</summary>
    public IReadOnlyList<string> All => _known.Task.IsCompletedSuccessfully
        ? _known.Task.Result
        : throw new InvalidOperationException("The edge does not listen yet.");

    /// <summary>Completes when the edge listens.</summary>
    public Task<IReadOnlyList<string>> WhenListening => _known.Task;

    /// <summary>What agents are told: the configured address, or the one that was bound when that is the default or has no port; never "every address of this machine".</summary>
    public string Url => ReachableAddress.Of(
        (trust.EdgeUrl == DefaultUrl || trust.EdgeUrl.EndsWith(":0", StringComparison.Ordinal)) && _known.Task.IsCompletedSuccessfully ? All[0] : trust.EdgeUrl, trust.ServerNames);

    // localhost is in the server certificate whichever loopback address was bound.
    internal void Set(IEnumerable<string> addresses)
        => _known.TrySetResult([.. addresses.Select(a => a.Replace("127.0.0.1", "localhost", StringComparison.Ordinal).Replace("[::1]", "localhost", StringComparison.Ordinal)).Distinct()]);
}
