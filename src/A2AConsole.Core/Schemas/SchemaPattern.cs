namespace A2AConsole.Core.Schemas;

/// <summary>
/// A <c>pattern</c> compiled to a table that is walked once over the text's bytes: linear whatever the text, no time-out needed.
/// The subset is where ECMA-262 and every other dialect agree: the whole pattern between <c>^</c> and <c>$</c>; ASCII literals, classes
/// of characters and ranges, groups, alternatives within groups, and <c>? * + {n} {n,} {n,m}</c>. Anything else is refused.
/// (.NET's own <c>$</c> would also match before a final line feed.)
/// </summary>
internal sealed class SchemaPattern
{
    private const int MaxStates = 2000;
    private const int Alphabet = 128;

    // _next[state * classes + class]: the next state; 0 is the dead one, 1 the first.
    private readonly ushort[] _next;
    private readonly byte[] _classes;
    private readonly int _classCount;
    private readonly bool[] _accepts;

    private SchemaPattern(string source, ushort[] next, byte[] classes, int classCount, bool[] accepts)
        => (Source, _next, _classes, _classCount, _accepts) = (source, next, classes, classCount, accepts);

    /// <summary>The pattern as the schema writes it.</summary>
    public string Source { get; }

    /// <summary>Compiles a pattern. Throws <see cref="FormatException"/> saying what is not supported.</summary>
    public static SchemaPattern Compile(string source)
    {
        var automaton = PatternParser.Parse(source);
        var (classes, representatives) = Classes(automaton);
        var classCount = representatives.Count;

        // The subset construction: a state of the table is the set of places where the pattern may stand.
        var numbers = new Dictionary<string, ushort>(StringComparer.Ordinal);
        var sets = new List<int[]> { System.Array.Empty<int>() };
        numbers[Key([])] = 0;
        var first = automaton.Close([automaton.Start]);
        numbers[Key(first)] = 1;
        sets.Add(first);
        var next = new List<ushort>();
        for (var state = 0; state < sets.Count; state++)
        {
            for (var i = 0; i < classCount; i++)
            {
                var target = automaton.Close(automaton.Step(sets[state], representatives[i]));
                var key = Key(target);
                if (!numbers.TryGetValue(key, out var number))
                {
                    if (sets.Count == MaxStates)
                        throw new FormatException($"is a pattern with more than {MaxStates} states: {source}");
                    numbers[key] = number = (ushort)sets.Count;
                    sets.Add(target);
                }
                next.Add(number);
            }
        }
        return new SchemaPattern(source, [.. next], classes, classCount, [.. sets.Select(s => s.Contains(automaton.End))]);
    }

    /// <summary>Whether the whole text matches.</summary>
    public bool IsMatch(ReadOnlySpan<byte> text)
    {
        var state = 1;
        foreach (var unit in text)
        {
            if (unit >= Alphabet)
                return false;
            state = _next[state * _classCount + _classes[unit]];
            if (state == 0)
                return false;
        }
        return _accepts[state];
    }

    /// <summary>Characters that no edge tells apart share a column of the table.</summary>
    private static (byte[] Classes, List<char> Representatives) Classes(PatternAutomaton automaton)
    {
        var classes = new byte[Alphabet];
        var representatives = new List<char>();
        var known = new Dictionary<string, byte>(StringComparer.Ordinal);
        for (var c = (char)0; c < Alphabet; c++)
        {
            var signature = automaton.SignatureOf(c);
            if (!known.TryGetValue(signature, out var number))
            {
                known[signature] = number = (byte)representatives.Count;
                representatives.Add(c);
            }
            classes[c] = number;
        }
        return (classes, representatives);
    }

    private static string Key(int[] set) => string.Join(',', set);
}
