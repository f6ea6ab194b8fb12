using System.Buffers;
using System.IO.Pipelines;

namespace A2AConsole.Ingest.Events;

/// <summary>
/// A request's whole body in one pooled array, so that events are slices of it and none is copied again. The array goes back
/// to the pool on dispose: not before the ledger has answered, since it writes from these bytes.
/// </summary>
internal sealed class RequestBody : IDisposable
{
    private byte[] _buffer;
    private int _length;

    private RequestBody(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>
    /// Reads to the end; null when a body of unstated length outgrows the room that is left. The server enforces the size limit and the
    /// least rate, and throws when either is broken.
    /// </summary>
    public static async ValueTask<RequestBody?> ReadAsync(PipeReader reader, long? contentLength, int maxBytes, BytesInFlight.Room room, CancellationToken cancellationToken)
    {
        // A stated length is only trusted up to the limit, and one byte more shows the end without growing.
        var body = new RequestBody((int)Math.Min(contentLength ?? 16 * 1024, maxBytes) + 1);
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(cancellationToken);
                var fits = true;
                foreach (var segment in result.Buffer)
                    fits = fits && body.TryAppend(segment.Span, contentLength is null ? room : null);
                reader.AdvanceTo(result.Buffer.End);
                if (!fits)
                {
                    body.Dispose();
                    return null;
                }
                if (result.IsCompleted)
                    return body;
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private bool TryAppend(ReadOnlySpan<byte> bytes, BytesInFlight.Room? room)
    {
        if (bytes.Length > _buffer.Length - _length)
        {
            var needed = Math.Max(_buffer.Length * 2, _length + bytes.Length);
            if (room?.TryGrow(needed) == false)
                return false;
            var larger = ArrayPool<byte>.Shared.Rent(needed);
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
        return true;
    }
}
