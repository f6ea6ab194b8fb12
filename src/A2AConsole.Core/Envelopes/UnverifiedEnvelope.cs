using System.Buffers;
using System.Text;

namespace A2AConsole.Core.Envelopes;

/// <summary>
/// A DSSE envelope that was read but not verified. Its bytes lie in a pooled buffer: disposing gives the buffer back, and
/// then nothing taken from the envelope may be used any more. Not disposing it is allowed where the payload is to be kept.
/// </summary>
public sealed class UnverifiedEnvelope : IDisposable
{
    private readonly ReadOnlyMemory<byte> _pae;
    private byte[]? _buffer;

    internal UnverifiedEnvelope(byte[] buffer, Range pae, Range payload, string payloadType, DsseSignature[] signatures)
    {
        _buffer = buffer;
        _pae = buffer.AsMemory(pae);
        Payload = buffer.AsMemory(payload);
        PayloadType = payloadType;
        Signatures = signatures;
    }

    public string PayloadType { get; }

    /// <summary>What was signed, decoded.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>PAE(payloadType, payload): the bytes that signatures cover.</summary>
    public ReadOnlySpan<byte> Pae => _buffer is null ? throw new ObjectDisposedException(nameof(UnverifiedEnvelope)) : _pae.Span;

    public IReadOnlyList<DsseSignature> Signatures { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}

/// <summary>One signature of an envelope.</summary>
/// <param name="KeyId">Which key made it, as its sender says (UTF-8); empty when it says nothing.</param>
/// <param name="Value">The signature's bytes.</param>
public readonly record struct DsseSignature(ReadOnlyMemory<byte> KeyId, ReadOnlyMemory<byte> Value)
{
    /// <summary>Whether <see cref="KeyId"/> is this id.</summary>
    public bool IsBy(string keyId)
    {
        Span<byte> utf8 = stackalloc byte[128];
        return keyId.Length <= utf8.Length && Encoding.ASCII.TryGetBytes(keyId, utf8, out var written) && KeyId.Span.SequenceEqual(utf8[..written]);
    }
}
