using A2AConsole.Demo.Attacks;
using A2AConsole.Demo.Live;
using A2AConsole.Demo.Story;
using A2AConsole.Demo.World;
using A2AConsole.Sdk;

namespace A2AConsole.Demo.History;

/// <summary>What went wrong in the past, now and then: bytes as they reached the edge, over whose connection, and when.</summary>
internal sealed record Mishap(HistoryAgent Over, ReadOnlyMemory<byte> Envelope, DateTimeOffset ReceivedAt);

/// <summary>Makes mishaps out of good messages. Draws a fixed amount of chance for each, so that the story stays the same.</summary>
internal sealed class Mishaps(Random random, SupplyStory story, IReadOnlyDictionary<CastMember, HistoryAgent> agents)
{
    private const string Label = "history";
    private static readonly TimeSpan Validity = TimeSpan.FromMinutes(5);

    /// <summary>About one message in eighty goes wrong.</summary>
    public Mishap? After(HistoryAgent sender, SignedEvent signed, StoryMessage message, DateTimeOffset receivedAt)
    {
#pragma warning disable CA5394 // Repeatable chance is the point; nothing secret is drawn from it.
        var (draw, delay) = (random.Next(480), TimeSpan.FromSeconds(1 + random.NextDouble() * 20));
#pragma warning restore CA5394
        var at = receivedAt + delay;
        return draw switch
        {
            0 or 1 => new Mishap(sender, signed.Envelope, at),
            2 => new Mishap(sender, SignAt(message, sender, at - TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(14)), at),
            3 when HasAmount(signed) => new Mishap(sender, Forgery.Swap(signed.Envelope, Forgery.RaiseAmount(Forgery.PayloadOf(signed.Envelope))), at),
            4 => new Mishap(sender, SignAt(message with { Data = "{\"amount\":18450}"u8.ToArray() }, sender, at, Validity), at),
            5 => new Mishap(agents[sender.Member == Cast.Forecast ? Cast.DemandFeed : Cast.Forecast], SignAt(message, sender, at, Validity), at),
            _ => null,
        };
    }

    /// <summary>A burst of forged messages within a minute, more than are kept one by one.</summary>
    public IEnumerable<Mishap> Burst(DateTimeOffset at, int count)
    {
        var sender = agents[Cast.SupplierSupport];
        var signed = SignAt(story.AnyPurchase(at), sender, at, Validity);
        var payload = Forgery.PayloadOf(signed);
        for (var i = 0; i < count; i++)
            yield return new Mishap(sender, Forgery.Swap(signed, payload.Replace("\"id\":\"", $"\"id\":\"b{i}-", StringComparison.Ordinal)), at + TimeSpan.FromMilliseconds(40 * i));
    }

    private static bool HasAmount(SignedEvent signed) => Forgery.PayloadOf(signed.Envelope).Contains("\"amount\":\"", StringComparison.Ordinal);

    private static ReadOnlyMemory<byte> SignAt(StoryMessage message, HistoryAgent sender, DateTimeOffset time, TimeSpan lifetime)
        => EventWriter.Sign(DemoSite.Message(message, Label), sender.Identity, time, lifetime).Envelope;
}
