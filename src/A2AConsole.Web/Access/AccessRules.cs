using System.Security.Claims;
using System.Threading.RateLimiting;
using A2AConsole.Core.Crypto;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Trust;
using A2AConsole.Trust.Custody;
using A2AConsole.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;

namespace A2AConsole.Web.Access;

/// <summary>Who gets in: accounts, the cookie, and the rule that nothing answers an anonymous visitor unless it says so.</summary>
internal static class AccessRules
{
    /// <summary>Wrong passwords for one account from one source, before that source has to wait.</summary>
    public const int AttemptsBeforeLockout = 5;
    /// <summary>Wrong passwords for one account from all sources together, before it is locked for everybody (NIST SP 800-63B §3.2.2).</summary>
    public const int AttemptsInAll = 100;
    public static readonly TimeSpan Lockout = TimeSpan.FromMinutes(15);
    /// <summary>How long a session lasts that is not used; an open page is used by HTTP once only, when it is opened.</summary>
    public static readonly TimeSpan SessionLifetime = TimeSpan.FromHours(10);
    public const string SignInPath = "/account/sign-in";
    /// <summary>Where a new account's owner goes on.</summary>
    public const string SignInWithNewPath = SignInPath + "?ready=account";
    /// <summary>Where somebody goes on who has just chosen a password.</summary>
    public const string SignInWithPasswordPath = SignInPath + "?ready=password";
    public const string DeniedPath = "/account/denied";

    public static void AddAccess(this IServiceCollection services, string keyDirectory, CookieSecurePolicy secure)
    {
        services.AddDataProtection().SetApplicationName("A2AConsole").PersistKeysToFileSystem(new DirectoryInfo(keyDirectory));
        services.AddSingleton(s => new KeyRingCipher(() => KeyPassphrase.Resolve(s.GetRequiredService<PrivateDirectory>(),
            s.GetRequiredService<TrustOptions>().KeyPassphrase, s.GetRequiredService<ILoggerFactory>().CreateLogger("A2AConsole.Trust.Custody"))));
        services.AddOptions<KeyManagementOptions>().Configure<KeyRingCipher>((o, cipher) => o.XmlEncryptor = new KeyRingEncryptor(cipher));
        services.AddIdentityCore<ConsoleUser>(Accounts)
            .AddRoles<IdentityRole>()
            .AddConsoleUserStore()
            .AddSignInManager()
            .AddDefaultTokenProviders();
        services.Configure<DataProtectionTokenProviderOptions>(o => o.TokenLifespan = TimeSpan.FromHours(1));
        services.Configure<SecurityStampValidatorOptions>(o =>
        {
            o.ValidationInterval = TimeSpan.FromMinutes(1);
            o.TimeProvider = TimeProvider.System;
            // Which session it is outlives the refreshing of the account's claims.
            o.OnRefreshingPrincipal = context =>
            {
                if (context.CurrentPrincipal?.FindFirst(EndedSessions.ClaimType) is { } session)
                    ((ClaimsIdentity)context.NewPrincipal!.Identity!).AddClaim(new Claim(session.Type, session.Value));
                return Task.CompletedTask;
            };
        });

        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies(cookies => cookies.ApplicationCookie!.Configure(o => Cookie(o, secure)));
        services.AddAuthentication().AddScheme<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions, TokenSignIn>(TokenSignIn.SchemeName, null);
        services.AddAuthorization(options =>
        {
            options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
            options.AddPolicy(TokenSignIn.Policy, p => p.AddAuthenticationSchemes(TokenSignIn.SchemeName).RequireAuthenticatedUser());
            foreach (var permission in Permission.All)
                permission.AddTo(options);
        });
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, CircuitUser>();
        services.AddAntiforgery(o =>
        {
            o.Cookie.Name = "a2aconsole.form";
            o.Cookie.SecurePolicy = secure;
            o.SuppressXFrameOptionsHeader = true;
        });
        services.AddRateLimiter(ForSignIn);

        services.Configure<IdentityPasskeyOptions>(o =>
        {
            o.UserVerificationRequirement = "required";
            o.ResidentKeyRequirement = "preferred";
            o.IsAllowedAlgorithm = algorithm => algorithm == CoseKey.AlgorithmNumber;
        });
        services.AddOptions<IdentityPasskeyOptions>().Configure<PublicAddress>((o, address) =>
        {
            if (address.Url is { } url)
                o.ServerDomain = url.Host;
        });
        services.AddScoped<Passkeys>();
        services.AddScoped<SignInService>();
        services.AddScoped<UserAdministration>();
        services.AddScoped<CurrentUser>();
        services.AddSingleton(new EndedSessions(TimeProvider.System));
        services.AddSingleton(new WrongPasswords(TimeProvider.System));
        services.AddSingleton<SignInRecorder>();
        services.AddSingleton<SetUpLink>();
    }

    private static void Accounts(IdentityOptions options)
    {
        options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
        options.Lockout.MaxFailedAccessAttempts = AttemptsInAll;
        options.Lockout.DefaultLockoutTimeSpan = Lockout;
        // Length beats composition rules (NIST SP 800-63B §3.1.1.2).
        options.Password.RequiredLength = 12;
        options.Password.RequireDigit = options.Password.RequireLowercase = options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false;
        options.Password.RequiredUniqueChars = 5;
        options.User.AllowedUserNameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._@+";
    }

    private static void Cookie(Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationOptions options, CookieSecurePolicy secure)
    {
        // Sessions live by the machine's clock: the demo's shows the past while it writes its history, and would end them all after it.
        options.TimeProvider = TimeProvider.System;
        options.Cookie.Name = "a2aconsole";
        // People sign in by the real clock: while the demo writes its history, the host's shows the past.
        options.TimeProvider = TimeProvider.System;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = secure;
        options.ExpireTimeSpan = SessionLifetime;
        options.SlidingExpiration = true;
        options.LoginPath = SignInPath;
        options.AccessDeniedPath = DeniedPath;
        options.ReturnUrlParameter = "returnUrl";
        var validate = options.Events.OnValidatePrincipal;
        options.Events.OnValidatePrincipal = async context =>
        {
            if (context.HttpContext.RequestServices.GetRequiredService<EndedSessions>().HasEnded(context.Principal!))
                context.RejectPrincipal();
            else
                await validate(context);
        };
        // A program that asks for data gets the status, not a sign-in page.
        options.Events.OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => Answer(context, StatusCodes.Status403Forbidden);
    }

    private static Task Answer(Microsoft.AspNetCore.Authentication.RedirectContext<Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationOptions> context, int status)
    {
        if (context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
            context.Response.Redirect(context.RedirectUri);
        else
            context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    // Checking a password costs tens of milliseconds of CPU: what one address may ask for is bounded.
    private static void ForSignIn(Microsoft.AspNetCore.RateLimiting.RateLimiterOptions options)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        // With a body of its own: an answer without one is made into a page, for which one has to be signed in.
        options.OnRejected = (context, cancellationToken) => new(context.HttpContext.Response.WriteAsync("Too many attempts from your address. Wait half a minute and try again.\n", cancellationToken));
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            HttpMethods.IsPost(context.Request.Method) && context.Request.Path.StartsWithSegments("/account")
                ? RateLimitPartition.GetTokenBucketLimiter(context.Connection.RemoteIpAddress?.ToString() ?? "", _ => new()
                {
                    TokenLimit = 40,
                    TokensPerPeriod = 20,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(30),
                    QueueLimit = 0,
                })
                : RateLimitPartition.GetNoLimiter(""));
    }
}
