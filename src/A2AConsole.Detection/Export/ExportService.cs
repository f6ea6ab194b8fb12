using System.Reflection;
using A2AConsole.Core.Alerts.Ocsf;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Detection.Export;

/// <summary>Keeps the destinations of the export up to date, each at its own pace.</summary>
public sealed class ExportService(Exporter exporter, IEnumerable<IExportSink> sinks, ILedger ledger, TimeProvider time, ILogger<ExportService> logger) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1), MostPatience = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(sinks.Select(s => TendAsync(s, stoppingToken)));

    private async Task TendAsync(IExportSink sink, CancellationToken stoppingToken)
    {
        var wait = Pace;
        try
        {
            while (true)
            {
                try
                {
                    wait = await exporter.CatchUpAsync(sink, stoppingToken) ? Pace : TimeSpan.FromTicks(Math.Min(MostPatience.Ticks, wait.Ticks * 2));
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    logger.LogError(e, "The export to {Sink} failed at the ledger's size {Size}; it is tried again", sink.Name, ledger.Head.Size);
                    wait = TimeSpan.FromTicks(Math.Min(MostPatience.Ticks, wait.Ticks * 2));
                }
                await Task.Delay(wait, time, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}

/// <summary>Registers the export.</summary>
public static class ExportServices
{
    /// <summary>Adds the destinations that are configured. Throws <see cref="FormatException"/> when the settings are wrong.</summary>
    public static IServiceCollection AddExport(this IServiceCollection services, Action<ExportOptions> configure)
    {
        var options = new ExportOptions();
        configure(options);
        if (options.Fault() is { } fault)
            throw new FormatException(fault);
        services.AddSingleton(options);
        services.TryAddSingleton<AlertFeed>();
        services.TryAddSingleton<ExportCursors>();
        services.TryAddSingleton(s => new OcsfEvents(() => s.GetRequiredService<INoteSigner>().Name, Version(), options.Console));
        services.TryAddSingleton<Exporter>();
        var client = new Lazy<HttpClient>(() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = options.Timeout });
        if (options.Directory is { Length: > 0 } directory)
            services.AddSingleton<IExportSink>(new FileSink(directory));
        if (options.Http.Url.Length > 0)
            services.AddSingleton<IExportSink>(s => new HttpSink(options, client.Value, s.GetRequiredService<TimeProvider>()));
        if (options.Otlp.Url.Length > 0)
            services.AddSingleton<IExportSink>(new OtlpSink(options, client.Value));
        services.AddHostedService<ExportService>();
        return services;
    }

    private static string Version() => typeof(ExportServices).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "1.0.0";
}
