using System.Buffers;
using System.Buffers.Binary;

namespace A2AConsole.Data.Writing;

/// <summary>Bytes being gathered in a pooled buffer: a block's leaves or events. <see cref="Release"/> gives it back when the group has ended.</summary>
internal sealed class Blob
{
    private byte[] _buffer = [];
    private int _length;

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, _length);

    public int Length => _length;

    /// <summary>Room for <paramref name="length"/> more bytes; <see cref="Advance"/> keeps what was written.</summary>
    public Span<byte> Room(int length)
    {
        if (_buffer.Length - _length < length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + length, 2 * _buffer.Length));
            Span.CopyTo(larger);
            ReturnBuffer();
            _buffer = larger;
        }
        return _buffer.AsSpan(_length);
    }

    public void Advance(int length) => _length += length;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    public void AppendKey(ulong key)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Room(sizeof(ulong)), key);
        _length += sizeof(ulong);
    }

    public void Release()
    {
        ReturnBuffer();
        (_buffer, _length) = ([], 0);
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
    }
}
