namespace A2AConsole.Core.A2A;

/// <summary>The versions of the protocol that we can read.</summary>
public enum A2AVersion
{
    /// <summary>1.0.</summary>
    V1,
    /// <summary>0.3: other method names, lower-case roles and <c>kind</c>. Taken only where the site says so, and only as JSON-RPC.</summary>
    V03,
}

/// <summary>Which version a request is in (A2A 1.0 §3.6).</summary>
public static class A2AVersionRule
{
    /// <summary>The header, and query parameter, that says it.</summary>
    public const string Name = "A2A-Version";

    /// <summary>
    /// Reads <c>A2A-Version</c>: <c>1.0</c>, or 0.3 when it is empty or says so. It is stated once: a header and a query that differ, or
    /// two headers, would let us and the agent read one request in two ways.
    /// </summary>
    public static bool TryRead(IReadOnlyList<string?> header, IReadOnlyList<string?> query, bool allowOld, out A2AVersion version, out A2AFault? fault)
    {
        version = A2AVersion.V1;
        var stated = header.Concat(query).Select(s => s?.Trim() ?? "").Distinct(StringComparer.Ordinal).ToList();
        if (stated.Count > 1 || header.Count > 1 || query.Count > 1)
        {
            fault = new(A2AError.VersionNotSupported, "version-ambiguous", $"{Name} is stated more than once; state it in one header.");
            return false;
        }
        var text = stated.Count == 0 ? "" : stated[0];
        fault = null;
        if (text == "1.0")
            return true;
        version = A2AVersion.V03;
        if (text is not ("" or "0.3"))
            fault = new(A2AError.VersionNotSupported, "version-unsupported", $"{Name} names a version that is not spoken here; send 1.0{(allowOld ? " or 0.3" : "")} (major and minor, no patch).");
        else if (!allowOld)
            fault = new(A2AError.VersionNotSupported, "version-refused", $"The request is in A2A 0.3 ({(text.Length == 0 ? $"no {Name} header" : "as its header says")}), which this site does not admit; send {Name}: 1.0.");
        return fault is null;
    }
}
