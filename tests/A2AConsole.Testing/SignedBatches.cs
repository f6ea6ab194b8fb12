using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Testing;

/// <summary>Signed batches made by hand: one signature over the RFC 6962 root of the events.</summary>
public static class SignedBatches
{
    /// <summary>
    /// The body that posts a batch. <paramref name="indices"/> null: all events, without paths; else those events with index and
    /// path. <paramref name="root"/> replaces the true root.
    /// </summary>
    public static byte[] Body(ECDsa key, string source, IReadOnlyList<byte[]> events, DateTimeOffset time, IReadOnlyList<int>? indices = null, byte[]? root = null)
    {
        var tree = LeafHashes.Of([.. events.Select(e => (ReadOnlyMemory<byte>)e)]);
        var at = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var payload = Encoding.UTF8.GetBytes(
            $$"""{"source":"{{source}}","root":"{{Convert.ToHexStringLower(root ?? tree.Root())}}","size":{{events.Count}},"time":"{{at}}"}""");
        var items = indices is null
            ? events.Select(e => $$"""{"payload":"{{Convert.ToBase64String(e)}}"}""")
            : indices.Select(i => $$"""{"payload":"{{Convert.ToBase64String(events[i])}}","index":{{i}},"path":[{{string.Join(',', tree.Path(i).Select(h => $"\"{Convert.ToBase64String(h)}\""))}}]}""");
        var envelope = Encoding.UTF8.GetString(Envelopes.Sign(key, payload, Envelopes.BatchType));
        return Encoding.UTF8.GetBytes($$"""{"batch":{{envelope}},"events":[{{string.Join(',', items)}}]}""");
    }
}
