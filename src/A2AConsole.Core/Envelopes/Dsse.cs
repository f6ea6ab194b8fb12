using System.Buffers.Text;

namespace A2AConsole.Core.Envelopes;

/// <summary>DSSE's pre-authentication encoding (DSSE v1.0.2, protocol): what is signed, so that type and payload cannot be shifted into each other.</summary>
public static class Dsse
{
    /// <summary>The payload type of one event.</summary>
    public const string EventType = "application/cloudevents+json";

    /// <summary>The payload type of a signed batch's statement.</summary>
    public const string BatchType = "application/vnd.a2aconsole.batch+json";

    /// <summary>The longest payload type that we take, in bytes.</summary>
    public const int MaxTypeLength = 128;

    /// <summary>The most bytes that <see cref="WritePaeHeader"/> writes for a type of <see cref="MaxTypeLength"/>.</summary>
    internal const int MaxHeaderLength = 192;

    private static ReadOnlySpan<byte> Prefix => "DSSEv1 "u8;

    /// <summary>The bytes of PAE(type, payload).</summary>
    public static int PaeLength(ReadOnlySpan<byte> payloadType, int payloadLength)
        => Prefix.Length + Digits(payloadType.Length) + 1 + payloadType.Length + 1 + Digits(payloadLength) + 1 + payloadLength;

    /// <summary>Writes PAE(type, payload) and returns how many bytes that took; the destination holds <see cref="PaeLength"/>.</summary>
    public static int WritePae(ReadOnlySpan<byte> payloadType, ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        var header = WritePaeHeader(payloadType, payload.Length, destination);
        payload.CopyTo(destination[header..]);
        return header + payload.Length;
    }

    /// <summary>PAE(type, payload).</summary>
    public static byte[] Pae(ReadOnlySpan<byte> payloadType, ReadOnlySpan<byte> payload)
    {
        var pae = new byte[PaeLength(payloadType, payload.Length)];
        WritePae(payloadType, payload, pae);
        return pae;
    }

    /// <summary>Writes all of the PAE but the payload.</summary>
    internal static int WritePaeHeader(ReadOnlySpan<byte> payloadType, int payloadLength, Span<byte> destination)
    {
        Prefix.CopyTo(destination);
        var at = Prefix.Length;
        at += Number(payloadType.Length, destination[at..]);
        destination[at++] = (byte)' ';
        payloadType.CopyTo(destination[at..]);
        at += payloadType.Length;
        destination[at++] = (byte)' ';
        at += Number(payloadLength, destination[at..]);
        destination[at++] = (byte)' ';
        return at;
    }

    private static int Number(int value, Span<byte> destination)
    {
        Utf8Formatter.TryFormat(value, destination, out var written);
        return written;
    }

    private static int Digits(int value)
    {
        var digits = 1;
        for (; value >= 10; value /= 10)
            digits++;
        return digits;
    }
}
