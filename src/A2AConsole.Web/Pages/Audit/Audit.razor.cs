using System.Globalization;
using A2AConsole.Data.Ledger;
using A2AConsole.Trust;
using A2AConsole.Web.Access;
using A2AConsole.Web.Layout;
using A2AConsole.Web.Live;
using A2AConsole.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace A2AConsole.Web.Pages.Audit;

/// <summary>Proves what happened: the checkpoint, a verification of the whole chain, and the records that are not events.</summary>
public sealed partial class Audit : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private LedgerHead _head = new(0, ReadOnlyMemory<byte>.Empty, "", default);
    private long? _verifiedSize;
    private DateTimeOffset? _verifiedAt;
    private CancellationTokenSource? _running;
    private ChainProgress _progress;
    private ChainReport? _report;
    private Exception? _failure;
    private IDisposable? _feed;
    private bool _stopped;

    [Inject] public required LiveFeed Feed { get; init; }
    [Inject] public required ChainVerifier Verifier { get; init; }
    [Inject] public required ITrustDomain Domain { get; init; }
    [Inject] public required CurrentUser Me { get; init; }
    [Inject] public required TimeProvider Clock { get; init; }
    [Inject] public required TopBarFacts Facts { get; init; }

    protected override async Task OnInitializedAsync()
    {
        _head = Feed.Head;
        if (RendererInfo.IsInteractive)
            _feed = Feed.Subscribe(head => InvokeAsync(() => Follow(head)), Pace);
        var me = await Me.RecordAsync();
        (_verifiedSize, _verifiedAt) = (me?.VerifiedSize, me?.VerifiedAt);
    }

    private void Follow(LedgerHead head)
    {
        _head = head;
        StateHasChanged();
    }

    private async Task VerifyAsync()
    {
        if (_running is not null)
            return;
        using var running = _running = new CancellationTokenSource();
        (_report, _failure, _stopped, _progress) = (null, null, false, new(0, _head.Size));
        try
        {
            var me = await Me.RecordAsync();
            var progress = new Pump(this);
            var report = await Verifier.VerifyAsync(me?.VerifiedSize, me?.VerifiedRoot, progress, running.Token);
            _report = report;
            // What does not hold is not remembered: the next check must again start from what once held.
            if (report.Holds)
            {
                (_verifiedSize, _verifiedAt) = (report.Size, Clock.GetUtcNow());
                await Me.RememberVerifiedAsync(report.Size, Convert.ToHexStringLower(report.Root.Span), _verifiedAt.Value);
            }
        }
        catch (OperationCanceledException)
        {
            _stopped = true;
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
        finally
        {
            _running = null;
        }
    }

    private void Cancel() => _running?.Cancel();

    private string Percent => (100 * _progress.Share).ToString("0", CultureInfo.InvariantCulture);

    private string Says => _head.Size == 0 ? "Nothing has been recorded yet." : $"{Numbers.Of(_head.Size, "entry", "entries")}, each provable on its own, none removable.";

    private string Edge => Facts.EdgeAddress;

    private static string Took(TimeSpan took) => took < TimeSpan.FromSeconds(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{took.TotalMilliseconds:0} ms") : string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:0.0} s");

    public void Dispose()
    {
        _feed?.Dispose();
        _running?.Cancel();
    }

    // At most ten pictures a second, whatever the speed of hashing.
    private sealed class Pump(Audit page) : IProgress<ChainProgress>
    {
        private long _last;

        public void Report(ChainProgress value)
        {
            var now = Environment.TickCount64;
            if (now - _last < 100 && value.Done < value.Total)
                return;
            _last = now;
            _ = page.InvokeAsync(() =>
            {
                page._progress = value;
                page.StateHasChanged();
            });
        }
    }
}
