using A2AConsole.Web.Hosting;
using A2AConsole.Web.Hosting.Settings;
using Microsoft.Extensions.Configuration;

namespace A2AConsole.Web.Tests.Hosting;

/// <summary>A setting that cannot be is named with what would be right; nothing starts with a typing error.</summary>
public sealed class SettingsTests
{
    private static IReadOnlyList<string> Faults(params (string Key, string Value)[] settings)
        => SettingsCheck.Faults(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("A2AConsole:" + s.Key, (string?)s.Value))).Build());

    [Theory]
    [InlineData("Data:PayloadLifetme", "90.00:00:00", "A2AConsole:Data:PayloadLifetme is no setting; did you mean A2AConsole:Data:PayloadLifetime?")]
    [InlineData("Trust:SvidLifeTimes", "01:00:00", "did you mean A2AConsole:Trust:SvidLifetime?")]
    [InlineData("Ingset:MaxAge", "00:05:00", "did you mean A2AConsole:Ingest?")]
    [InlineData("Trust:Pkcs11:Libary", "/x.so", "did you mean A2AConsole:Trust:Pkcs11:Library?")]
    [InlineData("Ingest:A2A:Agents:0:Spiffe", "x", "did you mean A2AConsole:Ingest:A2A:Agents:0:SpiffeId?")]
    [InlineData("Web:Zebra", "x", "A2AConsole:Web has KnownProxies, PublicUrl, Urls.")]
    // Set by the program itself: configured it would be nothing.
    [InlineData("Trust:KeyDirectory", "/keys", "A2AConsole:Trust:KeyDirectory is no setting")]
    [InlineData("Data:SqlitePath", "/a.db", "A2AConsole:Data:SqlitePath is no setting")]
    [InlineData("Ingest:Urls", "https://a:1", "A2AConsole:Ingest:Urls is not one value; right is a list: A2AConsole:Ingest:Urls:0 and so on.")]
    [InlineData("Trust:ServerNames:edge", "a", "its items are A2AConsole:Trust:ServerNames:0")]
    [InlineData("Data:QueueEvents:Most", "5", "A2AConsole:Data:QueueEvents is one value, and has Most below it.")]
    [InlineData("Data:QueueEvents", "many", "A2AConsole:Data:QueueEvents is 'many'; right is a whole number.")]
    [InlineData("Data:Provider", "Postgres", "A2AConsole:Data:Provider is 'Postgres'; right is Sqlite or SqlServer.")]
    [InlineData("Data:Provider", "7", "right is Sqlite or SqlServer.")]
    [InlineData("Trust:SvidLifetime", "1h", "A2AConsole:Trust:SvidLifetime is '1h'; right is a time span")]
    public void A_name_or_value_that_is_none_is_named_with_the_nearest_right_one(string key, string value, string says)
        => Assert.Contains(says, Assert.Single(Faults((key, value))), StringComparison.Ordinal);

    [Theory]
    // To .NET this is 24 days.
    [InlineData("Trust:SvidLifetime", "24:00:00", "A2AConsole:Trust:SvidLifetime is 24 days; right is from 1 min to 7 days, written as days.hours:minutes:seconds.")]
    [InlineData("Data:PayloadLifetime", "0", "A2AConsole:Data:PayloadLifetime is nothing; right is from 1 h")]
    [InlineData("Data:RetentionInterval", "-00:10:00", "is less than nothing")]
    [InlineData("Trust:JoinTokenLifetime", "-00:10:00", "A2AConsole:Trust:JoinTokenLifetime is less than nothing; right is from 10 s to 7 days")]
    [InlineData("Trust:IssuingLifetime", "4000.00:00:00", "A2AConsole:Trust:IssuingLifetime is 4,000 days; right is from 1 h to 3,653 days (RootLifetime)")]
    [InlineData("Trust:NoncesPerAddress", "20001", "right is from 1 to 20,000.")]
    [InlineData("Trust:TrustDomain", "Acme Example", "A2AConsole:Trust:TrustDomain is 'Acme Example'")]
    [InlineData("Trust:EdgeUrl", "edge.acme.example:7443", "A2AConsole:Trust:EdgeUrl is 'edge.acme.example:7443'; right is https://host:port without a path.")]
    [InlineData("Trust:StatusUrl", "ftp://a", "A2AConsole:Trust:StatusUrl is 'ftp://a'")]
    [InlineData("Ingest:Urls:0", "http://localhost:7443", "A2AConsole:Ingest:Urls:0 is 'http://localhost:7443'")]
    [InlineData("Ingest:MaxRequestBytes", "2048", "A2AConsole:Ingest:MaxRequestBytes is 2,048; right is from 262,144 to")]
    [InlineData("Ingest:MaxLifetime", "5.00:00:00", "A2AConsole:Ingest:MaxLifetime is 5 days")]
    [InlineData("Data:Provider", "SqlServer", "A2AConsole:Data:ConnectionString is missing")]
    [InlineData("Policy:EscalateAfter", "1.5", "A2AConsole:Policy:EscalateAfter is 1.5; right is from 0 to 1.")]
    public void A_value_beyond_its_bounds_is_named_with_them(string key, string value, string says)
        => Assert.Contains(Faults((key, value)), fault => fault.Contains(says, StringComparison.Ordinal));

    [Fact]
    public void Every_fault_is_a_sentence_of_its_own_and_what_is_right_is_taken_however_it_is_spelt()
    {
        Assert.Equal(2, Faults(("Data:PayloadLifetime", "0"), ("trust:SVIDLIFETIME", "30.00:00:00")).Count);
        Assert.Empty(Faults(("DATA:PROVIDER", "sqlite"), ("Trust:SvidLifetime", "00:30:00"), ("Ingest:Environments:0", "prod"), ("Trust:AuthorityUrl", "https://0.0.0.0:7444"), ("Trust:InspectionInterval", "0")));
        Assert.Empty(Faults());
    }

    [Fact]
    public void The_sample_and_the_environment_variables_that_are_no_settings_pass()
    {
        Assert.Empty(SettingsCheck.Faults(new ConfigurationBuilder().AddJsonFile(SampleSettingsTests.Find("appsettings.sample.json")).Build()));
        Assert.Empty(SettingsCheck.Faults(new ConfigurationBuilder().AddInMemoryCollection([new("A2ACONSOLE_KEY_PASSPHRASE", "x"), new("Logging:LogLevel:Default", "Debug")]).Build()));
    }

    [Fact]
    public void Nothing_is_made_before_the_settings_are_right()
    {
        var never = Path.Combine(Path.GetTempPath(), "a2aconsole-never-made");
        var refusal = Assert.Throws<SettingsException>(() => ConsoleApplication.Build(new LaunchOptions { Data = never, Settings = ["--A2AConsole:Data:PayloadLifetme=1.00:00:00", "--A2AConsole:Data:Proivder=Sqlite"] }));
        Assert.Equal(2, refusal.Faults.Count);
        Assert.False(Directory.Exists(never));
        var said = StartFailure.Explain(refusal, null);
        Assert.Equal(3, said.Split(Environment.NewLine).Length);
    }
}
