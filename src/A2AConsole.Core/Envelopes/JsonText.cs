using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using A2AConsole.Core.Admission;

namespace A2AConsole.Core.Envelopes;

/// <summary>How we read JSON everywhere: strictly, over bytes, with limited depth.</summary>
internal static class JsonText
{
    /// <summary>The deepest nesting that is taken.</summary>
    public const int MaxDepth = 32;

    /// <summary>The longest member name and attribute that is taken, in bytes as written.</summary>
    public const int MaxNameLength = 4096;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow, AllowTrailingCommas = false };

    public static Utf8JsonReader Reader(ReadOnlySpan<byte> json) => new(json, Options);

    /// <summary>The reader leaves the bytes inside of strings unchecked, so that is done once for the whole text.</summary>
    public static Fault? CheckUtf8(ReadOnlySpan<byte> json, string what)
        => Utf8.IsValid(json) ? null : Fault.Malformed($"{what} is not valid UTF-8.");

    /// <summary>What the reader's exception says, without what it quotes from the text.</summary>
    public static Fault Broken(string what, JsonException e)
    {
        var where = string.Create(CultureInfo.InvariantCulture, $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        return Fault.Malformed(e.Message.Contains("depth", StringComparison.Ordinal)
            ? $"{what} is nested deeper than {MaxDepth} levels ({where})."
            : $"{what} is not one well-formed JSON value (RFC 8259): the fault is at {where}.");
    }

    /// <summary>Whether the escapes of a string token make up whole characters: a lone surrogate has no UTF-8 form.</summary>
    public static bool IsWellFormed(ref readonly Utf8JsonReader reader) => !reader.ValueIsEscaped || EscapesAreWhole(reader.ValueSpan);

    /// <summary>The unescaped bytes of a property name or string; <see cref="IsWellFormed"/> must have said yes.</summary>
    public static ReadOnlySpan<byte> Unescaped(ref readonly Utf8JsonReader reader, Span<byte> scratch)
    {
        if (!reader.ValueIsEscaped)
            return reader.ValueSpan;
        if (reader.ValueSpan.Length > scratch.Length)
            scratch = new byte[reader.ValueSpan.Length];
        return scratch[..reader.CopyString(scratch)];
    }

    /// <summary>A text for a detail: shortened, and without anything that could disturb a log or a page.</summary>
    public static string Printable(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8.Length > 64 ? utf8[..64] : utf8);
        return string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) || char.GetUnicodeCategory(source[i]) == UnicodeCategory.Format ? '?' : source[i];
        });
    }

    public static Fault Duplicate(ref readonly Utf8JsonReader reader, string what)
    {
        Span<byte> scratch = stackalloc byte[256];
        return new(RefusalCode.DuplicateMember, $"{what} has the member \"{Printable(Unescaped(in reader, scratch))}\" twice in one object (at byte {reader.TokenStartIndex}).");
    }

    /// <summary>Goes on to the end of the value that the reader stands at, looking for duplicate members and broken strings inside.</summary>
    public static Fault? Skip(ref Utf8JsonReader reader, MemberSet members, string what)
    {
        var depth = reader.CurrentDepth;
        while (true)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    members.Enter(reader.CurrentDepth + 1);
                    break;
                case JsonTokenType.PropertyName:
                    if (CheckName(ref reader, members, what) is { } fault)
                        return fault;
                    break;
                case JsonTokenType.String:
                    if (!IsWellFormed(in reader))
                        return BrokenString(in reader, what);
                    break;
                default:
                    break;
            }
            if (reader.CurrentDepth == depth && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName))
                return null;
            reader.Read();
        }
    }

    /// <summary>Takes a property name into the set of its object.</summary>
    public static Fault? CheckName(ref Utf8JsonReader reader, MemberSet members, string what)
    {
        if (reader.ValueSpan.Length > MaxNameLength)
            return Fault.Malformed($"{what} has a member name longer than {MaxNameLength} bytes (at byte {reader.TokenStartIndex}).");
        if (!IsWellFormed(in reader))
            return BrokenString(in reader, what);
        bool isNew;
        if (reader.ValueIsEscaped)
        {
            Span<byte> scratch = stackalloc byte[256];
            isNew = members.Add(reader.CurrentDepth, Unescaped(in reader, scratch));
        }
        else
        {
            isNew = members.Add(reader.CurrentDepth, reader.ValueSpan);
        }
        return isNew ? null : Duplicate(in reader, what);
    }

    public static Fault BrokenString(ref readonly Utf8JsonReader reader, string what)
        => Fault.Malformed($"{what} has a string with half of a surrogate pair (at byte {reader.TokenStartIndex}).");

    private static bool EscapesAreWhole(ReadOnlySpan<byte> text)
    {
        var wantsLow = false;
        for (var i = 0; i < text.Length;)
        {
            var isEscapedUnit = text[i] == '\\' && text[i + 1] == 'u';
            var unit = isEscapedUnit ? int.Parse(text.Slice(i + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : 0;
            var isLow = unit is >= 0xDC00 and <= 0xDFFF;
            if (isLow != wantsLow)
                return false;
            wantsLow = unit is >= 0xD800 and <= 0xDBFF;
            i += isEscapedUnit ? 6 : text[i] == '\\' ? 2 : 1;
        }
        return !wantsLow;
    }
}
