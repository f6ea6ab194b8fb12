using A2AConsole.Core.Ledger;
using A2AConsole.Data;
using A2AConsole.Data.Ledger;
using A2AConsole.Web.Access;
using A2AConsole.Web.Hosting;
using A2AConsole.Web.Pages.Account;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Web.Tests.Access;

public sealed class AccessRuleTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 6, 1, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_set_up_link_is_good_for_an_hour_and_once()
    {
        var link = new SetUpLink(_clock);
        Assert.False(link.IsValid(null));
        var token = link.Create();
        Assert.False(link.IsValid(token + "0"));
        Assert.True(link.TrySpend(token));
        Assert.False(link.TrySpend(token));

        var late = link.Create();
        Assert.False(link.HasExpired(late));
        _clock.Advance(SetUpLink.Lifetime);
        Assert.False(link.IsValid(late));
        Assert.True(link.HasExpired(late));
        Assert.False(link.HasExpired(token));
    }

    [Fact]
    public async Task A_set_up_link_survives_a_ledger_that_takes_nothing_and_is_spent_by_success()
    {
        var link = new SetUpLink(_clock);
        var token = link.Create();
        var (made, there) = (0, false);
        Task Fail() => throw new LedgerUnavailableException("not now");
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => SetUp.OnceAsync(link, token, Fail, () => Task.FromResult(there)));
        Assert.True(link.IsValid(token));
        Assert.True(await SetUp.OnceAsync(link, token, () => Task.FromResult(made++), () => Task.FromResult(there)));
        Assert.False(await SetUp.OnceAsync(link, token, () => Task.FromResult(made++), () => Task.FromResult(there)));
        Assert.Equal(1, made);

        // It failed with an administrator in the store: the answer was lost, not the record.
        (token, there) = (link.Create(), true);
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => SetUp.OnceAsync(link, token, Fail, () => Task.FromResult(there)));
        Assert.False(link.IsValid(token));
        link.GiveBack("another");
        Assert.False(link.IsValid("another"));
    }

    [Fact]
    public async Task A_flood_of_wrong_passwords_gets_few_leaves_and_the_next_one_counts_the_rest()
    {
        var ledger = new NotingLedger();
        var recorder = new SignInRecorder(ledger, _clock);
        for (var i = 0; i < 1000; i++)
            await recorder.RecordAsync("ana", "10.0.0.1", "wrong-password", "A wrong password");
        Assert.Equal(SignInRecorder.PerAccount, ledger.Leaves.Count);

        _clock.Advance(SignInRecorder.Window + TimeSpan.FromSeconds(1));
        await recorder.RecordAsync("ana", "10.0.0.1", "wrong-password", "A wrong password");
        Assert.Equal(1000 - SignInRecorder.PerAccount, ledger.Leaves[^1].Count);
    }

    [Fact]
    public async Task Many_names_from_one_address_are_limited_by_the_address_but_a_success_is_always_written()
    {
        var ledger = new NotingLedger();
        var recorder = new SignInRecorder(ledger, _clock);
        for (var i = 0; i < 500; i++)
            await recorder.RecordAsync("user" + i, "10.0.0.1", "wrong-password", "A wrong password");
        Assert.Equal(SignInRecorder.PerAddress, ledger.Leaves.Count);
        await recorder.RecordAsync("ana", "10.0.0.1", null, "Signed in");
        Assert.Equal(LeafVerdict.Done, ledger.Leaves[^1].Verdict);
    }

    [Theory]
    [InlineData("--demo --data /x --urls http://localhost:1", null)]
    [InlineData("--data=/x --edge-urls=https://localhost:2", null)]
    [InlineData("--colour", "There is no option --colour; --help lists them.")]
    [InlineData("--data --demo", "--data needs a value; --help shows which.")]
    public void Arguments_are_read_or_named(string line, string? expected)
    {
        var options = LaunchOptions.Parse(line.Split(' '), out var error);
        Assert.Equal(expected, error);
        Assert.Equal(expected is null, options is not null);
    }

    [Fact]
    public void A_setting_is_handed_on() =>
        Assert.Equal(["--A2AConsole:Trust:TrustDomain=x.example"], LaunchOptions.Parse(["--A2AConsole:Trust:TrustDomain=x.example"], out _)!.Settings);

    private sealed class NotingLedger : ILedger
    {
        public List<LedgerLeaf> Leaves { get; } = [];
        public LedgerHead Head { get; } = new(0, new byte[32], "", default);
        public event Action<LedgerHead>? Committed { add { } remove { } }
        public bool TryAdmit(AdmissionRequest request, out Task<AdmissionResult> result) => throw new NotSupportedException();

        public Task<LedgerReceipt> RecordAsync(LedgerLeaf leaf, Action<ConsoleDbContext, long>? change = null, CancellationToken cancellationToken = default)
        {
            Leaves.Add(leaf);
            return Task.FromResult(new LedgerReceipt(Leaves.Count - 1, Head));
        }
    }
}
