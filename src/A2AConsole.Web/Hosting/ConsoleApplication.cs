using System.Net;
using A2AConsole.Data;
using A2AConsole.Data.Ledger;
using A2AConsole.Demo;
using A2AConsole.Detection.Export;
using A2AConsole.Detection;
using A2AConsole.Ingest;
using A2AConsole.Policy.Notices;
using A2AConsole.Policy;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Approvals;
using A2AConsole.Policy.Deciding;
using A2AConsole.Trust;
using A2AConsole.Web.Access;
using A2AConsole.Web.Hosting.Settings;
using A2AConsole.Web.Pages;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Pages.Api;
using A2AConsole.Web.Pages.Approvals;
using A2AConsole.Web.Pages.Audit;
using A2AConsole.Web.Pages.Events;
using A2AConsole.Web.Pages.Provenance;
using Microsoft.Extensions.Configuration.Json;
using MudBlazor.Services;

namespace A2AConsole.Web.Hosting;

/// <summary>Puts the host together: store, authority, edge, demo and the console's own pages.</summary>
public static class ConsoleApplication
{
    public const string DefaultUrls = "http://localhost:5080";
    private const string DefaultEdgeUrls = "https://localhost:7443";

    // The demo's history begins a week before its trust domain is made.
    private static readonly TimeSpan DemoPast = TimeSpan.FromDays(8);

