using A2AConsole.Core.Admission;
using A2AConsole.Data.Ledger;
using A2AConsole.Demo.Identity;
using A2AConsole.Demo.Live;
using A2AConsole.Demo.Story;
using A2AConsole.Demo.World;
using A2AConsole.Sdk;
using A2AConsole.Trust;
using A2AConsole.Trust.Revoking;

namespace A2AConsole.Demo.History;

/// <summary>
/// Writes the past through the real gates: certificates by the authority, signatures checked by <see cref="EventChecker"/>,
/// everything on the ledger, while the clock shows the time in question. A slice at a time, so that the clock, the renewals and the
/// events of each slice agree.
/// </summary>
internal sealed class HistoryWriter(
    IAuthority authority, SvidGate gate, IAgentDirectory directory, ILedger ledger, EventChecker checker, DemoClock clock,
    DemoReview review, DemoDuties duties, IRevocations revocations, DemoProgress progress, DemoOptions options)
{
    private const string Label = "history";
    // In the last day agents renew at two thirds of an hour; before, hourly, just before the end: half as many certificates to make.
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);
    private static readonly TimeSpan Slice = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Hour = TimeSpan.FromMinutes(58);
    // Somebody tried forged messages by the dozen, as the live world's flood does.
    private static readonly (double Day, int Messages)[] Incidents = [(0.7, 70), (2.6, 140), (5.2, 95), (6.5, 80)];
    // In so short a time the pace hardly changes.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Validity = TimeSpan.FromMinutes(5);

