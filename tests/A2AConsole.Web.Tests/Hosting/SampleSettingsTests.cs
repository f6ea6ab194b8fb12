using A2AConsole.Data;
using A2AConsole.Ingest;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Notices;
using A2AConsole.Trust;
using A2AConsole.Trust.Custody.Pkcs11;
using Microsoft.Extensions.Configuration;

namespace A2AConsole.Web.Tests.Hosting;

/// <summary>The sample settings are what the program reads: every key is a real option with a value that it can take.</summary>
public sealed class SampleSettingsTests
{
    private static readonly IConfiguration Sample = new ConfigurationBuilder().AddJsonFile(Find("appsettings.sample.json")).Build();

    [Theory]
    [InlineData("A2AConsole:Data", typeof(DataOptions))]
    [InlineData("A2AConsole:Trust", typeof(TrustOptions))]
    [InlineData("A2AConsole:Ingest", typeof(IngestOptions))]
    [InlineData(PolicyOptions.Section, typeof(PolicyOptions))]
    [InlineData(NoticeOptions.Section, typeof(NoticeOptions))]
    public void Every_sample_key_is_an_option(string section, Type options)
    {
        var bound = Activator.CreateInstance(options)!;
        Sample.GetSection(section).Bind(bound, o => o.ErrorOnUnknownConfiguration = true);
        Assert.NotEmpty(Sample.GetSection(section).GetChildren());
    }

    [Fact]
    public void What_the_sample_says_of_the_authority_arrives()
    {
        var trust = new TrustOptions();
        Sample.GetSection(TrustOptions.Section).Bind(trust);
        Assert.Equal((CustodyKind.Pkcs11, "a2aconsole", "/usr/lib/softhsm/libsofthsm2.so", 8), (trust.Custody, trust.Pkcs11.TokenLabel, trust.Pkcs11.Library, trust.Pkcs11.Sessions));
        var cluster = Assert.Single(trust.KubernetesClusters);
        Assert.Equal(("https://kubernetes.default.svc.cluster.local", null, "https://10.0.0.1:6443"), (cluster.Issuer, cluster.KeysFile, cluster.ApiServer));
        Assert.Equal(["edge.acme.example", "authority.acme.example"], trust.ServerNames);
        // The rest are the defaults.
        var defaults = new TrustOptions();
        Assert.Equal((defaults.SvidLifetime, defaults.JoinTokenLifetime, defaults.RootLifetime, defaults.IssuingLifetime, defaults.BundleRefresh, defaults.NonceLifetime, defaults.InspectionInterval, defaults.ClockSkewLimit),
            (trust.SvidLifetime, trust.JoinTokenLifetime, trust.RootLifetime, trust.IssuingLifetime, trust.BundleRefresh, trust.NonceLifetime, trust.InspectionInterval, trust.ClockSkewLimit));
    }

    [Fact]
    public void The_sample_limits_are_the_defaults()
    {
        var sample = new IngestOptions();
        Sample.GetSection("A2AConsole:Ingest").Bind(sample);
        var defaults = new IngestOptions();
        Assert.Equal((defaults.MaxEventBytes, defaults.MaxRequestBytes, defaults.ClockSkew, defaults.MaxAge, defaults.MaxLifetime, defaults.EventsPerSecond, defaults.EventBurst),
            (sample.MaxEventBytes, sample.MaxRequestBytes, sample.ClockSkew, sample.MaxAge, sample.MaxLifetime, sample.EventsPerSecond, sample.EventBurst));
    }

    [Fact]
    public void The_sample_of_policy_has_the_defaults_and_that_of_notices_two_ways()
    {
        var (policy, defaults, notices) = (new PolicyOptions(), new PolicyOptions(), new NoticeOptions());
        Sample.GetSection(PolicyOptions.Section).Bind(policy);
        Sample.GetSection(NoticeOptions.Section).Bind(notices);
        Assert.Equal((defaults.LookEvery, defaults.Deadline, defaults.Window, defaults.MostPending, defaults.EscalateAfter), (policy.LookEvery, policy.Deadline, policy.Window, policy.MostPending, policy.EscalateAfter));
        Assert.Equal((SmtpSecurity.StartTls, 587, "control-room@acme.example"), (notices.Smtp.Security, notices.Smtp.Port, Assert.Single(notices.Smtp.To)));
        Assert.Equal("https", new Uri(notices.Webhook.Url).Scheme);
    }

    internal static string Find(string name)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, name)))
                return Path.Combine(directory.FullName, name);
        }
        throw new FileNotFoundException(name);
    }
}
