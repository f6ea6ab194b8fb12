using System.Diagnostics;
using System.Net;
using A2AConsole.Core.Ledger;
using A2AConsole.Testing;
using A2AConsole.Trust.Custody;
using A2AConsole.Trust.Custody.Pkcs11;
using A2AConsole.Trust.Outage;
using Microsoft.EntityFrameworkCore;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace A2AConsole.Trust.Tests.Custody;

public sealed class FileCustodyTests : KeyCustodyContract, IDisposable
{
    private readonly string _directory = Path.Combine(Directory.CreateTempSubdirectory("a2a-custody-").FullName, "keys");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_directory)!, recursive: true);

    protected override Task<IKeyCustody> OpenAsync()
        => Task.FromResult<IKeyCustody>(new EncryptedFileCustody(new PrivateDirectory(_directory), () => "correct horse"));
}

/// <summary>
/// Against SoftHSM2. One module a process and one configuration a module: all tests share a token, each has labels of its own.
/// </summary>
public sealed class Pkcs11CustodyTests : KeyCustodyContract, IDisposable
{
    private const string Library = "/usr/lib/softhsm/libsofthsm2.so";
    private const string Token = "a2aconsole-tests";
    private const string Pin = "1234";
    private static readonly Lazy<Task> Initialised = new(InitialiseAsync);

    private static string _tokens = "";

    private readonly string _prefix = $"t{Guid.NewGuid():n}-";
    private readonly List<Pkcs11Custody> _opened = [];

    public void Dispose() => _opened.ForEach(c => c.Dispose());

    [Fact]
    public async Task It_goes_on_signing_after_its_sessions_were_lost()
    {
        var key = (await OpenAsync()).GetOrCreate("issuing", KeyKind.EcdsaP256);
        key.Sign([1]);
        CloseSessions();
        Assert.Equal(64, key.Sign([2]).Length);
        Assert.Equal(64, key.Sign([3]).Length);
    }

    [Fact]
    public async Task While_the_token_is_away_nothing_is_issued_and_the_reason_is_said_and_when_it_is_back_it_goes_on()
    {
        await Initialised.Value;
        await using var host = await AuthorityHost.StartOnFilesAsync(options => (options.Custody, options.Pkcs11) = (CustodyKind.Pkcs11, Options()));
        using var before = await host.EnrolledAsync();
        var token = await host.InviteAsync("spiffe://acme.test/env/test/role/planner/agent/p-2");
        var away = Directory.CreateTempSubdirectory("a2a-softhsm-away-").FullName;
        CloseSessions();
        MoveTokens(_tokens, away);
        try
        {
            using var refused = await host.EnrollAsync(token, Csr.NewPem());
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains("custody-unavailable", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Contains($"the issuing key cannot sign: No token \"{Token}\"", await host.Get<IAuthorityProbe>().LookAsync(default), StringComparison.Ordinal);
            Assert.Equal(1, await host.QueryAsync(db => db.Certificates.CountAsync()));
            Assert.DoesNotContain(host.Ledger.Leaves, l => l is { Kind: LeafKind.Enrolment, Verdict: LeafVerdict.Done } && l.Actor!.EndsWith("p-2", StringComparison.Ordinal));
            // What was issued goes on to count: the edge needs no key of the token.
            Assert.True(host.Gate.Check(before).IsAccepted);
        }
        finally
        {
            MoveTokens(away, _tokens);
        }
        Assert.Null(await host.Get<IAuthorityProbe>().LookAsync(default));
        // The token that could not be spent still can.
        using var issued = await host.EnrollAsync(token, Csr.NewPem());
        Assert.Equal(HttpStatusCode.Created, issued.StatusCode);
    }

    [Fact]
    public async Task A_closed_custody_signs_no_more()
    {
        var custody = (Pkcs11Custody)await OpenAsync();
        var key = custody.GetOrCreate("issuing", KeyKind.EcdsaP256);
        custody.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Sign([1]));
    }

