namespace A2AConsole.Core.A2A;

/// <summary>The header by which a client says which extensions it uses (A2A 1.0 §3.2.6): URIs with commas between.</summary>
public static class A2AExtensions
{
    /// <summary>The header.</summary>
    public const string Header = "A2A-Extensions";

    /// <summary>What 0.3 called it.</summary>
    public const string OldHeader = "X-A2A-Extensions";

    /// <summary>Whether <paramref name="uri"/> is among the header's values. URIs are compared as they are written.</summary>
    public static bool Names(IEnumerable<string?> values, string uri)
    {
        foreach (var value in values)
        {
            foreach (var part in value.AsSpan().Split(','))
            {
                if (value.AsSpan()[part].Trim().SequenceEqual(uri))
                    return true;
            }
        }
        return false;
    }
}
