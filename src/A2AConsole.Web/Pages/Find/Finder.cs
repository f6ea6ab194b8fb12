using System.Globalization;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Find;

/// <summary>Something that a searched text names.</summary>
/// <param name="Kind">What it is, in a word or two.</param>
/// <param name="Text">Which one.</param>
/// <param name="Href">Where it is.</param>
public sealed record Found(string Kind, string Text, string Href);

/// <summary>Finds what a text names: an agent, a message, a certificate, a digest, a leaf.</summary>
public sealed class Finder(ILedger ledger, ILedgerReader reader, EventQueries queries)
{
    private const int Most = 20;

    /// <summary>Everything that the text names exactly; agents also by how their name begins.</summary>
    public async Task<IReadOnlyList<Found>> FindAsync(string text, CancellationToken cancellationToken = default)
    {
        text = text.Trim();
        if (text.Length is 0 or > 300)
            return [];
        var found = new List<Found>();
        if (long.TryParse(text.TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var leaf) && leaf < ledger.Head.Size)
            found.Add(new("Leaf", leaf.ToString(CultureInfo.InvariantCulture), Links.Event(leaf)));

        var hex = text.ToLowerInvariant();
        if (hex.Length is >= 16 and <= 64 && hex.All(char.IsAsciiHexDigit) && await queries.CertificateAsync(hex, cancellationToken) is { } certificate)
            found.Add(new("Certificate", certificate.Serial, Links.Certificate(certificate.Serial)));

        var key = hex.Length == 64 && hex.All(char.IsAsciiHexDigit) ? hex : text;
        foreach (var index in (await reader.FindAsync(key, cancellationToken)).Take(Most))
            found.Add(new("Event", "Leaf " + index.ToString(CultureInfo.InvariantCulture), Links.Event(index)));

        foreach (var agent in await queries.AgentsAsync(text, Most, cancellationToken))
            found.Add(new("Agent", agent, Links.Agent(agent)));
        return found;
    }
}
