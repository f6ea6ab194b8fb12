namespace A2AConsole.Web.Pages.Policies;

/// <summary>What a piece of a policy's text is.</summary>
public enum CedarTokenKind
{
    Plain,
    Comment,
    Annotation,
    Effect,
    Keyword,
    Text,
    Number,
    Entity,
}

/// <summary>One piece; all pieces together are the text.</summary>
public readonly record struct CedarToken(CedarTokenKind Kind, string Text);

/// <summary>Cuts policies and schemas into pieces for reading. It colours, it does not judge: what it cannot tell stays plain, and every character comes out again.</summary>
public static class CedarTokens
{
    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "when", "unless", "if", "then", "else", "in", "is", "has", "like", "true", "false", "principal", "action", "resource", "context",
        "namespace", "entity", "type", "appliesTo", "tags", "enum",
    };

    /// <summary>The pieces, in order.</summary>
    public static IReadOnlyList<CedarToken> Of(string text)
    {
        var tokens = new List<CedarToken>();
        for (var at = 0; at < text.Length;)
        {
            var (kind, length) = Next(text, at);
            // Neighbours of one kind are one piece: fewer elements on the page.
            if (kind == CedarTokenKind.Plain && tokens.Count > 0 && tokens[^1].Kind == CedarTokenKind.Plain)
                tokens[^1] = new CedarToken(kind, string.Concat(tokens[^1].Text, text.AsSpan(at, length)));
            else
                tokens.Add(new CedarToken(kind, text.Substring(at, length)));
            at += length;
        }
        return tokens;
    }

    /// <summary>The pieces line by line: a comment or a text never goes on over a line's end in Cedar, but one that is not closed might.</summary>
    public static IReadOnlyList<IReadOnlyList<CedarToken>> Lines(string text)
    {
        var lines = new List<IReadOnlyList<CedarToken>>();
        var line = new List<CedarToken>();
        foreach (var token in Of(text))
        {
            var parts = token.Text.Split('\n');
            for (var i = 0; i < parts.Length; i++)
            {
                if (i > 0)
                {
                    lines.Add(line);
                    line = [];
                }
                if (parts[i].TrimEnd('\r') is { Length: > 0 } part)
                    line.Add(token with { Text = part });
            }
        }
        if (line.Count > 0)
            lines.Add(line);
        return lines;
    }

    private static (CedarTokenKind Kind, int Length) Next(string text, int at)
    {
        var first = text[at];
        if (first == '/' && at + 1 < text.Length && text[at + 1] == '/')
            return (CedarTokenKind.Comment, (text.IndexOf('\n', at) is >= 0 and var end ? end : text.Length) - at);
        if (first == '"')
            return (CedarTokenKind.Text, Quoted(text, at));
        if (first == '@' && at + 1 < text.Length && IsStart(text[at + 1]))
            return (CedarTokenKind.Annotation, 1 + Word(text, at + 1));
        if (char.IsAsciiDigit(first))
            return (CedarTokenKind.Number, Run(text, at, char.IsAsciiDigit));
        if (!IsStart(first))
            return (CedarTokenKind.Plain, 1);
        var length = Word(text, at);
        var word = text.Substring(at, length);
        if (word is "permit" or "forbid")
            return (CedarTokenKind.Effect, length);
        if (Keywords.Contains(word))
            return (CedarTokenKind.Keyword, length);
        // Scm::Role, with the id that follows it.
        var path = length;
        while (at + path + 2 < text.Length && text[at + path] == ':' && text[at + path + 1] == ':' && (IsStart(text[at + path + 2]) || text[at + path + 2] == '"'))
            path += 2 + (text[at + path + 2] == '"' ? Quoted(text, at + path + 2) : Word(text, at + path + 2));
        return path > length ? (CedarTokenKind.Entity, path) : (CedarTokenKind.Plain, length);
    }

    private static int Quoted(string text, int at)
    {
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                return i + 1 - at;
        }
        return text.Length - at;
    }

    private static int Word(string text, int at) => Run(text, at, c => IsStart(c) || char.IsAsciiDigit(c));

    private static int Run(string text, int at, Func<char, bool> belongs)
    {
        var i = at;
        while (i < text.Length && belongs(text[i]))
            i++;
        return i - at;
    }

    private static bool IsStart(char c) => char.IsAsciiLetter(c) || c == '_';
}
