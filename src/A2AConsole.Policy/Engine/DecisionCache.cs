using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using A2AConsole.Core.Policies;

namespace A2AConsole.Policy.Engine;

/// <summary>
/// Remembers decisions. The engine is a pure function of its bundle and the request, so an equal request has an equal answer. Members of the context that
/// no policy in question reads (the time, for a policy without one) count by their kind only: validation against the schema looks at kinds, evaluation never
/// looks at them at all.
/// </summary>
internal sealed class DecisionCache(int capacity)
{
    private readonly ConcurrentDictionary<Key, PolicyDecision> _current = new();
    private ConcurrentDictionary<Key, PolicyDecision> _previous = new();
    private readonly Lock _turn = new();

    /// <summary>A request's key: 256 bits of digest.</summary>
    internal readonly record struct Key(ulong A, ulong B, ulong C, ulong D);

    /// <summary>The key of a request under one set of policies.</summary>
    public static Key KeyOf(DecisionRequest request, NarrowedSet set, RequestLimits limits)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        var values = new ValueWriter(writer, limits, supposed: null);
        writer.WriteStartArray();
        writer.WriteStringValue(set.Name);
        values.Uid(request.Principal);
        values.Uid(request.Resource);
        foreach (var (name, value) in request.Context.Members.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            writer.WriteStringValue(name);
            if (set.ContextMembers is null || set.ContextMembers.Contains(name))
                values.Value(value, 0);
            else
                WriteKind(writer, value, 0, limits.Depth);
        }
        foreach (var entity in request.Entities)
            RequestEncoder.WriteEntity(entity, values, writer);
        writer.WriteEndArray();
        writer.Flush();
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer.WrittenSpan, digest);
        return new Key(BitConverter.ToUInt64(digest), BitConverter.ToUInt64(digest[8..]), BitConverter.ToUInt64(digest[16..]), BitConverter.ToUInt64(digest[24..]));
    }

    public PolicyDecision? Find(in Key key)
    {
        if (_current.TryGetValue(key, out var decision))
            return decision;
        if (!_previous.TryGetValue(key, out decision))
            return null;
        Add(key, decision);
        return decision;
    }

    /// <summary>Remembers a decision. Two generations: what was not asked for during a whole one is forgotten.</summary>
    public void Add(in Key key, PolicyDecision decision)
    {
        _current[key] = decision;
        if (_current.Count <= capacity)
            return;
        lock (_turn)
        {
            if (_current.Count <= capacity)
                return;
            _previous = new ConcurrentDictionary<Key, PolicyDecision>(_current);
            _current.Clear();
        }
    }

    private static void WriteKind(Utf8JsonWriter writer, PolicyValue value, int depth, int maxDepth)
    {
        if (depth >= maxDepth)
            throw new RequestFaultException(DecisionFaults.TooLarge, $"a request is nested at most {maxDepth} deep");
        switch (value)
        {
            case PolicyValue.Fields fields:
                writer.WriteStartObject();
                foreach (var (name, member) in fields.Members.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    WriteKind(writer, member, depth + 1, maxDepth);
                }
                writer.WriteEndObject();
                break;
            case PolicyValue.Many many:
                writer.WriteStartArray();
                foreach (var item in many.Items)
                    WriteKind(writer, item, depth + 1, maxDepth);
                writer.WriteEndArray();
                break;
            case PolicyValue.Reference reference:
                // Validation looks at the entity as well: its type, and its identifier where a type lists them.
                writer.WriteStringValue("&" + reference.Uid);
                break;
            default:
                writer.WriteStringValue(value.GetType().Name);
                break;
        }
    }
}
