using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace A2AConsole.Cli.Bench;

/// <summary>What to measure.</summary>
internal sealed record ConsoleBenchOptions(int Agents, long Rows, int Requests);

/// <summary>A page's server render: from the request to the last byte, in milliseconds.</summary>
internal sealed record PageFigures(string Page, double P50Ms, double P95Ms);

/// <summary>The figures of one run.</summary>
internal sealed record ConsoleReport
{
    /// <summary>From the process's start to the first page's last byte.</summary>
    public required double ColdStartSeconds { get; init; }
    /// <summary>After start and sign-in, before any load.</summary>
    public required double IdleResidentMb { get; init; }
    public required int Agents { get; init; }
    public required long Rows { get; init; }
    /// <summary>First render of each page.</summary>
    public required IReadOnlyList<PageFigures> Pages { get; init; }
    /// <summary>The same page rendered for another filter.</summary>
    public required IReadOnlyList<PageFigures> FilterChanges { get; init; }

    /// <summary>The figures as lines for people.</summary>
    public IEnumerable<string> Lines()
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"cold start to first page {ColdStartSeconds:0.0} s, resident memory idle {IdleResidentMb:0} MB; {Agents:N0} agents, {Rows:N0} events");
        foreach (var page in Pages)
            yield return string.Create(CultureInfo.InvariantCulture, $"first render   {page.Page,-44} p50 {page.P50Ms,6:0} ms   p95 {page.P95Ms,6:0} ms");
        foreach (var page in FilterChanges)
            yield return string.Create(CultureInfo.InvariantCulture, $"filter change  {page.Page,-44} p50 {page.P50Ms,6:0} ms   p95 {page.P95Ms,6:0} ms");
    }
}

/// <summary>Measures the console's server renders over HTTP as a signed-in user, with a large fleet and many events stored.</summary>
internal sealed partial class ConsoleBench(ConsoleBenchOptions options, Action<string> progress)
{
    private static readonly string[] Pages = ["/", "/events", "/agents", "/certificates", "/quarantine"];

    private static readonly string[][] Filters =
    [
        ["/agents?env=prod", "/agents?env=partner&state=Active", "/agents?q=agent-77", "/agents?owner=none", "/agents?sort=expiry", "/agents?tier=Critical&env=stage"],
        ["/events?type=demand.signal", "/events?verdict=refused", "/events?range=24h", "/events?code=replayed&range=7d"],
    ];

    public async Task<ConsoleReport> RunAsync(CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("a2aconsole-bench-").FullName;
        try
        {
            await BenchSite.PrepareAsync(directory, agents: 8, options.Rows, progress, cancellationToken);
            progress($"adding {options.Agents:N0} agents");
            Fleet.Add(Path.Combine(directory, "a2aconsole.db"), options.Agents, DateTimeOffset.UtcNow);

            progress("starting the server");
            // The demo's users sign in; its world keeps still.
            await using var server = await ServerProcess.StartAsync(directory,
                ["--demo", $"--A2AConsole:Trust:TrustDomain={BenchSite.TrustDomain}", "--A2AConsole:Demo:Attacks=false", "--A2AConsole:Demo:EventsPerSecond=0.1"], cancellationToken);
            using var client = new HttpClient { BaseAddress = new(server.Console), Timeout = TimeSpan.FromSeconds(60) };
            var first = Stopwatch.StartNew();
            var signIn = await client.GetStringAsync("/account/sign-in", cancellationToken);
            var coldStart = server.StartUp + first.Elapsed;
            await SignInAsync(client, signIn, cancellationToken);
            var idle = server.ResidentMb;

            progress("rendering pages");
            var pages = new List<PageFigures>();
            foreach (var page in Pages)
                pages.Add(await MeasureAsync(client, page, [page], cancellationToken));
            var filters = new List<PageFigures>();
            foreach (var urls in Filters)
                filters.Add(await MeasureAsync(client, $"{urls[0][..urls[0].IndexOf('?', StringComparison.Ordinal)]}, {urls.Length} filters in turn", urls, cancellationToken));
            return new()
            {
                ColdStartSeconds = coldStart.TotalSeconds, IdleResidentMb = idle, Agents = options.Agents, Rows = options.Rows, Pages = pages, FilterChanges = filters,
            };
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task SignInAsync(HttpClient client, string page, CancellationToken cancellationToken)
    {
        var fields = HiddenField().Matches(page).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value, StringComparer.Ordinal);
        fields["userName"] = "analyst@acme.example";
        fields["password"] = "Demo-acme-2026";
        using var form = new FormUrlEncodedContent(fields);
        using var answer = await client.PostAsync("/account/sign-in", form, cancellationToken);
        answer.EnsureSuccessStatusCode();
        if (answer.RequestMessage!.RequestUri!.AbsolutePath.Contains("sign-in", StringComparison.Ordinal))
            throw new InvalidOperationException("the sign-in was refused");
    }

    private async Task<PageFigures> MeasureAsync(HttpClient client, string name, string[] urls, CancellationToken cancellationToken)
    {
        var latencies = new Latencies();
        for (var i = -2 * urls.Length; i < options.Requests; i++)
        {
            var clock = Stopwatch.StartNew();
            using var response = await client.GetAsync(urls[(i + 2 * urls.Length) % urls.Length], cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            if (!response.IsSuccessStatusCode || body.Contains("Reference to quote", StringComparison.Ordinal))
                throw new InvalidOperationException($"{name} answered {(int)response.StatusCode} with an error");
            if (i >= 0)
                latencies.Add(clock.Elapsed);
        }
        return new(name, latencies.Quantile(0.50), latencies.Quantile(0.95));
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)" ?/>""")]
    private static partial Regex HiddenField();
}
