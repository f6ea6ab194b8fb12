using System.Buffers;
using System.Text.Json;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.A2A;

/// <summary>Writes an error in the form of its binding: UTF-8 JSON without white space.</summary>
public static class A2AErrorWriter
{
    /// <summary>The domain of the protocol's own reasons.</summary>
    public const string ProtocolDomain = "a2a-protocol.org";

    /// <summary>The domain of our codes.</summary>
    public const string OwnDomain = "a2aconsole";

    /// <summary>A JSON-RPC error answer (§9.5). <paramref name="id"/> is the request's id as it was written; empty when it could not be read: null.</summary>
    public static byte[] JsonRpc(A2AFault fault, ReadOnlySpan<byte> id, long? leafIndex = null)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer, JsonWriting.Compact);
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        writer.WritePropertyName("id"u8);
        writer.WriteRawValue(id.IsEmpty ? "null"u8 : id, skipInputValidation: true);
        writer.WriteStartObject("error"u8);
        writer.WriteNumber("code"u8, fault.Error.Code);
        writer.WriteString("message"u8, $"{fault.Error.Message}: {fault.Detail}");
        writer.WriteStartArray("data"u8);
        WriteDetails(writer, fault, leafIndex);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A REST error answer (§11.6), to be sent with <see cref="A2AError.HttpStatus"/>.</summary>
    public static byte[] Rest(A2AFault fault, long? leafIndex = null)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer, JsonWriting.Compact);
        writer.WriteStartObject();
        writer.WriteStartObject("error"u8);
        writer.WriteNumber("code"u8, fault.Error.HttpStatus);
        writer.WriteString("status"u8, fault.Error.Status);
        writer.WriteString("message"u8, $"{fault.Error.Message}: {fault.Detail}");
        writer.WriteStartArray("details"u8);
        WriteDetails(writer, fault, leafIndex);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    // Two objects: the protocol's reason, which its clients map to their error types, and ours, which says what exactly.
    private static void WriteDetails(Utf8JsonWriter writer, A2AFault fault, long? leafIndex)
    {
        WriteInfo(writer, fault.Error.Reason, ProtocolDomain);
        writer.WriteEndObject();
        WriteInfo(writer, fault.Code, OwnDomain);
        writer.WriteStartObject("metadata"u8);
        writer.WriteString("detail"u8, fault.Detail);
        // ErrorInfo's metadata is a map of strings.
        if (leafIndex is { } index)
            writer.WriteString("leafIndex"u8, index.ToString(System.Globalization.CultureInfo.InvariantCulture));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteInfo(Utf8JsonWriter writer, string reason, string domain)
    {
        writer.WriteStartObject();
        writer.WriteString("@type"u8, "type.googleapis.com/google.rpc.ErrorInfo"u8);
        writer.WriteString("reason"u8, reason);
        writer.WriteString("domain"u8, domain);
    }
}