    [Theory]
    [InlineData("/nowhere/module.so", Token, Pin, "is not there")]
    [InlineData(Library, "another", Pin, "No token \"another\"")]
    [InlineData(Library, Token, "9999", "does not take the PIN")]
    [InlineData(Library, Token, "", "needs its user PIN")]
    public async Task What_is_wrong_with_module_token_or_PIN_is_said(string library, string token, string pin, string message)
    {
        await Initialised.Value;
        // Logged in by another custody, a wrong PIN would not be asked for.
        using var custody = new Pkcs11Custody(new Pkcs11Options { Library = library, TokenLabel = token, Pin = pin, LabelPrefix = _prefix });
        Assert.Contains(message, Assert.Throws<TrustStartupException>(() => custody.Contains("root")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_are_not_complete_are_refused()
        => Assert.Contains("TokenLabel", Assert.Throws<TrustStartupException>(() => new Pkcs11Custody(new Pkcs11Options { Library = Library })).Message, StringComparison.Ordinal);

    [Fact]
    public async Task The_trust_domain_lives_in_the_module_and_is_found_there_by_the_next_start()
    {
        await Initialised.Value;
        var directory = Directory.CreateTempSubdirectory("a2a-pkcs11-").FullName;
        try
        {
            void Module(TrustOptions options)
            {
                options.Custody = CustodyKind.Pkcs11;
                options.Pkcs11 = Options();
            }
            string root;
            await using (var host = await AuthorityHost.StartInAsync(directory, Module))
            {
                root = host.Domain.RootFingerprint;
                using var agent = await host.EnrolledAsync();
                Assert.True(host.Gate.Check(agent).IsAccepted);
            }
            await using var again = await AuthorityHost.StartInAsync(directory, Module);
            Assert.Equal(root, again.Domain.RootFingerprint);
            Assert.Equal(["server.key"], Directory.GetFiles(Path.Combine(directory, "keys"), "*.key").Select(Path.GetFileName));
            Assert.Contains(Token, (await again.Get<Domain.IAuthorityKeys>().StatusAsync()).Custody, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    protected override async Task<IKeyCustody> OpenAsync()
    {
        await Initialised.Value;
        var custody = new Pkcs11Custody(Options());
        _opened.Add(custody);
        return custody;
    }

    private static void MoveTokens(string from, string to)
    {
        foreach (var token in Directory.GetDirectories(from))
            Directory.Move(token, Path.Combine(to, Path.GetFileName(token)));
    }

    // The module counts sessions by process: closing them here is what a token that was pulled out does to everybody.
    private static void CloseSessions()
    {
        var factories = new Pkcs11InteropFactories();
        var library = factories.Pkcs11LibraryFactory.LoadPkcs11Library(factories, Library, AppType.MultiThreaded);
        library.GetSlotList(SlotsType.WithTokenPresent).Single(s => s.GetTokenInfo().Label == Token).CloseAllSessions();
    }

    private Pkcs11Options Options() => new() { Library = Library, TokenLabel = Token, Pin = Pin, LabelPrefix = _prefix };

    private static async Task InitialiseAsync()
    {
        await DebianPackages.RequireAsync("softhsm2-util", "softhsm2");
        var directory = Directory.CreateTempSubdirectory("a2a-softhsm-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => directory.Delete(recursive: true);
        var configuration = Path.Combine(directory.FullName, "softhsm2.conf");
        var tokens = directory.CreateSubdirectory("tokens");
        _tokens = tokens.FullName;
        await File.WriteAllTextAsync(configuration, $"directories.tokendir = {tokens.FullName}\nobjectstore.backend = file\nlog.level = ERROR\n");
        // Read by the module in this very process, through the C library.
        SetEnvironment("SOFTHSM2_CONF", configuration);
        var start = new ProcessStartInfo("softhsm2-util", ["--init-token", "--free", "--label", Token, "--so-pin", "5678", "--pin", Pin]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SOFTHSM2_CONF"] = configuration;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);
    }

    // The runtime's own setter changes its copy of the environment only.
    private static void SetEnvironment(string name, string value) => Assert.Equal(0, setenv(name, value, 1));

    [System.Runtime.InteropServices.DllImport("libc", CharSet = System.Runtime.InteropServices.CharSet.Ansi, ExactSpelling = true)]
    [System.Runtime.InteropServices.DefaultDllImportSearchPaths(System.Runtime.InteropServices.DllImportSearchPath.SafeDirectories)]
    private static extern int setenv([System.Runtime.InteropServices.MarshalAs(System.Runtime.InteropServices.UnmanagedType.LPUTF8Str)] string name, [System.Runtime.InteropServices.MarshalAs(System.Runtime.InteropServices.UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
