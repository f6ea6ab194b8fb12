using A2AConsole.Data.Entities;
using A2AConsole.Testing;

namespace A2AConsole.Web.Tests.Events;

/// <summary>A real site with one agent that sends real events over the edge.</summary>
public sealed class EventSite : IAsyncLifetime
{
    public TestSite Site { get; private set; } = null!;
    public TestAgent Agent { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Site = await TestSite.StartAsync();
        Agent = await Site.EnrollAsync("forecast");
    }

    /// <summary>Sends events one after the other and returns their leaves.</summary>
    public async Task<IReadOnlyList<long>> SendAsync(int count)
    {
        var leaves = new List<long>();
        for (var i = 0; i < count; i++)
        {
            var reply = (await Agent.SendAsync()).Json;
            Assert.True(reply.TryGetProperty("leafIndex", out var leaf), reply.GetRawText());
            leaves.Add(leaf.GetInt64());
        }
        return leaves;
    }

    /// <summary>Adds a person of the console, whose id is her name.</summary>
    public Task<int> AddPersonAsync(string id) => Site.QueryAsync(db =>
    {
        db.Users.Add(new ConsoleUser { Id = id, UserName = id, NormalizedUserName = id.ToUpperInvariant(), DisplayName = id });
        return db.SaveChangesAsync();
    });

    public ValueTask DisposeAsync() => Site.DisposeAsync();
}
