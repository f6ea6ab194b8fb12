using CsCheck;

namespace A2AConsole.Core.Tests.Ledger;

/// <summary>Inputs for fuzzing: a valid one cut, overwritten, doubled or spliced in one to four places, or plain noise.</summary>
internal static class Mutations
{
    private static readonly string[] Splices =
        ["\n", "\n\n", " ", "+", "=", "x", "0", "-1", "\0", "\ud800", "—", "\"", "{", "}", "\\u", "[[[[", "99999999999999999999", "null", "AAAA"];

    public static Gen<string> Of(string valid)
        => Gen.Frequency(
            (9, Gen.Select(Gen.Int[0, 3], Gen.Int[0, valid.Length], Gen.Int[0, valid.Length], Gen.Char, Gen.Int[0, Splices.Length - 1])
                .Array[1, 4].Select(edits => edits.Aggregate(valid, Edit))),
            (1, Gen.String[0, 200]));

    public static Gen<byte[]> Of(byte[] valid)
        => Gen.Frequency(
            (9, Gen.Select(Gen.Int[0, valid.Length], Gen.Int[0, 4], Gen.Byte.Array[0, 6]).Array[1, 4].Select(edits => edits.Aggregate(valid, (bytes, edit) =>
            {
                var (at, drop, insert) = edit;
                at = Math.Min(at, bytes.Length);
                return [.. bytes.AsSpan(0, at), .. insert, .. bytes.AsSpan(Math.Min(bytes.Length, at + drop))];
            }))),
            (1, Gen.Byte.Array[0, 200]));

    private static string Edit(string text, (int Kind, int At, int To, char Char, int Splice) edit)
    {
        var at = Math.Min(edit.At, text.Length);
        var to = Math.Clamp(edit.To, at, text.Length);
        return edit.Kind switch
        {
            0 => text[..at] + text[to..],
            1 => text[..at] + edit.Char + text[Math.Min(text.Length, at + 1)..],
            2 => text[..to] + text[at..],
            _ => text[..at] + Splices[edit.Splice] + text[at..],
        };
    }
}
