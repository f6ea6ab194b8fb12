using System.Globalization;

namespace A2AConsole.Core.Schemas;

/// <summary>Reads a pattern of the subset that <see cref="SchemaPattern"/> documents into an automaton.</summary>
internal sealed class PatternParser
{
    private const int MaxRepeat = 1000;

    private readonly string _text;
    private readonly PatternAutomaton _automaton = new();
    private readonly Dictionary<string, bool[]> _sets = new(StringComparer.Ordinal);
    private int _at;

    private PatternParser(string text) => _text = text;

    public static PatternAutomaton Parse(string source)
    {
        if (source.Length < 2 || source[0] != '^' || source[^1] != '$' || source.Any(c => c is < ' ' or > '~'))
            throw new FormatException($"must be a pattern of ASCII between ^ and $: {source}");
        var parser = new PatternParser(source[1..^1]);
        var start = parser._automaton.AddPlace();
        var end = parser.Sequence(start);
        if (parser._at != parser._text.Length)
            throw parser.Unsupported();
        (parser._automaton.Start, parser._automaton.End) = (start, end);
        return parser._automaton;
    }

    /// <summary>Parses items up to '|', ')' or the end; returns the place behind them.</summary>
    private int Sequence(int from)
    {
        while (_at < _text.Length && _text[_at] is not ('|' or ')'))
            from = Item(from);
        return from;
    }

    private int Item(int from)
    {
        var begin = _at;
        var to = Atom(from);
        if (_at == _text.Length)
            return to;
        var (least, most) = Quantifier();
        if ((least, most) == (1, 1))
            return to;
        if (_at < _text.Length && _text[_at] is '?' or '*' or '+' or '{')
            throw Unsupported();

        // Read the atom again for each of its repetitions, from a place of their own.
        var after = _at;
        var place = _automaton.AddPlace();
        _automaton.AddFree(from, place);
        // The first reading stands unused beside: nothing leads out of it.
        var start = _automaton.AddPlace();
        _automaton.AddFree(place, start);
        return Repeat(begin, start, least, most, after);
    }

    private int Repeat(int begin, int place, int least, int? most, int after)
    {
        for (var i = 0; i < least; i++)
            place = Again(begin, place);
        if (most is { } limit)
        {
            var end = _automaton.AddPlace();
            for (var i = least; i < limit; i++)
            {
                _automaton.AddFree(place, end);
                place = Again(begin, place);
            }
            _automaton.AddFree(place, end);
            place = end;
        }
        else
        {
            var loop = _automaton.AddPlace();
            var end = _automaton.AddPlace();
            _automaton.AddFree(place, loop);
            _automaton.AddFree(loop, end);
            _automaton.AddFree(Again(begin, loop), loop);
            place = end;
        }
        _at = after;
        return place;
    }

    private int Again(int begin, int from)
    {
        _at = begin;
        var start = _automaton.AddPlace();
        _automaton.AddFree(from, start);
        return Atom(start);
    }

    private int Atom(int from)
    {
        switch (_text[_at])
        {
            case '(':
                return Group(from);
            case '[':
                return Take(from, Class());
            case '\\':
                _at++;
                return Take(from, Single(Escaped()));
            case '.' or '^' or '$' or '*' or '+' or '?' or '{' or '}' or ']':
                throw Unsupported();
            default:
                return Take(from, Single(_text[_at++]));
        }
    }

    private int Group(int from)
    {
        _at++;
        if (_at < _text.Length && _text[_at] == '?')
            throw Unsupported();
        var end = _automaton.AddPlace();
        while (true)
        {
            var start = _automaton.AddPlace();
            _automaton.AddFree(from, start);
            _automaton.AddFree(Sequence(start), end);
            if (_at == _text.Length)
                throw new FormatException($"is a pattern with an open group: ^{_text}$");
            if (_text[_at++] == ')')
                return end;
        }
    }

    private int Take(int from, bool[] set)
    {
        // A place has one edge, so the edge gets a place of its own.
        var start = _automaton.AddPlace();
        _automaton.AddFree(from, start);
        var to = _automaton.AddPlace();
        _automaton.AddEdge(start, set, to);
        return to;
    }

    private bool[] Class()
    {
        var begin = _at++;
        var set = new bool[128];
        if (_at < _text.Length && _text[_at] is '^' or ']')
            throw Unsupported();
        while (_at < _text.Length && _text[_at] != ']')
        {
            var low = ClassCharacter();
            var high = low;
            if (_at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']')
            {
                _at++;
                high = ClassCharacter();
            }
            if (high < low)
                throw Unsupported();
            for (var c = low; c <= high; c++)
                set[c] = true;
        }
        if (_at == _text.Length)
            throw new FormatException($"is a pattern with an open class: ^{_text}$");
        _at++;
        return Shared(_text[begin.._at], set);
    }

    private char ClassCharacter()
    {
        var character = _text[_at++];
        if (character == '[')
            throw Unsupported();
        return character == '\\' ? Escaped() : character;
    }

    private char Escaped()
    {
        // Letters and digits after '\' have meanings that differ between dialects.
        if (_at == _text.Length || char.IsAsciiLetterOrDigit(_text[_at]))
            throw Unsupported();
        return _text[_at++];
    }

    private (int Least, int? Most) Quantifier()
    {
        switch (_text[_at])
        {
            case '?':
                _at++;
                return (0, 1);
            case '*':
                _at++;
                return (0, null);
            case '+':
                _at++;
                return (1, null);
            case '{':
                break;
            default:
                return (1, 1);
        }
        var end = _text.IndexOf('}', _at);
        if (end < 0)
            throw Unsupported();
        var parts = _text[(_at + 1)..end].Split(',');
        int? most = null;
        if (parts.Length > 2 || !Count(parts[0], out var least) || (parts.Length == 2 && parts[1].Length > 0 && !Limit(parts[1], out most)))
            throw Unsupported();
        if (parts.Length == 1)
            most = least;
        if (most < least)
            throw Unsupported();
        _at = end + 1;
        return (least, most);
    }

    private static bool Limit(string text, out int? value)
    {
        var isCount = Count(text, out var count);
        value = count;
        return isCount;
    }

    private static bool Count(string text, out int value)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= MaxRepeat;

    private bool[] Single(char character)
    {
        var set = new bool[128];
        set[character] = true;
        return Shared(character.ToString(), set);
    }

    /// <summary>Repetitions of one class share one set, which keeps the automaton's signatures short.</summary>
    private bool[] Shared(string key, bool[] set) => _sets.TryGetValue(key, out var known) ? known : _sets[key] = set;

    private FormatException Unsupported()
        => new($"is a pattern outside of the supported subset (at character {_at + 2}): ^{_text}$");
}
