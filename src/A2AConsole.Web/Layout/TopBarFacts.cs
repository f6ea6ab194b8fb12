using A2AConsole.Ingest;
using A2AConsole.Trust;
using A2AConsole.Web.Hosting;

namespace A2AConsole.Web.Layout;

/// <summary>Where one is: the trust domain, the environment, and where its edge listens.</summary>
public sealed class TopBarFacts(ConsoleSettings settings, ITrustDomain domain, TrustOptions trust, IServiceProvider services)
{
    public string TrustDomain => domain.Name;
    public string Environment => settings.Environment;

    /// <summary>The edge of this process, or else what agents are told.</summary>
    public string EdgeAddress => services.GetService<EdgeAddresses>()?.All is [var first, ..] ? first : trust.EdgeUrl;
}
