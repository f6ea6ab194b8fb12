using System.Text.Json;

namespace A2AConsole.Policy.Engine;

/// <summary>What the engine said. <see cref="Allowed"/> only when it said so in full: success, allow, and no policy failed.</summary>
/// <param name="Failure">Why it could not answer at all.</param>
internal sealed record EngineAnswer(bool Allowed, IReadOnlyList<string> Determining, IReadOnlyList<string> FailedPolicies, string? FirstError, string? Failure)
{
    public static EngineAnswer Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.GetProperty("type"u8).GetString() != "success")
                return new EngineAnswer(false, [], [], null, FailureOf(root));
            var response = root.GetProperty("response"u8);
            var diagnostics = response.GetProperty("diagnostics"u8);
            var failed = new List<string>();
            string? first = null;
            foreach (var error in diagnostics.GetProperty("errors"u8).EnumerateArray())
            {
                failed.Add(error.GetProperty("policyId"u8).GetString()!);
                first ??= error.GetProperty("error"u8).GetProperty("message"u8).GetString();
            }
            string[] determining = [.. diagnostics.GetProperty("reason"u8).EnumerateArray().Select(e => e.GetString()!).Order(StringComparer.Ordinal)];
            failed.Sort(StringComparer.Ordinal);
            return new EngineAnswer(failed.Count == 0 && response.GetProperty("decision"u8).GetString() == "allow", determining, failed, first, null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new EngineAnswer(false, [], [], null, "the policy engine's answer cannot be read: " + e.Message);
        }
    }

    /// <summary>The errors of an answer of type "failure", in words.</summary>
    public static string FailureOf(JsonElement answer)
    {
        if (answer.TryGetProperty("errors"u8, out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0)
            return string.Join("; ", errors.EnumerateArray().Select(Words));
        return "the policy engine gave no reason";
    }

    private static string Words(JsonElement error)
    {
        var message = error.GetProperty("message"u8).GetString() ?? "";
        return error.TryGetProperty("help"u8, out var help) && help.GetString() is { Length: > 0 } words ? $"{message} ({words})" : message;
    }
}
