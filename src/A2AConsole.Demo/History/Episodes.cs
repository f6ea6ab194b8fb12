using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Demo.Identity;
using A2AConsole.Demo.World;
using A2AConsole.Trust;
using A2AConsole.Trust.Revoking;

namespace A2AConsole.Demo.History;

/// <summary>
/// What happened to certificates in the past, each at its time: a review is opened and one agent confirmed, a partner's agent is revoked, and one
/// that hangs gets its last certificate. A slice ends where one of them begins.
/// </summary>
internal sealed class Episodes
{
    // Renewal is at two thirds of an hour; so long ago that the certificate is stale and not over yet.
    private static readonly TimeSpan StaleFor = TimeSpan.FromMinutes(47);
    private static readonly TimeSpan ReminderRound = TimeSpan.FromHours(24);

    private readonly DateTimeOffset _from, _to;
    private readonly DemoReview _review;
    private readonly DemoDuties _duties;
    private readonly IRevocations _revocations;
    private readonly Func<CastMember, HistoryAgent> _newcomer;
    private readonly SortedList<DateTimeOffset, Func<CancellationToken, Task>> _acts = [];
    private int? _campaign;
    private DateTimeOffset _reminded;

    public Episodes(DateTimeOffset from, DateTimeOffset to, DateTimeOffset written, DemoReview review, DemoDuties duties, IRevocations revocations, Func<CastMember, HistoryAgent> newcomer)
    {
        (_from, _to, _review, _duties, _revocations, _newcomer, _reminded) = (from, to, review, duties, revocations, newcomer, written);
        At(0.08, OpenReviewAsync);
        At(0.55, async cancellationToken =>
        {
            if (_campaign is { } campaign)
                await _review.ConfirmAsync(campaign, cancellationToken);
        });
        At(0.60, token => EnrolAsync(Cast.SlotBroker, token));
        At(0.61, token => RevokeAsync(Cast.SlotBroker, token));
        _acts.TryAdd(to - StaleFor, token => EnrolAsync(Cast.TrackingGateway, token));
        // What an interrupted start has written already is not done twice.
        foreach (var done in _acts.Keys.Where(at => at < written).ToList())
            _acts.Remove(done);
    }

    /// <summary>Where a slice from <paramref name="start"/> to <paramref name="end"/> has to end, so that the next act begins the next slice.</summary>
    public DateTimeOffset Until(DateTimeOffset start, DateTimeOffset end) => _acts.Keys.FirstOrDefault(at => at > start && at < end) is var next && next != default ? next : end;

    /// <summary>Does what is due at a slice's start; the clock shows it.</summary>
    public async Task PlayAsync(DateTimeOffset start, CancellationToken cancellationToken)
    {
        if (start >= _reminded + ReminderRound)
        {
            _reminded = start;
            await _review.AdvanceAsync(cancellationToken);
        }
        while (_acts.Count > 0 && _acts.Keys[0] <= start)
        {
            var act = _acts.Values[0];
            _acts.RemoveAt(0);
            await act(cancellationToken);
        }
    }

    private void At(double share, Func<CancellationToken, Task> act) => _acts.TryAdd(_from + (_to - _from) * share, act);

    // A day and a bit overdue by now, with grace left.
    private async Task OpenReviewAsync(CancellationToken cancellationToken)
        => _campaign = await _review.OpenAsync(_from + (_to - _from) * 0.82, cancellationToken);

    private async Task EnrolAsync(CastMember member, CancellationToken cancellationToken)
    {
        using var agent = _newcomer(member);
        await agent.EnrolAsync(0, cancellationToken);
        await _duties.AssignAsync([member], cancellationToken);
    }

    private Task<RevocationOutcome> RevokeAsync(CastMember member, CancellationToken cancellationToken)
        => _revocations.RevokeAsync(new(RevocationScope.Agent, member.SpiffeId, RevocationReason.KeyCompromise, DemoSetUp.StolenLaptop),
            "user:analyst@acme.example", null, cancellationToken);
}
