using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Bundles;

namespace A2AConsole.Policy.Engine;

/// <summary>Encodes a request for the engine, with those of the bundle's entities that policies or the request refer to, and no others.</summary>
internal static class RequestEncoder
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The name under which an instance holds the bundle's schema.</summary>
    public const string SchemaName = "s";

    /// <summary>The call's JSON. Throws <see cref="RequestFaultException"/> when the request cannot be put.</summary>
    /// <param name="literals">The entities that the policies in question name.</param>
    /// <param name="supposed">Evidence that is only supposed.</param>
    public static ReadOnlyMemory<byte> Encode(
        DecisionRequest request, BundleEntities entities, IReadOnlyCollection<EntityUid> literals, string policySet, RequestLimits limits, SupposedEvidence? supposed = null)
    {
        if (request.Entities.Count > limits.Entities)
            throw new RequestFaultException(DecisionFaults.TooLarge, $"a request brings at most {limits.Entities} entities");
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var writer = new Utf8JsonWriter(buffer, Options);
        var values = new ValueWriter(writer, limits, supposed?.Approver);
        writer.WriteStartObject();
        values.Uid("principal", request.Principal);
        values.Uid("action", request.Action);
        values.Uid("resource", request.Resource);
        writer.WritePropertyName("context"u8);
        values.Record(supposed is null ? request.Context.Members : supposed.Into(request.Context).Members);
        writer.WriteString("preparsedSchemaName"u8, SchemaName);
        writer.WriteString("preparsedPolicySetId"u8, policySet);
        writer.WriteBoolean("validateRequest"u8, true);
        writer.WriteStartArray("entities"u8);
        WriteEntities(request, entities, values, writer);
        if (supposed?.ApproverEntity is { } approver)
            WriteEntity(approver, values, writer);
        values.References.UnionWith(literals);
        values.References.Add(request.Principal);
        values.References.Add(request.Resource);
        foreach (var uid in entities.Closure(values.References))
            writer.WriteRawValue(entities[uid].Encoded.Span, skipInputValidation: true);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteEntities(DecisionRequest request, BundleEntities entities, ValueWriter values, Utf8JsonWriter writer)
    {
        var seen = new HashSet<EntityUid>(request.Entities.Count);
        foreach (var entity in request.Entities)
        {
            if (!seen.Add(entity.Uid))
                throw new RequestFaultException(DecisionFaults.EntityConflict, $"{entity.Uid} comes twice");
            if (entities.Owns(entity.Uid.Type))
                throw new RequestFaultException(DecisionFaults.EntityConflict, $"{entity.Uid}: entities of this type belong to the bundle, and no request brings one");
            if (entity.Uid.Type is "Action" || entity.Uid.Type.EndsWith("::Action", StringComparison.Ordinal))
                throw new RequestFaultException(DecisionFaults.EntityConflict, $"{entity.Uid}: actions belong to the schema, and no request brings one");
            WriteEntity(entity, values, writer);
        }
    }

    internal static void WriteEntity(PolicyEntity entity, ValueWriter values, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        values.Uid("uid", entity.Uid);
        writer.WritePropertyName("attrs"u8);
        values.Record(entity.Attributes);
        writer.WriteStartArray("parents"u8);
        foreach (var parent in entity.Parents)
        {
            values.References.Add(parent);
            values.Uid(parent);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
