using System.Globalization;
using System.Text.Json;
using A2AConsole.Core.Policies;

namespace A2AConsole.Policy.Engine;

/// <summary>A request cannot be put to the engine; <paramref name="code"/> is one of <see cref="DecisionFaults"/>.</summary>
internal sealed class RequestFaultException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>
/// Writes values as the engine's JSON. The engine reads <c>__entity</c> and <c>__extn</c> in any record as an escape to another kind of value, so
/// those names never come from a request; kinds are written from their types only.
/// </summary>
internal sealed class ValueWriter(Utf8JsonWriter writer, RequestLimits limits, EntityUid? supposed)
{
    private const string DateTimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const decimal FractionLimit = 922_337_203_685_477.5807m;
    private const int MaxNameLength = 256;
    private int _values;

    /// <summary>Every entity that a value refers to.</summary>
    public HashSet<EntityUid> References { get; } = [];

    public void Uid(string member, EntityUid uid)
    {
        writer.WritePropertyName(member);
        Uid(uid);
    }

    public void Uid(EntityUid uid)
    {
        if (uid != supposed && uid.Check() is { } broken)
            throw new RequestFaultException(DecisionFaults.InvalidIdentifier, $"'{Shown(uid.Id)}' of type '{Shown(uid.Type)}': {broken}");
        writer.WriteStartObject();
        writer.WriteString("type"u8, uid.Type);
        writer.WriteString("id"u8, uid.Id);
        writer.WriteEndObject();
    }

    public void Record(IReadOnlyDictionary<string, PolicyValue> members, int depth = 0)
    {
        Deeper(depth);
        writer.WriteStartObject();
        foreach (var (name, value) in members)
        {
            CheckName(name);
            writer.WritePropertyName(name);
            Value(value, depth + 1);
        }
        writer.WriteEndObject();
    }

    public void Value(PolicyValue value, int depth)
    {
        if (++_values > limits.Values)
            throw new RequestFaultException(DecisionFaults.TooLarge, $"a request holds at most {limits.Values} values");
        switch (value)
        {
            case PolicyValue.Truth truth:
                writer.WriteBooleanValue(truth.Value);
                break;
            case PolicyValue.Whole whole:
                writer.WriteNumberValue(whole.Value);
                break;
            case PolicyValue.Text text:
                CheckText(text.Value);
                writer.WriteStringValue(text.Value);
                break;
            case PolicyValue.Reference reference:
                References.Add(reference.Uid);
                writer.WriteStartObject();
                writer.WritePropertyName("__entity"u8);
                Uid(reference.Uid);
                writer.WriteEndObject();
                break;
            case PolicyValue.Instant instant:
                Extension("datetime", instant.Value.UtcDateTime.ToString(DateTimeFormat, CultureInfo.InvariantCulture));
                break;
            case PolicyValue.Fraction fraction:
                if (Math.Abs(fraction.Value) > FractionLimit || decimal.Round(fraction.Value, 4) != fraction.Value)
                    throw new RequestFaultException(DecisionFaults.InvalidValue, "a fraction has at most four digits after the point and lies between -922337203685477.5807 and 922337203685477.5807");
                Extension("decimal", fraction.Value.ToString("0.0###", CultureInfo.InvariantCulture));
                break;
            case PolicyValue.Many many:
                Deeper(depth);
                writer.WriteStartArray();
                foreach (var item in many.Items)
                    Value(item, depth + 1);
                writer.WriteEndArray();
                break;
            case PolicyValue.Fields fields:
                Record(fields.Members, depth);
                break;
            default:
                throw new RequestFaultException(DecisionFaults.InvalidValue, "a value is missing");
        }
        if (writer.BytesPending + writer.BytesCommitted > limits.Bytes)
            throw new RequestFaultException(DecisionFaults.TooLarge, $"a request has at most {limits.Bytes} bytes");
    }

    private void Extension(string function, string argument)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("__extn"u8);
        writer.WriteString("fn"u8, function);
        writer.WriteString("arg"u8, argument);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void Deeper(int depth)
    {
        if (depth >= limits.Depth)
            throw new RequestFaultException(DecisionFaults.TooLarge, $"a request is nested at most {limits.Depth} deep");
    }

    private static void CheckName(string name)
    {
        if (name.StartsWith("__", StringComparison.Ordinal))
            throw new RequestFaultException(DecisionFaults.InvalidValue, $"a member is called '{Shown(name)}': names that begin with '__' are the policy language's own");
        if (name.Length > MaxNameLength)
            throw new RequestFaultException(DecisionFaults.TooLarge, $"a member's name has at most {MaxNameLength} characters");
        CheckText(name);
    }

    private static void CheckText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                throw new RequestFaultException(DecisionFaults.InvalidValue, "a text holds half of a surrogate pair, which is no character");
            i++;
        }
    }

    // A message may be shown and logged: no more of a stranger's text than says which, and nothing that draws.
    private static string Shown(string? text)
        => text is null ? "" : string.Concat(text.Take(60).Select(c => c is >= ' ' and <= '~' ? c.ToString() : $"\\u{(int)c:x4}"));
}
