using System.Buffers.Text;
using System.Security.Cryptography;
using A2AConsole.Core.A2A;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Cli.Bench.Proxy;

/// <summary>Makes A2A messages ready before the clock runs: each another one, signed, for the agent behind the gateway.</summary>
internal sealed class ProxyMessages(IReadOnlyList<BenchAgent> senders, BenchAgent receiver)
{
    private long _made;

    /// <summary>How a request begins that is answered by a stream.</summary>
    public static ReadOnlySpan<byte> StreamStart => "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"SendStreamingMessage\""u8;

    private static ReadOnlySpan<byte> SendStart => "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"SendMessage\""u8;

    /// <summary>Requests of one sender.</summary>
    public byte[][] Of(int sender, int count, bool streams = false)
    {
        var made = new byte[count][];
        Parallel.For(0, count, i => made[i] = One(senders[sender], streams));
        return made;
    }

    private byte[] One(BenchAgent sender, bool streams)
    {
        var now = DateTimeOffset.UtcNow;
        var e = AgentEventWriter.Write(new()
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Source = sender.Id.Text,
            Type = "demand.signal",
            Audience = receiver.Id.Text,
            Time = now,
            Expires = now.AddMinutes(5),
            Nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)),
            Data = BenchSite.Data(Interlocked.Increment(ref _made)),
        });
        var message = EnvelopeExtension.WriteMessage(DsseEnvelopeWriter.SignEvent(e, sender.Key));
        return [.. streams ? StreamStart : SendStart, .. ",\"params\":{\"message\":"u8, .. message, .. "}}"u8];
    }
}
