using System.Diagnostics;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Trust.Domain;
using A2AConsole.Trust.Revoking;

namespace A2AConsole.Cli.Bench;

/// <summary>Revokes a whole environment in one act, then fetches every shard of the revocation list.</summary>
internal static class MassRevocation
{
    private sealed class InForce(Stopwatch clock) : IProgress<RevocationProgress>
    {
        public TimeSpan? At { get; private set; }

        public void Report(RevocationProgress value) => At ??= clock.Elapsed;
    }

    /// <summary>How many were revoked, how long until it was in force and until all rows said so, and the largest shard in bytes.</summary>
    public static async Task<(int Revoked, TimeSpan InForce, TimeSpan Marked, int LargestList)> RunAsync(AuthorityBenchSite site, HttpClient client, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var progress = new InForce(clock);
        var outcome = await site.Get<IRevocations>().RevokeAsync(
            new(RevocationScope.Environment, Crowd.Environment, RevocationReason.KeyCompromise, "benchmark"), "user:bench", progress, cancellationToken);
        var marked = clock.Elapsed;
        var issuer = site.Get<ISvidIssuer>().Issuers.Single(i => i.State == AnchorState.Active).KeyId;
        var largest = 0;
        for (var shard = 0; shard < StatusAddresses.Shards; shard++)
        {
            var list = await client.GetByteArrayAsync(StatusAddresses.List(site.Authority.ToString().TrimEnd('/'), issuer, shard, delta: false), cancellationToken);
            largest = Math.Max(largest, list.Length);
        }
        return (outcome.Certificates, progress.At ?? marked, marked, largest);
    }
}
