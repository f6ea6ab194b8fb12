using System.Net;
using System.Net.Sockets;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Detection.Signals;

/// <summary>Where an agent connects from: a network (/24, or /48 of IPv6) that is new for it.</summary>
internal static class PlaceSignals
{
    public static void Observe(in Moment m)
    {
        var o = m.Seen;
        if (o.Kind != LeafKind.Event || o.Verdict != LeafVerdict.Admitted || Network(o.Address) is not { } network)
            return;
        if (m.IsKnown && m.Agent.Networks.Observed >= 50 && !m.Agent.Networks.Knows(network))
        {
            var surprise = m.Agent.Networks.Surprise();
            m.Say(AlertKind.NewPlace, network, surprise * 2, new AlertExplanation
            {
                Sentence = $"{m.Agent.Name} spoke from {network}, where it never was before; usual is {string.Join(", ", m.Agent.Networks.Usual(3).Select(u => u.Name))}", Basis = $"{m.Agent.Networks.Observed:#,##0} messages",
                Features = [new("network", 1, network, m.Agent.Networks.Usual(1).First().Name)],
            });
        }
        m.Agent.Networks.Learn(network, o.At);
    }

    /// <summary>The network of an address, or null when it is none.</summary>
    internal static string? Network(string? address)
    {
        if (!IPAddress.TryParse(address, out var ip))
            return null;
        if (ip.IsIPv4MappedToIPv6)
            ip = ip.MapToIPv4();
        var bytes = ip.GetAddressBytes();
        var kept = ip.AddressFamily == AddressFamily.InterNetwork ? 3 : 6;
        bytes.AsSpan(kept).Clear();
        return $"{new IPAddress(bytes)}/{kept * 8}";
    }
}
