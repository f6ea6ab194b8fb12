using System.Text.Json;

namespace A2AConsole.Policy.Bundles;

/// <summary>The engine's errors as problems at their places.</summary>
internal static class EngineErrors
{
    /// <param name="start">Where the text that the engine saw begins in the source, in bytes.</param>
    public static IEnumerable<BundleProblem> Of(JsonElement errors, string code, SourceText source, int start)
        => errors.EnumerateArray().Select(e => One(e, code, source, start, ProblemSeverity.Error));

    public static BundleProblem One(JsonElement error, string code, SourceText source, int start, ProblemSeverity severity)
    {
        var message = error.GetProperty("message").GetString() ?? "";
        var offset = start;
        if (error.TryGetProperty("sourceLocations", out var places) && places.ValueKind == JsonValueKind.Array && places.GetArrayLength() > 0)
        {
            offset += places[0].GetProperty("start").GetInt32();
            if (places[0].TryGetProperty("label", out var label) && label.GetString() is { Length: > 0 } words)
                message += ": " + words;
        }
        if (error.TryGetProperty("help", out var help) && help.GetString() is { Length: > 0 } advice)
            message += $" ({advice})";
        return source.Problem(code, offset, message, severity);
    }
}
