namespace A2AConsole.Policy.Active;

/// <summary>How leaves name versions.</summary>
public static class PolicyWords
{
    /// <summary>The subject of a leaf about a version: <c>policy:supply-chain/1.1.0</c>.</summary>
    public static string Subject(string name, string version) => $"policy:{name}/{version}";
}
