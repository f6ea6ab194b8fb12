using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace A2AConsole.Core.A2A;

/// <summary>Reads messages.</summary>
public static class A2AMessageReader
{
    /// <summary>The most parts of a message.</summary>
    public const int MaxParts = 64;

    /// <summary>The most extensions that a message names.</summary>
    public const int MaxExtensions = 32;
    private const int MaxId = 128;

    private static readonly string[] MessageNames = ["messageId", "contextId", "taskId", "role", "parts", "metadata", "extensions", "referenceTaskIds"];
    private static readonly string[] PartNames = ["text", "raw", "url", "data", "metadata", "filename", "mediaType", "kind", "file"];

    /// <summary>Reads a message by itself (A2A 1.0), as an agent's framework hands it over.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out A2AMessage? message, [NotNullWhen(false)] out A2AFault? fault)
    {
        message = null;
        if (!A2AJson.TryParse(json, "The message", out var document, out var broken))
        {
            fault = A2ARequestReader.FaultOf(broken);
            return false;
        }
        using (document)
            message = Read(json, document.RootElement, A2AVersion.V1, EnvelopeExtension.Uri, out fault);
        return message is not null;
    }

    /// <summary>Reads a message out of a body that <see cref="A2AJson"/> has judged, and that its document was made of.</summary>
    internal static A2AMessage? Read(ReadOnlyMemory<byte> body, JsonElement value, A2AVersion version, string extensionUri, out A2AFault? fault)
    {
        fault = CheckObject(value, "message", MessageNames);
        if (fault is not null)
            return null;
        var id = Text(value, "messageId", ref fault);
        var context = Text(value, "contextId", ref fault);
        var task = Text(value, "taskId", ref fault);
        var role = version == A2AVersion.V1 ? "ROLE_USER" : "user";
        if (fault is null && string.IsNullOrEmpty(id))
            fault = A2AFault.Invalid("message-id-missing", $"The message needs a messageId: 1–{MaxId} characters, new for each message.");
        else if (fault is null && (!value.TryGetProperty("role", out var said) || said.ValueKind != JsonValueKind.String || !said.ValueEquals(role)))
            fault = A2AFault.Invalid("role-invalid", $"The message's role must be \"{role}\": it goes from a client to an agent.");
        var parts = Parts(body, value, version, ref fault);
        var extensions = Extensions(value, ref fault);
        var envelope = Envelope(body, value, extensionUri, ref fault);
        return fault is not null ? null : new A2AMessage
        {
            MessageId = id!, ContextId = NullIfEmpty(context), TaskId = NullIfEmpty(task), Parts = parts, Extensions = extensions, Envelope = envelope,
        };
    }

    /// <summary>The fault of a value that is no object, or that has a twin of a member that we interpret.</summary>
    internal static A2AFault? CheckObject(JsonElement value, string what, ReadOnlySpan<string> names)
        => value.ValueKind != JsonValueKind.Object ? A2AFault.Invalid("malformed", $"The {what} must be a JSON object.")
            : A2AJson.Lookalike(value, names) is { } name ? A2AFault.Invalid("lookalike-member", $"The {what} has a member that some readers would take for \"{name}\"; write {name} exactly so, once.")
            : null;

    /// <summary>A short text without control characters; null when it is absent.</summary>
    internal static string? Text(JsonElement value, string name, ref A2AFault? fault)
    {
        if (fault is not null || !value.TryGetProperty(name, out var member))
            return null;
        var text = member.ValueKind == JsonValueKind.String ? member.GetString()! : null;
        if (text is not null && text.Length <= MaxId && !text.Any(char.IsControl))
            return text;
        fault = A2AFault.Invalid("malformed", $"{name} must be a string of at most {MaxId} characters, none of them a control character.");
        return null;
    }

