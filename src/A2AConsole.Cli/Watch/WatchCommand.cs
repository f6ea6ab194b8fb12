using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Cli.Watch;

/// <summary><c>a2a watch URL</c>: alerts as they are raised and worked on, through interruptions.</summary>
internal static class WatchCommand
{
    private static readonly string[] Severities = ["low", "medium", "high", "critical"];

    public static Command Create(Dictionary<Command, string[]> examples)
    {
        var url = new Argument<string>("url") { Description = "The console's address, e.g. https://console.acme.example." };
        var token = new Option<string?>("--token-file") { HelpName = "file", Description = "A file with a token from the console's page Tokens. Else the variable A2ACONSOLE_TOKEN." };
        var severity = new Option<string>("--severity") { HelpName = "low|medium|high|critical", Description = "This severe or more.", DefaultValueFactory = _ => "low" };
        var since = new Option<long?>("--after") { HelpName = "id", Description = "First print the alerts raised after this one." };
        var count = new Option<int?>("--count") { HelpName = "n", Description = "End after so many lines." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line: move, leaf, alert." };
        var command = new Command("watch", "Print alerts as they are raised and worked on. What comes while the connection is down is read when it is back.") { url, token, severity, since, count, json };
        examples[command] =
        [
            "a2a watch https://console.acme.example --token-file token.txt --severity high",
            "a2a watch http://localhost:5080 --after 0 --json | jq .alert.sentence",
        ];
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!Uri.TryCreate(parsed.GetRequiredValue(url), UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
                throw new UsageException($"'{parsed.GetRequiredValue(url)}' is no address; right is https://HOST[:PORT]");
            if (address.Scheme == "http" && !address.IsLoopback)
                throw new UsageException("a token is not sent over plain http, unless to this machine");
            var least = Array.IndexOf(Severities, parsed.GetRequiredValue(severity));
            if (least < 0)
                throw new UsageException($"--severity: '{parsed.GetValue(severity)}' is none of {string.Join(", ", Severities)}");
            var secret = parsed.GetValue(token) is { } file ? Files.ReadText(file).Trim() : Environment.GetEnvironmentVariable("A2ACONSOLE_TOKEN");
            if (string.IsNullOrEmpty(secret))
                throw new UsageException("no token: give --token-file, or set A2ACONSOLE_TOKEN");
            var watch = new AlertWatch(address, secret, least, parsed.GetValue(json), parsed.GetValue(count), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            await watch.RunAsync(parsed.GetValue(since), cancellationToken);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>One run of the command.</summary>
    private sealed class AlertWatch(Uri address, string token, int least, bool json, int? count, TextWriter output, TextWriter error)
    {
        private readonly SemaphoreSlim _turn = new(1);
        private readonly CancellationTokenSource _enough = new();
        private long? _last;
        private int _printed;

        public async Task RunAsync(long? after, CancellationToken cancellationToken)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _enough.Token);
            using var http = new HttpClient { BaseAddress = address };
            http.DefaultRequestHeaders.Authorization = new("Bearer", token);
            _last = after ?? await NewestAsync(http, stop.Token);
            await using var hub = new HubConnectionBuilder()
                .WithUrl(new Uri(address, "/hubs/alerts"), o => o.AccessTokenProvider = () => Task.FromResult<string?>(token))
                .WithAutomaticReconnect(new Patience())
                .Build();
            hub.On<string, long, JsonObject>("alert", (move, leaf, alert) => PrintAsync(move, leaf, alert));
            hub.Reconnecting += _ => error.WriteLineAsync("a2a: the connection is down; trying again");
            hub.Reconnected += async _ =>
            {
                await error.WriteLineAsync("a2a: connected again");
                await CatchUpAsync(http, stop.Token);
            };
            var closed = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
            hub.Closed += e =>
            {
                closed.TrySetResult(e);
                return Task.CompletedTask;
            };
            try
            {
                await hub.StartAsync(stop.Token);
                // Subscribed first, then read: nothing falls between the two.
                await CatchUpAsync(http, stop.Token);
                await error.WriteLineAsync($"a2a: watching {address.GetLeftPart(UriPartial.Authority)}");
                var why = await closed.Task.WaitAsync(stop.Token);
                // Only the server ends it for good: the token is over or was revoked.
                await CatchUpAsync(http, stop.Token);
                throw new UnreadableException("the console ended the connection" + (why is null ? "" : ": " + why.Message));
            }
            catch (OperationCanceledException) when (_enough.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
            }
            catch (HttpRequestException e)
            {
                throw new UnreadableException(e.StatusCode == HttpStatusCode.Unauthorized ? "the console refused the token: it is not known, is over or was revoked" : $"{address} does not answer: {e.Message}");
            }
        }

        private async Task<long> NewestAsync(HttpClient http, CancellationToken cancellationToken)
        {
            // The last page's end: reading on from there shows only what is new.
            long after = 0;
            while (true)
            {
                var page = await PageAsync(http, after, 500, cancellationToken);
                after = (long?)page["next"] ?? after;
                if (!(bool)page["more"]!)
                    return after;
            }
        }

        private async Task CatchUpAsync(HttpClient http, CancellationToken cancellationToken)
        {
            while (true)
            {
                var page = await PageAsync(http, _last ?? 0, 100, cancellationToken);
                foreach (var alert in page["items"]!.AsArray())
                    await PrintAsync("raised", (long)alert!["id"]!, (JsonObject)alert);
                if (!(bool)page["more"]!)
                    return;
            }
        }

        private async Task<JsonObject> PageAsync(HttpClient http, long after, int take, CancellationToken cancellationToken)
        {
            using var response = await http.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/v1/alerts?after={after}&take={take}"), cancellationToken);
            if (response.StatusCode == HttpStatusCode.Unauthorized)
                throw new UnreadableException("the console refused the token: it is not known, is over or was revoked");
            if (!response.IsSuccessStatusCode)
                throw new UnreadableException($"{address} answered {(int)response.StatusCode} to /v1/alerts");
            return await System.Text.Json.JsonSerializer.DeserializeAsync<JsonObject>(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken)
                ?? throw new UnreadableException($"{address} did not answer with JSON");
        }

        private async Task PrintAsync(string move, long leaf, JsonObject alert)
        {
            await _turn.WaitAsync();
            try
            {
                var id = (long)alert["id"]!;
                if (move == "raised")
                {
                    // Told by the hub and by the page: once.
                    if (id <= _last)
                        return;
                    _last = id;
                }
                if (Array.IndexOf(Severities, (string?)alert["severity"]) < least || _enough.IsCancellationRequested)
                    return;
                await output.WriteLineAsync(json ? new JsonObject { ["move"] = move, ["leaf"] = leaf, ["alert"] = alert.DeepClone() }.ToJsonString()
                    : $"{alert["lastSeenAt"]}  {(string?)alert["severity"],-8}  {move,-9}  {id,8}  {Line((string?)alert["sentence"] ?? "")}");
                await output.FlushAsync();
                if (++_printed >= count)
                    await _enough.CancelAsync();
            }
            finally
            {
                _turn.Release();
            }
        }

        // What agents are called is a stranger's text: nothing of it may move the terminal's cursor.
        private static string Line(string text) => new([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);

        private sealed class Patience : IRetryPolicy
        {
            public TimeSpan? NextRetryDelay(RetryContext retryContext) => TimeSpan.FromSeconds(Math.Min(30, 1 << (int)Math.Min(5, retryContext.PreviousRetryCount)));
        }
    }
}
