using System.Text;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Schemas;
using A2AConsole.Demo;
using A2AConsole.Demo.History;
using A2AConsole.Demo.Story;
using A2AConsole.Demo.World;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Sdk.Tests.Demo;

public sealed class StoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_seed_tells_the_same_story()
    {
        Assert.Equal(Tell(7, 500), Tell(7, 500));
        Assert.NotEqual(Tell(7, 500), Tell(8, 500));
    }

    [Fact]
    public void Every_message_matches_its_schema()
    {
        var story = new SupplyStory(2026, "t");
        var types = new HashSet<string>();
        for (var i = 0; i < 4000; i++)
        {
            var message = story.Next(Start.AddSeconds(i * 37));
            types.Add(message.Type);
            var schema = SchemaRegistry.Default.Find(message.Type);
            Assert.NotNull(schema);
            var violation = schema.Validate(message.Data.Span);
            Assert.True(violation is null, $"{message.Type}: {violation}\n{Encoding.UTF8.GetString(message.Data.Span)}");
            Assert.True(SpiffeId.TryParse(message.Audience, out _, out _));
        }
        // What confirms a message that waits tells no story of goods.
        Assert.Equal(SchemaRegistry.Default.All.Select(s => s.Type).Where(t => t != "message.confirmed").Order(), types.Order());
    }

    [Fact]
    public void Later_messages_refer_to_earlier_ones()
    {
        var story = new SupplyStory(2026, "t");
        var (ids, referring) = (new HashSet<string>(), 0);
        for (var i = 0; i < 2000; i++)
        {
            var message = story.Next(Start.AddMinutes(i));
            ids.Add(message.Subject);
            using var data = System.Text.Json.JsonDocument.Parse(message.Data);
            foreach (var name in new[] { "proposalId", "approvalId" })
            {
                if (message.Type is "purchase.approved" or "shipment.release" && data.RootElement.TryGetProperty(name, out var id) && id.GetString() != message.Subject)
                {
                    Assert.Contains(id.GetString()!, ids);
                    referring++;
                }
            }
        }
        Assert.True(referring > 50);
    }

    [Fact]
    public void From_a_poisoned_signal_on_every_step_names_the_one_before()
    {
        var story = new SupplyStory(2026, "t");
        var (by, types) = (new Dictionary<string, List<string>>(), new Dictionary<string, string>());
        var poisons = new List<string>();
        for (var i = 0; i < 3000; i++)
        {
            var message = story.Next(Start.AddMinutes(i));
            var facts = Core.Provenance.Lineage.LineageReader.Read(message.Type, message.Data);
            types[facts.Body] = message.Type;
            if (facts.Document is { } document)
                types.TryAdd(document, facts.Body);
            if (message.Label == SupplyStory.PoisonLabel)
                poisons.Add(facts.Body);
            foreach (var reference in facts.References)
            {
                var target = reference.Kind == Core.Provenance.Lineage.LineageKind.Digest ? reference.Target : types.GetValueOrDefault(reference.Target, "");
                by.TryAdd(target, []);
                by[target].Add(facts.Body);
            }
        }
        Assert.NotEmpty(poisons);
        var affected = new HashSet<string>();
        void Follow(string body)
        {
            foreach (var next in by.GetValueOrDefault(body, []))
                if (affected.Add(next))
                    Follow(next);
        }
        poisons.ForEach(Follow);
        Assert.Superset(new HashSet<string> { "forecast.published", "replenishment.proposed", "purchase.approved", "shipment.release", "invoice.payment.requested" }, affected.Select(a => types[a]).ToHashSet());
    }

    [Fact]
    public void Ten_agents_of_five_organisations_send_and_one_has_no_owner()
    {
        Assert.Equal(10, Cast.Senders.Count);
        Assert.Equal(["Acme", "Dockyard", "Kestrel Components", "NordShip", "Portside"], Cast.Senders.Select(m => m.Organisation).Distinct().Order());
        Assert.Single(Cast.Senders, m => m.Owner is null);
        var story = new SupplyStory(1, "t");
        Assert.Equal(Cast.Senders.Select(m => m.Name).Order(), Enumerable.Range(0, 2000).Select(i => story.Next(Start.AddMinutes(i)).Sender.Name).Distinct().Order());
    }

    [Fact]
    public void The_day_has_a_rhythm_and_the_past_rises_to_the_live_pace()
    {
        var noon = new DateTimeOffset(2026, 6, 3, 11, 0, 0, TimeSpan.Zero);
        Assert.Equal(1.5, DayRhythm.At(noon), 3);
        Assert.True(DayRhythm.At(noon.AddHours(12)) < 0.6);
        Assert.True(DayRhythm.At(noon.AddDays(4)) < 1);

        var pace = new HistoryPace(noon.AddDays(-7), noon, 8000, 2);
        Assert.Equal(2 * DayRhythm.At(noon), pace.At(noon), 3);
        var events = Enumerable.Range(0, 7 * 24 * 60).Sum(minute => 60 * pace.At(noon.AddMinutes(-minute)));
        Assert.InRange(events, 7800, 8200);
    }

    [Fact]
    public void The_demos_clock_never_goes_back_and_ends_in_the_present()
    {
        var present = Start.AddYears(1);
        var clock = new DemoClock(new FakeTimeProvider(present), Start);
        Assert.Equal(Start, clock.GetUtcNow());
        clock.MoveTo(Start.AddHours(1));
        clock.MoveTo(Start);
        Assert.Equal(Start.AddHours(1), clock.GetUtcNow());
        clock.BecomePresent();
        clock.MoveTo(Start);
        Assert.False(clock.IsPast);
        Assert.Equal(present, clock.GetUtcNow());
    }

    private static List<string> Tell(int seed, int count)
    {
        var story = new SupplyStory(seed, "t");
        return [.. Enumerable.Range(0, count).Select(i => story.Next(Start.AddMinutes(i))).Select(m => $"{m.Sender.Name} {m.Type} {m.Audience} {Encoding.UTF8.GetString(m.Data.Span)}")];
    }
}