    private static List<A2APart> Parts(ReadOnlyMemory<byte> body, JsonElement message, A2AVersion version, ref A2AFault? fault)
    {
        if (fault is not null)
            return [];
        if (!message.TryGetProperty("parts", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MaxParts)
        {
            fault = A2AFault.Invalid("parts-invalid", $"The message's parts must be an array of 1–{MaxParts} parts.");
            return [];
        }
        var parts = new List<A2APart>(list.GetArrayLength());
        foreach (var value in list.EnumerateArray())
        {
            fault = CheckObject(value, "part", PartNames);
            if (fault is not null)
                return [];
            var part = version == A2AVersion.V1 ? Part(body, value, ref fault) : OldPart(body, value, ref fault);
            if (part is null)
                return [];
            parts.Add(part);
        }
        return parts;
    }

    private static A2APart? Part(ReadOnlyMemory<byte> body, JsonElement value, ref A2AFault? fault)
    {
        A2APart? part = null;
        var contents = 0;
        foreach (var (name, kind) in ((string, A2APartKind)[])[("text", A2APartKind.Text), ("raw", A2APartKind.Raw), ("url", A2APartKind.Url), ("data", A2APartKind.Data)])
        {
            if (!value.TryGetProperty(name, out var content))
                continue;
            contents++;
            if (kind != A2APartKind.Data && content.ValueKind != JsonValueKind.String)
                fault = A2AFault.Invalid("parts-invalid", $"A part's {name} must be a string.");
            part = new A2APart(kind, body[A2AJson.RangeOf(body, content)], Text(value, "mediaType", ref fault), HasAny(value, "filename", "metadata"));
        }
        if (fault is null && contents != 1)
            fault = A2AFault.Invalid("parts-invalid", "A part must have exactly one of text, raw, url and data.");
        return fault is null ? part : null;
    }

    // 0.3: {"kind":"text","text":…}, {"kind":"data","data":…}, {"kind":"file","file":{"bytes" or "uri",…}}.
    private static A2APart? OldPart(ReadOnlyMemory<byte> body, JsonElement value, ref A2AFault? fault)
    {
        var kind = Text(value, "kind", ref fault);
        A2APart? part = kind switch
        {
            "text" when value.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String && !HasAny(value, "data", "file")
                => new(A2APartKind.Text, body[A2AJson.RangeOf(body, text)], null, HasAny(value, "metadata")),
            "data" when value.TryGetProperty("data", out var data) && !HasAny(value, "text", "file")
                => new(A2APartKind.Data, body[A2AJson.RangeOf(body, data)], null, HasAny(value, "metadata")),
            "file" when value.TryGetProperty("file", out var file) && file.ValueKind == JsonValueKind.Object && !HasAny(value, "text", "data")
                => new(HasAny(file, "uri") ? A2APartKind.Url : A2APartKind.Raw, body[A2AJson.RangeOf(body, file)], null, HasMore: true),
            _ => null,
        };
        if (part is null)
            fault ??= A2AFault.Invalid("parts-invalid", "A part of A2A 0.3 has a kind (text, data or file) and the member of that name, and no other content.");
        return fault is null ? part : null;
    }

    private static IReadOnlyList<string> Extensions(JsonElement message, ref A2AFault? fault)
    {
        if (fault is not null || !message.TryGetProperty("extensions", out var list))
            return [];
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxExtensions || list.EnumerateArray().Any(e => e.ValueKind != JsonValueKind.String))
        {
            fault = A2AFault.Invalid("extensions-invalid", $"The message's extensions must be an array of at most {MaxExtensions} URIs.");
            return [];
        }
        return [.. list.EnumerateArray().Select(e => e.GetString()!)];
    }

    private static ReadOnlyMemory<byte> Envelope(ReadOnlyMemory<byte> body, JsonElement message, string uri, ref A2AFault? fault)
    {
        if (fault is not null || !message.TryGetProperty("metadata", out var metadata) || metadata.ValueKind == JsonValueKind.Null)
            return default;
        if (metadata.ValueKind != JsonValueKind.Object)
            fault = A2AFault.Invalid("malformed", "The message's metadata must be a JSON object.");
        else if (metadata.TryGetProperty(uri, out var envelope))
            return body[A2AJson.RangeOf(body, envelope)];
        return default;
    }

    private static bool HasAny(JsonElement value, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (value.TryGetProperty(name, out _))
                return true;
        }
        return false;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
