using System.Text.Encodings.Web;
using System.Text.Json;

namespace A2AConsole.Core.Envelopes;

/// <summary>How we write JSON that goes over the wire.</summary>
internal static class JsonWriting
{
    /// <summary>No white space, and only what JSON itself demands escaped: base64's '+' stays as it is.</summary>
    public static JsonWriterOptions Compact { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = false };
}