    /// <summary>Builds the application; nothing listens yet. <paramref name="configure"/> registers first: a test puts fakes in a service's place.</summary>
    public static WebApplication Build(LaunchOptions launch, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(ConsoleApplication).Assembly.GetName().Name,
            // Beside the program, whatever the working directory is; and never the data directory: watching that costs CPU.
            ContentRootPath = AppContext.BaseDirectory,
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. launch.Settings],
        });
        // Serves the packages' assets from where the build left them, so that the built program runs without being published.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseSetting(WebHostDefaults.PreventHostingStartupKey, "true");
        builder.Host.UseDefaultServiceProvider(o => o.ValidateScopes = o.ValidateOnBuild = false);
        ReadOperatorsFile(builder.Configuration, launch);
        Override(builder.Configuration, launch);
        SettingsCheck.Require(builder.Configuration);
        TellAgentsOfTheEdge(builder.Configuration);

        var settings = Settings(builder.Configuration, launch);
        settings.Prepare();
        Logging(builder.Logging);
        var urls = launch.Urls ?? builder.Configuration["A2AConsole:Web:Urls"] ?? DefaultUrls;
        var address = PublicAddress.Read(builder.Configuration.GetSection("A2AConsole:Web"), urls);
        builder.Services.AddSingleton(address);
        Listen(builder, urls);
        configure?.Invoke(builder.Services);
        Services(builder, settings, address);

        var app = builder.Build();
        Pipeline(app);
        return app;
    }

    // DIR/appsettings.json: stronger than the program's own, weaker than environment and arguments.
    private static void ReadOperatorsFile(ConfigurationManager configuration, LaunchOptions launch)
    {
        var file = new JsonConfigurationSource { Path = Path.Combine(DataDirectory(configuration, launch), "appsettings.json"), Optional = true };
        file.ResolveFileProvider();
        var sources = ((IConfigurationBuilder)configuration).Sources;
        sources.Insert(sources.ToList().FindLastIndex(s => s is JsonConfigurationSource) + 1, file);
    }

    private static string DataDirectory(ConfigurationManager configuration, LaunchOptions launch)
        => Path.GetFullPath(launch.Data ?? configuration["A2AConsole:Data:Directory"] ?? ConsoleSettings.DefaultDirectory);

    private static void Override(ConfigurationManager configuration, LaunchOptions launch)
    {
        var values = new Dictionary<string, string?>();
        if ((launch.EdgeUrls ?? (configuration.GetSection("A2AConsole:Ingest:Urls").GetChildren().Any() ? null : DefaultEdgeUrls)) is { } edges)
        {
            var urls = edges.Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i < urls.Length; i++)
                values[$"A2AConsole:Ingest:Urls:{i}"] = urls[i];
        }
        if (launch.AuthorityUrls is not null)
            values["A2AConsole:Trust:AuthorityUrl"] = launch.AuthorityUrls;
        if (launch.Roles is not null)
            values["A2AConsole:Roles"] = launch.Roles;
        configuration.AddInMemoryCollection(values);
    }

    private static void TellAgentsOfTheEdge(ConfigurationManager configuration)
    {
        // What agents are told at enrolment: where the edge is, unless a load balancer's name was configured.
        if (configuration["A2AConsole:Trust:EdgeUrl"] is null)
            configuration["A2AConsole:Trust:EdgeUrl"] = configuration["A2AConsole:Ingest:Urls:0"];
    }

    private static ConsoleSettings Settings(ConfigurationManager configuration, LaunchOptions launch)
    {
        return new(DataDirectory(configuration, launch), launch.Demo, configuration["A2AConsole:Environment"] ?? (launch.Demo ? "demo" : "production"),
            HostRoles.Parse(configuration["A2AConsole:Roles"], launch.Demo, configuration.GetValue<DataProvider>("A2AConsole:Data:Provider") != DataProvider.Sqlite)) { NewAdminLink = launch.NewAdminLink };
    }

    private static void Logging(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.TimestampFormat = "HH:mm:ss ";
            o.UseUtcTimestamp = true;
        });
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System.Net.Http", LogLevel.Warning);
        // A wrong token is its sender's matter, and answered; anybody could fill the log with it.
        logging.AddFilter("A2AConsole.Web.Access.TokenSignIn", LogLevel.Warning);
        logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Error);
        // The proxy would say three lines for each message; what fails becomes an answer and a finding.
        logging.AddFilter("Yarp", LogLevel.Warning);
        // Said once by the start itself, in one sentence.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error);
        // The key ring lies in the key directory, which only this user can read, under the keys' passphrase.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
    }

    private static void Listen(WebApplicationBuilder builder, string urls)
    {
        builder.WebHost.UseUrls();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            foreach (var text in urls.Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                var address = BindingAddress.Parse(text);
                void Scheme(Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions listen)
                {
                    if (address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase))
                        listen.UseHttps();
                }
                // "localhost" means both loopbacks, for which Kestrel cannot choose a free port.
                if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) && address.Port == 0)
                    kestrel.Listen(IPAddress.Loopback, 0, Scheme);
                else if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
                    kestrel.ListenLocalhost(address.Port, Scheme);
                else if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
                    kestrel.Listen(ip, address.Port, Scheme);
                else
                    kestrel.ListenAnyIP(address.Port, Scheme);
            }
        });
    }

    private static void Services(WebApplicationBuilder builder, ConsoleSettings settings, PublicAddress address)
    {
        var services = builder.Services;
        var database = Path.Combine(settings.DataDirectory, ConsoleSettings.DatabaseName);
        var storeExists = File.Exists(database);
        services.AddSingleton(settings);
        services.AddConsoleData(options =>
        {
            builder.Configuration.GetSection("A2AConsole:Data").Bind(options);
            options.SqlitePath = database;
        });
        services.AddTrust(options =>
        {
            builder.Configuration.GetSection(TrustOptions.Section).Bind(options);
            options.KeyDirectory = settings.KeyDirectory;
            options.AuthorityEnabled = settings.Has(HostRole.Authority);
            if (settings.Demo)
                options.AuthorityBackdating = DemoPast;
        });

        services.AddNotices(options =>
        {
            builder.Configuration.GetSection(NoticeOptions.Section).Bind(options);
            options.Console = address.Url;
        });
        services.AddPolicy(options =>
        {
            builder.Configuration.GetSection(PolicyOptions.Section).Bind(options);
            options.CacheDirectory ??= Path.Combine(settings.DataDirectory, "engine");
            options.IsDemo = settings.Demo;
        });
        services.AddDecisions().AddApprovals();
        services.AddDetection(options => builder.Configuration.GetSection(DetectionOptions.Section).Bind(options));

        services.AddAccess(Path.Combine(settings.KeyDirectory, "web"), address.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest);
        services.AddSingleton<AccountsStartup>();
        services.AddHostedService(s => s.GetRequiredService<AccountsStartup>());

        services.AddAlertApi();
        services.AddExport(options =>
        {
            builder.Configuration.GetSection(ExportOptions.Section).Bind(options);
            options.Console = address.Url;
            options.DeadLetters = Path.Combine(settings.DataDirectory, "export-dead");
        });
        services.AddPages();
        services.AddHttpContextAccessor();
        services.AddAgentPages();
        services.AddMudServices();
        services.AddRazorComponents().AddInteractiveServerComponents(o =>
        {
            o.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
            o.JSInteropDefaultCallTimeout = TimeSpan.FromSeconds(20);
        })
        // What the first render has read comes back with the circuit's start: a page of rows is more than the default 32 KB.
        .AddHubOptions(o => o.MaximumReceiveMessageSize = 256 * 1024);

        // Last: what listens starts when everything that it needs has started.
        if (settings.Has(HostRole.Ingest))
            services.AddIngest(options => builder.Configuration.GetSection(IngestOptions.Section).Bind(options));
        if (settings.Demo)
        {
            services.AddDemo(storeExists, options =>
            {
                builder.Configuration.GetSection(DemoOptions.Section).Bind(options);
                options.Directory = Path.Combine(settings.DataDirectory, "demo");
            });
        }
    }

    private static void Pipeline(WebApplication app)
    {
        app.UseSecurityHeaders();
        Health.Use(app);
        app.Services.GetRequiredService<PublicAddress>().Use(app);
        if (!app.Services.GetRequiredService<ConsoleSettings>().Has(HostRole.Console))
        {
            app.Map("/{**path}", () => Results.Text("This process was started without the role Console.\n", statusCode: StatusCodes.Status404NotFound)).AllowAnonymous();
            return;
        }
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapAccount();
        app.MapApprovalFiles();
        app.MapAgentPages();
        app.MapEventFiles();
        app.MapProvenanceFiles();
        app.MapAuditFiles();
        app.MapAlerts();
        app.MapLedger();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null);
    }
}
