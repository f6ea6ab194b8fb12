using A2AConsole.Demo.Identity;
using A2AConsole.Demo.Story;
using A2AConsole.Demo.World;
using A2AConsole.Sdk;
using A2AConsole.Trust;

namespace A2AConsole.Demo.Live;

/// <summary>Where the demo's agents find everything: addresses, clock, the authority that invites them, their directories.</summary>
/// <param name="AuthorityAddress">The authority's listener.</param>
/// <param name="EdgeAddress">The edge's listener.</param>
/// <param name="Directory">Holds one state directory an agent.</param>
/// <param name="Authority">Invites agents.</param>
/// <param name="Time">The clock.</param>
/// <param name="Platform">What the agents run on, and who vouches for it; null: nobody does.</param>
internal sealed record DemoSite(Uri AuthorityAddress, Uri EdgeAddress, string Directory, IAuthority Authority, TimeProvider Time, DemoPlatform? Platform = null)
{
    /// <summary>How an agent of the demo is set up.</summary>
    public AgentOptions OptionsOf(CastMember member) => new()
    {
        Authority = AuthorityAddress,
        Edge = EdgeAddress,
        StateDirectory = StateOf(member),
        TimeProvider = Time,
        Evidence = Platform?.SourcesOf(member) ?? [],
        MaxAttempts = 4,
    };

    public string StateOf(CastMember member) => Path.Combine(Directory, "agents", member.Name);

    public static AgentInvitation Invitation(CastMember member) => new(member.SpiffeId, member.Organisation, member.Owner, member.Tier, IsDemo: true) { MakesEntry = true };

    /// <summary>A story's message as the SDK takes it.</summary>
    public static AgentMessage Message(StoryMessage message, string label)
        => new(message.Type, message.Data) { Audience = message.Audience, Subject = message.Subject, Demo = label };
}
