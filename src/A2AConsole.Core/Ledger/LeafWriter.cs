using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace A2AConsole.Core.Ledger;

/// <summary>Writes a leaf's members into one span that was made large enough before. Written for speed: no JSON writer's state.</summary>
internal ref struct LeafWriter
{
    // Member names, punctuation, enum names, three times and a number take less.
    private const int Fixed = 512;
    // A control character becomes six bytes (\u001f), any other UTF-16 unit at most three.
    private const int BytesPerChar = 6;

    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\']);

    private readonly IBufferWriter<byte> _output;
    private readonly Span<byte> _span;
    private int _at;

    public LeafWriter(IBufferWriter<byte> output, int bound)
    {
        _output = output;
        _span = output.GetSpan(Fixed + bound);
        _at = 0;
    }

    /// <summary>The most bytes that these texts can take.</summary>
    public static int Bound(string? a, string? b, string? c, string? d, string? e, string? f)
    {
        var chars = (long)(a?.Length ?? 0) + (b?.Length ?? 0) + (c?.Length ?? 0) + (d?.Length ?? 0) + (e?.Length ?? 0) + (f?.Length ?? 0);
        return chars <= LeafEncoding.MaxLength ? (int)chars * BytesPerChar : throw TooLong();
    }

    public void Kind(LeafKind kind)
    {
        Raw("{\"kind\":\""u8);
        Raw(LeafEncoding.Name(kind));
        _span[_at++] = (byte)'"';
    }

    public void Verdict(LeafVerdict verdict)
    {
        Raw(",\"verdict\":\""u8);
        Raw(LeafEncoding.Name(verdict));
        _span[_at++] = (byte)'"';
    }

    public void Text(ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
            return;
        Raw(name);
        if (!value.AsSpan().ContainsAny(Escaped))
            _at += Encoding.UTF8.GetBytes(value, _span[_at..]);
        else
            Escape(value);
        _span[_at++] = (byte)'"';
    }

    public void Hex(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return;
        Raw(name);
        Convert.TryToHexStringLower(value, _span[_at..], out var written);
        _at += written;
        _span[_at++] = (byte)'"';
    }

    public void Number(ReadOnlySpan<byte> name, long? value)
    {
        if (value is null)
            return;
        Raw(name);
        Utf8Formatter.TryFormat(value.Value, _span[_at..], out var written);
        _at += written;
    }

    /// <summary>Writes yyyy-MM-ddTHH:mm:ss.fffZ; what is finer than a millisecond is cut off.</summary>
    public void Time(ReadOnlySpan<byte> name, DateTimeOffset? value)
    {
        if (value is null)
            return;
        Raw(name);
        var utc = value.Value.UtcDateTime;
        var span = _span.Slice(_at, 25);
        // Digit by digit: a custom format string costs more than the rest of the leaf.
        utc.Deconstruct(out var year, out var month, out var day);
        Two(span, year / 100);
        Two(span[2..], year % 100);
        span[4] = (byte)'-';
        Two(span[5..], month);
        span[7] = (byte)'-';
        Two(span[8..], day);
        span[10] = (byte)'T';
        var milliseconds = (int)(utc.TimeOfDay.Ticks / TimeSpan.TicksPerMillisecond);
        var seconds = milliseconds / 1000;
        Two(span[11..], seconds / 3600);
        span[13] = (byte)':';
        Two(span[14..], seconds / 60 % 60);
        span[16] = (byte)':';
        Two(span[17..], seconds % 60);
        span[19] = (byte)'.';
        span[20] = (byte)('0' + milliseconds / 100 % 10);
        Two(span[21..], milliseconds % 100);
        span[23] = (byte)'Z';
        span[24] = (byte)'"';
        _at += 25;
    }

    /// <summary>Closes the object and hands it over.</summary>
    public int End()
    {
        _span[_at++] = (byte)'}';
        if (_at > LeafEncoding.MaxLength)
            throw TooLong();
        _output.Advance(_at);
        return _at;
    }

    private static ArgumentException TooLong() => new($"a leaf is at most {LeafEncoding.MaxLength} bytes long");

    private static void Two(Span<byte> span, int value)
    {
        span[0] = (byte)('0' + value / 10);
        span[1] = (byte)('0' + value % 10);
    }

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_span[_at..]);
        _at += bytes.Length;
    }

    private void Escape(ReadOnlySpan<char> value)
    {
        while (true)
        {
            var next = value.IndexOfAny(Escaped);
            var plain = next < 0 ? value : value[..next];
            _at += Encoding.UTF8.GetBytes(plain, _span[_at..]);
            if (next < 0)
                return;
            var c = value[next];
            _span[_at++] = (byte)'\\';
            if (c is '"' or '\\')
            {
                _span[_at++] = (byte)c;
            }
            else
            {
                Raw("u00"u8);
                _span[_at++] = (byte)('0' + (c >> 4));
                _span[_at++] = (byte)((c & 15) < 10 ? '0' + (c & 15) : 'a' + (c & 15) - 10);
            }
            value = value[(next + 1)..];
        }
    }
}
