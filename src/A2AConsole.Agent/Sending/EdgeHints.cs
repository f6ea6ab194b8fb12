using System.Globalization;

namespace A2AConsole.Sdk;

/// <summary>
/// What the edge mentions beside its answers, in headers: that a new certificate is wanted (<c>a2a-renew: now</c>), and which trust
/// bundle there is (<c>a2a-bundle: 7</c>, its sequence). Both only make us ask the authority, which decides.
/// </summary>
internal sealed class EdgeHints(Action<AgentIdentity> renew, Action<long> bundle)
{
    private const string Renew = "a2a-renew";
    private const string Bundle = "a2a-bundle";

    /// <summary>Listens to nothing.</summary>
    public static EdgeHints None { get; } = new(_ => { }, _ => { });

    public void Read(HttpResponseMessage response, AgentIdentity identity)
    {
        if (response.Headers.TryGetValues(Bundle, out var sequences)
            && long.TryParse(sequences.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            bundle(sequence);
        if (response.Headers.TryGetValues(Renew, out var values) && values.First() == "now")
            renew(identity);
    }
}
