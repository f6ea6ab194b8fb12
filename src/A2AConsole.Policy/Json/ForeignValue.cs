using System.Text.Json;
using A2AConsole.Core.Policies;

namespace A2AConsole.Policy.Json;

/// <summary>
/// Values that strangers send, taken for what they are: texts stay texts. An object that looks like one of the policy language's escapes stays a
/// record, which the request encoder refuses.
/// </summary>
internal static class ForeignValue
{
    /// <summary>Reads a value; null and what policies cannot hold (fractions, numbers beyond 64 bits) make a fault.</summary>
    public static PolicyValue Read(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.TryGetInt64(out var whole) && !value.GetRawText().AsSpan().ContainsAny(".eE") ? whole
            : throw new FormatException($"{value.GetRawText()} is no whole number within 64 bits"),
        JsonValueKind.Array => new PolicyValue.Many([.. value.EnumerateArray().Select(Read)]),
        JsonValueKind.Object => Fields(value),
        _ => throw new FormatException("policies know no null: leave the member out"),
    };

    public static PolicyValue.Fields Fields(JsonElement value)
    {
        var members = new Dictionary<string, PolicyValue>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            if (!members.TryAdd(member.Name, Read(member.Value)))
                throw new FormatException($"'{member.Name}' is there twice");
        }
        return new PolicyValue.Fields(members);
    }
}
