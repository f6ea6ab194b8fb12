using System.Text;
using A2AConsole.Core.Encodings;
using CsCheck;

namespace A2AConsole.Core.Tests.Encodings;

public sealed class StrictBase64Tests
{
    // Near misses: what a lenient reader would take is likely here.
    private static readonly Gen<char> Character = Gen.Frequency(
        (12, Gen.Char["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"]), (3, Gen.Const('=')), (1, Gen.Char["-_ \n\r\t\0?é\ud83d\ude00"]));

    [Fact]
    public void What_was_encoded_is_read_back_from_characters_and_from_bytes()
        => Gen.Byte.Array[0, 100].Sample(bytes =>
        {
            var text = Convert.ToBase64String(bytes);
            return StrictBase64.TryDecode(text, out var decoded) && decoded.SequenceEqual(bytes) && OfBytes(text) is { } other && other.SequenceEqual(bytes);
        });

    [Fact]
    public void Every_text_has_one_spelling_and_both_readers_agree_on_it()
        => Character.Array[0, 24].Sample(characters =>
        {
            var text = new string(characters);
            var canonical = IsCanonical(text);
            return StrictBase64.TryDecode(text, out _) == canonical && (text.Any(char.IsSurrogate) || OfBytes(text) is not null == canonical);
        }, iter: 20_000);

    [Theory]
    [InlineData("QUI")]
    [InlineData("QUJD=")]
    [InlineData("QR==")]
    [InlineData("QUK=")]
    [InlineData("QUJ D")]
    [InlineData("QUJD\n")]
    [InlineData("QU-D")]
    [InlineData("====")]
    [InlineData("Q===")]
    [InlineData("QQ==QUJD")]
    [InlineData("QUJé")]
    public void What_a_lenient_reader_might_take_is_refused(string text)
    {
        Assert.False(StrictBase64.TryDecode(text, out var bytes));
        Assert.Null(bytes);
        Assert.Null(OfBytes(text));
    }

    private static bool IsCanonical(string text)
    {
        try
        {
            return Convert.ToBase64String(Convert.FromBase64String(text)) == text;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static byte[]? OfBytes(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var bytes = new byte[StrictBase64.DecodedLength(utf8)];
        return StrictBase64.Decode(utf8, bytes, out var written) is null && written == bytes.Length ? bytes : null;
    }
}
