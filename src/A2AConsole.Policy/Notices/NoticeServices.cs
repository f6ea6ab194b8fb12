using A2AConsole.Data.Queries;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace A2AConsole.Policy.Notices;

/// <summary>Registers notices.</summary>
public static class NoticeServices
{
    /// <summary>Adds the ways that are configured. Throws <see cref="FormatException"/> when the settings are wrong: better no start than nobody told.</summary>
    public static IServiceCollection AddNotices(this IServiceCollection services, Action<NoticeOptions> configure)
    {
        var options = new NoticeOptions();
        configure(options);
        if (options.Fault() is { } fault)
            throw new FormatException(fault);
        services.AddSingleton(options);
        services.TryAddSingleton<NoticeQueries>();
        services.TryAddSingleton<NoticeDesk>();
        if (options.Smtp.Host.Length > 0)
            services.AddSingleton<INoticeChannel, SmtpChannel>();
        if (options.Webhook.Url.Length > 0)
            services.AddSingleton<INoticeChannel>(s => new WebhookChannel(options, Client(options.Timeout), s.GetRequiredService<TimeProvider>()));
        services.AddHostedService<NoticeUpkeep>();
        return services;
    }

    // One connection pool for the life of the host, which follows no redirect and keeps no cookie.
    private static HttpClient Client(TimeSpan timeout)
        => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = timeout };
}
