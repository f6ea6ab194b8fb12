using A2AConsole.Trust;
using A2AConsole.Web.Hosting;

namespace A2AConsole.Web.Layout;

/// <summary>Where one is: the trust domain and the environment.</summary>
public sealed class TopBarFacts(ConsoleSettings settings, ITrustDomain domain)
{
    public string TrustDomain => domain.Name;
    public string Environment => settings.Environment;
}
