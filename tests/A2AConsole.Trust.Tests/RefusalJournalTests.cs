using A2AConsole.Core.Ledger;
using A2AConsole.Data;
using A2AConsole.Data.Ledger;
using A2AConsole.Trust.Authority;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Trust.Tests;

public sealed class RefusalJournalTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 5, TimeSpan.Zero));
    private readonly LeafList _ledger = new();
    private readonly RefusalJournal _journal;

    public RefusalJournalTests() => _journal = new RefusalJournal(_ledger, new TrustOptions { RefusalLeavesPerAddress = 3, RefusalLeavesInAll = 10 }, _time);

    [Fact]
    public async Task Many_addresses_together_get_no_more_leaves_than_the_limit_for_all()
    {
        for (var i = 0; i < 5_000; i++)
            await _journal.RecordAsync(Refused(), $"10.{i / 256}.{i % 256}.1");
        Assert.Equal(10, _ledger.Leaves.Count);

        _time.Advance(TimeSpan.FromMinutes(1));
        await _journal.FlushAsync();
        var summary = Assert.Single(_ledger.Leaves.Skip(10));
        Assert.Equal((LeafKind.RefusalSummary, 4_990, "address:other addresses"), (summary.Kind, summary.Count, summary.Actor));
    }

    [Fact]
    public async Task The_next_minute_gives_each_address_its_share_again()
    {
        for (var i = 0; i < 5; i++)
            await _journal.RecordAsync(Refused(), "10.0.0.1");
        _time.Advance(TimeSpan.FromMinutes(1));
        await _journal.RecordAsync(Refused(), "10.0.0.1");
        await _journal.FlushAsync();
        Assert.Equal([null, null, null, null, 2L], _ledger.Leaves.Select(l => l.Count));
    }

    [Fact]
    public async Task A_minute_without_more_than_its_share_has_no_summary()
    {
        await _journal.RecordAsync(Refused(), "10.0.0.1");
        await _journal.FlushAsync(all: true);
        Assert.Single(_ledger.Leaves);
    }

    [Fact]
    public async Task A_summary_that_the_ledger_did_not_take_is_written_later()
    {
        for (var i = 0; i < 5; i++)
            await _journal.RecordAsync(Refused(), "10.0.0.1");
        _ledger.IsFailing = true;
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => _journal.FlushAsync(all: true));
        _ledger.IsFailing = false;
        await _journal.FlushAsync();
        Assert.Equal(2, _ledger.Leaves[^1].Count);
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("::1", "::1")]
    [InlineData(null, "unknown")]
    [InlineData("nonsense", "unknown")]
    public void A_source_is_an_address_or_an_IPv6_subscriber(string? address, string source)
        => Assert.Equal(source, RefusalJournal.SourceOf(address));

    private LedgerLeaf Refused() => new() { Kind = LeafKind.Enrolment, Verdict = LeafVerdict.Refused, Code = "token-unknown", At = _time.GetUtcNow(), Actor = "address:x" };

    private sealed class LeafList : ILedger
    {
        public List<LedgerLeaf> Leaves { get; } = [];
        public bool IsFailing { get; set; }
        public LedgerHead Head => throw new NotSupportedException();
        public event Action<LedgerHead>? Committed { add { } remove { } }
        public bool TryAdmit(AdmissionRequest request, out Task<AdmissionResult> result) => throw new NotSupportedException();

        public Task<LedgerReceipt> RecordAsync(LedgerLeaf leaf, Action<ConsoleDbContext, long>? change = null, CancellationToken cancellationToken = default)
        {
            if (IsFailing)
                throw new LedgerUnavailableException("the disk is full");
            Leaves.Add(leaf);
            return Task.FromResult(new LedgerReceipt(Leaves.Count - 1, null!));
        }
    }
}
