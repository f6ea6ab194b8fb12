using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;

namespace A2AConsole.Cli.Bench;

/// <summary>One request made ready before the clock runs: an agent's connection and the body to post.</summary>
/// <param name="Client">The agent's client; one HTTP/2 connection.</param>
/// <param name="Body">The JSON body.</param>
/// <param name="Events">How many events the body holds.</param>
internal sealed record ReadyRequest(HttpClient Client, byte[] Body, int Events);

/// <summary>What a slice of load achieved.</summary>
internal sealed record LoadResult(long Events, TimeSpan Elapsed, Latencies Latencies)
{
    public double PerSecond => Events / Elapsed.TotalSeconds;
}

/// <summary>Sends ready requests; every event must be acknowledged as admitted, else the run fails.</summary>
internal static class Load
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <summary>Keeps <paramref name="inFlight"/> requests under way until all are answered.</summary>
    public static async Task<LoadResult> ClosedAsync(IReadOnlyList<ReadyRequest> requests, int inFlight, CancellationToken cancellationToken)
    {
        var latencies = new Latencies();
        var next = -1;
        var clock = Stopwatch.StartNew();
        async Task WorkAsync()
        {
            for (int i; (i = Interlocked.Increment(ref next)) < requests.Count;)
            {
                var start = clock.Elapsed;
                await SendAsync(requests[i], cancellationToken);
                latencies.Add(clock.Elapsed - start);
            }
        }
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(WorkAsync, cancellationToken)));
        return new(requests.Sum(r => (long)r.Events), clock.Elapsed, latencies);
    }

    /// <summary>
    /// Sends one request every <paramref name="interval"/>, whether or not earlier ones were answered; a latency counts from the
    /// moment a request was due, so a stall is not hidden. Ends early, after what was sent, when <paramref name="enough"/> is cancelled.
    /// </summary>
    public static async Task<LoadResult> OpenAsync(IReadOnlyList<ReadyRequest> requests, TimeSpan interval, CancellationToken cancellationToken, CancellationToken enough = default)
    {
        var latencies = new Latencies();
        var sent = new List<Task>(requests.Count);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < requests.Count && !enough.IsCancellationRequested; i++)
        {
            var due = interval * i;
            if (due - clock.Elapsed is { Ticks: > 0 } early)
                await Task.Delay(early, cancellationToken);
            var request = requests[i];
            sent.Add(Task.Run(async () =>
            {
                await SendAsync(request, cancellationToken);
                latencies.Add(clock.Elapsed - due);
            }, cancellationToken));
        }
        await Task.WhenAll(sent);
        return new(requests.Take(sent.Count).Sum(r => (long)r.Events), clock.Elapsed, latencies);
    }

    private static async Task SendAsync(ReadyRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var content = new ByteArrayContent(request.Body);
            content.Headers.ContentType = Json;
            using var response = await request.Client.PostAsync("/v1/events", content, cancellationToken);
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromMilliseconds(100), cancellationToken);
                continue;
            }
            var reply = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (!response.IsSuccessStatusCode || Count(reply, "\"admitted\""u8) != request.Events)
            {
                throw new InvalidOperationException(
                    $"{Count(reply, "\"admitted\""u8)} of {request.Events} events were admitted ({(int)response.StatusCode}): "
                    + System.Text.Encoding.UTF8.GetString(reply.AsSpan(0, Math.Min(reply.Length, 500))));
            }
            return;
        }
    }

    private static int Count(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word)
    {
        var count = 0;
        for (int at; (at = text.IndexOf(word)) >= 0; text = text[(at + word.Length)..])
            count++;
        return count;
    }
}
