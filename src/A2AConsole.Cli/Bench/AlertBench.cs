using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Stores;
using A2AConsole.Data.Users;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Cli.Bench;

/// <summary>
/// How long it takes from an event's way to the edge until its alert has reached every one of many open sessions, in a server of its own:
/// each agent sends one event that somebody changed on its way. Sessions are the hub's, over WebSockets, as a browser's are.
/// </summary>
internal static class AlertBench
{
    // The first alerts are compiled on their way; they are not counted.
    private const int Warm = 10;

    /// <summary>p99 over all deliveries, in milliseconds; TLS, the refusal's commit and its answer included.</summary>
    public static async Task<double> P99Async(int alerts, int sessions, Action<string> say, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("a2aconsole-bench-").FullName;
        try
        {
            var secret = "a2a_" + System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
            say($"enrolling {alerts} agents");
            var agents = await BenchSite.WithAsync(directory, Warm + alerts, async (services, enrolled) =>
            {
                await TokenAsync(services, secret, cancellationToken);
                return enrolled;
            }, cancellationToken);
            say("starting the server");
            await using var server = await ServerProcess.StartAsync(directory, [$"--A2AConsole:Trust:TrustDomain={BenchSite.TrustDomain}", "--A2AConsole:Environment=bench"], cancellationToken);
            var arrivals = new ConcurrentDictionary<string, Arrivals>(agents.Select(a => KeyValuePair.Create(a.Id.Text, new Arrivals(sessions))));
            var watchers = new List<HubConnection>();
            try
            {
                for (var i = 0; i < sessions; i++)
                {
                    var hub = new HubConnectionBuilder().WithUrl(server.Console + "/hubs/alerts", o => o.AccessTokenProvider = () => Task.FromResult<string?>(secret)).Build();
                    hub.On<string, long, JsonObject>("alert", (move, _, alert) =>
                    {
                        if (move == "raised" && arrivals.TryGetValue((string)alert["agent"]!, out var of))
                            of.Arrived(Stopwatch.GetTimestamp());
                    });
                    await hub.StartAsync(cancellationToken);
                    watchers.Add(hub);
                }
                say($"{alerts} alerts to {sessions} sessions");
                using var pool = new EventPool(agents, server.Edge);
                var latencies = new Latencies();
                foreach (var (n, request) in pool.Changed(cancellationToken).Index())
                {
                    var of = arrivals[request.Agent.Id.Text];
                    var sent = Stopwatch.GetTimestamp();
                    using var content = new ByteArrayContent(request.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                    using var answer = await request.Client.PostAsync("/v1/events", content, cancellationToken);
                    foreach (var at in await of.All.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken))
                        if (n >= Warm)
                            latencies.Add(Stopwatch.GetElapsedTime(sent, at));
                }
                return latencies.Quantile(0.99);
            }
            finally
            {
                foreach (var watcher in watchers)
                    await watcher.DisposeAsync();
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task TokenAsync(IServiceProvider services, string secret, CancellationToken cancellationToken)
    {
        var (users, tokens, now) = (services.GetRequiredService<ConsoleUsers>(), services.GetRequiredService<ApiTokens>(), DateTimeOffset.UtcNow);
        var leaf = new LedgerLeaf { Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, Code = "user-added", At = now, Actor = "system", Subject = "user:watcher", Detail = "A user for a benchmark" };
        await users.EnsureRolesAsync(["Analyst"], cancellationToken);
        await users.AddAsync(new ConsoleUser { UserName = "watcher", NormalizedUserName = "WATCHER", DisplayName = "watcher", SecurityStamp = "bench" }, "Analyst", leaf, cancellationToken);
        await tokens.AddAsync(new ApiToken
        {
            Name = "bench", Owner = "watcher", Role = "Analyst", Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret))), CreatedAt = now, ExpiresAt = now.AddHours(1),
        }, leaf with { Code = "token-made" }, cancellationToken);
    }

    /// <summary>When each session had one alert.</summary>
    private sealed class Arrivals(int sessions)
    {
        private readonly ConcurrentBag<long> _at = [];
        private readonly TaskCompletionSource<IReadOnlyCollection<long>> _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<IReadOnlyCollection<long>> All => _all.Task;

        public void Arrived(long at)
        {
            _at.Add(at);
            if (_at.Count == sessions)
                _all.TrySetResult(_at);
        }
    }
}
