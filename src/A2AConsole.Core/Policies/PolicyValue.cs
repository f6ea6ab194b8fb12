namespace A2AConsole.Core.Policies;

/// <summary>
/// A value as policies see it. The kinds are closed and typed, so that a text from outside can never become a reference to an entity,
/// an instant or a number by its spelling.
/// </summary>
public abstract record PolicyValue
{
    private PolicyValue()
    {
    }

    public sealed record Truth(bool Value) : PolicyValue;

    /// <summary>A whole number within 64 bits, the only kind of number that policies have.</summary>
    public sealed record Whole(long Value) : PolicyValue;

    public sealed record Text(string Value) : PolicyValue;

    /// <summary>A reference to an entity.</summary>
    public sealed record Reference(EntityUid Uid) : PolicyValue;

    /// <summary>A moment, to the millisecond.</summary>
    public sealed record Instant(DateTimeOffset Value) : PolicyValue;

    /// <summary>A number with at most four digits after the point, within ±922337203685477.5807 (Cedar's <c>decimal</c>).</summary>
    public sealed record Fraction(decimal Value) : PolicyValue;

    public sealed record Many(IReadOnlyList<PolicyValue> Items) : PolicyValue;

    public sealed record Fields(IReadOnlyDictionary<string, PolicyValue> Members) : PolicyValue;

    public static implicit operator PolicyValue(bool value) => new Truth(value);

    public static implicit operator PolicyValue(long value) => new Whole(value);

    public static implicit operator PolicyValue(string value) => new Text(value);

    public static implicit operator PolicyValue(EntityUid value) => new Reference(value);

    public static implicit operator PolicyValue(DateTimeOffset value) => new Instant(value);

    /// <summary>A record of named values.</summary>
    public static Fields Of(params ReadOnlySpan<(string Name, PolicyValue Value)> members)
    {
        var map = new Dictionary<string, PolicyValue>(members.Length, StringComparer.Ordinal);
        foreach (var (name, value) in members)
            map.Add(name, value);
        return new Fields(map);
    }
}