#pragma warning disable CA5394 // Repeatable chance is the point; nothing secret is drawn from it.
    private readonly Random _times = new(options.Seed + 10);
    private Random _ids = new(options.Seed + 11);
    private readonly Random _jitter = new(options.Seed + 12);
    private readonly SupplyStory _story = new(options.Seed, "h");
    private readonly Dictionary<CastMember, HistoryAgent> _agents = Cast.Senders.ToDictionary(m => m, m => new HistoryAgent(m, authority, gate, clock));

    /// <summary>Writes what is missing between <paramref name="state"/> and <paramref name="to"/>.</summary>
    public async Task WriteAsync(HistoryState state, DateTimeOffset to, CancellationToken cancellationToken)
    {
        try
        {
            // Not the ids of the part that is written already.
            _ids = new Random(options.Seed + 11 + (int)(state.WrittenTo - state.From).TotalMinutes);
            await SettleInAsync(state, cancellationToken);
            var pace = new HistoryPace(state.From, to, options.HistoryEvents, options.EventsPerSecond);
            var episodes = new Episodes(state.From, to, state.WrittenTo, review, duties, revocations, member => new HistoryAgent(member, authority, gate, clock));
            var mishaps = new Mishaps(new Random(options.Seed + 13), new SupplyStory(options.Seed + 14, "hx"), _agents);
            for (DateTimeOffset start = state.From, end; start < to; start = end)
            {
                cancellationToken.ThrowIfCancellationRequested();
                end = start + (to - start > Recent ? Hour : Slice);
                end = episodes.Until(start, end < to ? end : to);
                var told = Tell(pace, start, end);
                if (end <= state.WrittenTo)
                    continue;
                clock.MoveTo(start);
                await episodes.PlayAsync(start, cancellationToken);
                await RenewAsync(state, start, end, cancellationToken);
                await AdmitAsync(told, Incident(mishaps, state.From, start, end), mishaps, end, to, cancellationToken);
                (state with { WrittenTo = end }).Save(options.Directory);
                progress.Writing((int)(100 * ((end - state.From) / (to - state.From))));
            }
            (state with { WrittenTo = to, Complete = true }).Save(options.Directory);
        }
        finally
        {
            foreach (var agent in _agents.Values)
                agent.Dispose();
        }
    }

    private async Task SettleInAsync(HistoryState state, CancellationToken cancellationToken)
    {
        clock.MoveTo(state.WrittenTo);
        await Task.WhenAll(_agents.Values.Select(a => a.EnrolAsync(Jitter(), cancellationToken)));
        foreach (var member in Cast.Invited.Where(m => directory.NumberOf(m.SpiffeId) is null))
            await authority.InviteAsync(DemoSite.Invitation(member), "system", cancellationToken);
        if (state.WrittenTo == state.From)
            await duties.AssignAsync(Cast.Senders.Concat(Cast.Invited), cancellationToken);
    }

    /// <summary>What is said in a slice, by whom and when; drawn also for slices that are written already, so that the story goes on the same.</summary>
    private List<(DateTimeOffset At, StoryMessage Message)> Tell(HistoryPace pace, DateTimeOffset start, DateTimeOffset end)
    {
        var told = new List<(DateTimeOffset, StoryMessage)>();
        for (var at = After(start, pace, end); at < end; at = After(at, pace, end))
            told.Add((at, _story.Next(at)));
        return told;
    }

    /// <summary>
    /// When the next message comes: the chance of waiting is drawn once and used up as the pace goes by. To wait at the pace of the
    /// moment would step over everything that quickens after it.
    /// </summary>
    private DateTimeOffset After(DateTimeOffset at, HistoryPace pace, DateTimeOffset end)
    {
        var left = -Math.Log(1 - _times.NextDouble());
        while (at < end)
        {
            var comes = pace.At(at) * Step.TotalSeconds;
            if (comes >= left)
                return at + Step * (left / comes);
            left -= comes;
            at += Step;
        }
        return end;
    }

    private async Task RenewAsync(HistoryState state, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        // Once in the past Portside's agent misses its renewals for three hours.
        var outage = state.From.AddDays(4.1);
        if (start <= outage && outage < end)
            _agents[Cast.CustomsCompliance].SilentUntil = start.AddHours(3);
        // Drawn one after the other, so that chance stays repeatable, and then asked for on all cores.
        var due = _agents.Values.Where(a => a.IsDue(start, end)).Select(agent => (agent, jitter: Jitter())).ToList();
        await Task.WhenAll(due.Select(d => Task.Run(() => d.agent.RenewAsync(d.jitter, cancellationToken), cancellationToken)));
    }

    private static IEnumerable<Mishap> Incident(Mishaps mishaps, DateTimeOffset begin, DateTimeOffset start, DateTimeOffset end)
        => from incident in Incidents
           let at = begin.AddDays(incident.Day)
           where start <= at && at < end
           from mishap in mishaps.Burst(new DateTimeOffset(at.Ticks - at.Ticks % TimeSpan.TicksPerMinute, TimeSpan.Zero), incident.Messages)
           select mishap;

    private async Task AdmitAsync(
        List<(DateTimeOffset At, StoryMessage Message)> told, IEnumerable<Mishap> incident, Mishaps mishaps, DateTimeOffset end, DateTimeOffset present,
        CancellationToken cancellationToken)
    {
        var arrivals = new PriorityQueue<Mishap, DateTimeOffset>();
        foreach (var mishap in incident)
            arrivals.Enqueue(mishap, mishap.ReceivedAt);
        foreach (var (at, message) in told)
        {
            var sender = _agents[message.Sender];
            // An agent without a valid certificate cannot have been heard.
            if (sender.Identity.NotAfter <= at)
                continue;
            var signed = EventWriter.Sign(DemoSite.Message(message, message.Label ?? Label), sender.Identity, at, Validity, NextId(at), NextNonce());
            var receivedAt = at + TimeSpan.FromMilliseconds(4 + _ids.Next(70));
            // What is still on its way at the present is not of the past.
            if (receivedAt < present)
                arrivals.Enqueue(new Mishap(sender, signed.Envelope, receivedAt), receivedAt);
            if (mishaps.After(sender, signed, message, receivedAt) is { } mishap && mishap.ReceivedAt < end && mishap.Over.Identity.NotAfter > mishap.ReceivedAt)
                arrivals.Enqueue(mishap, mishap.ReceivedAt);
        }
        var answers = new List<Task>(arrivals.Count);
        while (arrivals.TryDequeue(out var arrival, out _))
            answers.Add(await QueueAsync(arrival, cancellationToken));
        await Task.WhenAll(answers);
    }

    private async Task<Task> QueueAsync(Mishap arrival, CancellationToken cancellationToken)
    {
        clock.MoveTo(arrival.ReceivedAt);
        var found = checker.Check(arrival.Envelope, arrival.Over.Svid, arrival.ReceivedAt);
        var request = new AdmissionRequest
        {
            AgentNumber = arrival.Over.Number,
            AgentId = arrival.Over.Member.SpiffeId,
            CertificateSerial = arrival.Over.Svid.Serial,
            ReceivedAt = arrival.ReceivedAt,
            Items =
            [
                new AdmissionItem
                {
                    Bytes = found.Bytes,
                    Size = found.Size,
                    Digest = found.Digest,
                    Facts = found.Facts,
                    Refusal = found.Refusal,
                    SchemaRefusal = found.SchemaRefusal,
                    Detail = found.Detail,
                    Money = found.Money,
                },
            ],
        };
        Task<AdmissionResult>? answer;
        while (!ledger.TryAdmit(request, out answer))
            await Task.Delay(5, cancellationToken);
        return answer;
    }

    private double Jitter() => (_jitter.NextDouble() - 0.5) * 0.06;

    // A UUIDv7 (RFC 9562 §5.7) of a time in the past, its random part from the seed.
    private string NextId(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ids.NextBytes(bytes);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, (at.ToUnixTimeMilliseconds() << 16) | 0x7000 | (uint)(bytes[6] & 0x0F) << 8 | bytes[7]);
        bytes[8] = (byte)(bytes[8] & 0x3F | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    private string NextNonce()
    {
        Span<byte> bytes = stackalloc byte[16];
        _ids.NextBytes(bytes);
        return System.Buffers.Text.Base64Url.EncodeToString(bytes);
    }
#pragma warning restore CA5394
}
