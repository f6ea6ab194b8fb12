using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace A2AConsole.Trust.Listening;

/// <summary>Reads the JSON that agents send: one object, no member twice, no deep nesting; or says why it cannot be read. It answers nothing.</summary>
internal static class RequestReader
{
    /// <summary>How requests are read and replies written.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        AllowDuplicateProperties = false,
        PropertyNameCaseInsensitive = false,
        MaxDepth = 32,
    };

    public static async Task<(T? Body, AuthorityRefusal? Refusal)> ReadAsync<T>(HttpContext context, string members) where T : class
    {
        if (!context.Request.HasJsonContentType())
            return (null, Refusals.MediaTypeUnsupported());
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Json, context.RequestAborted) is { } body
                ? (body, null)
                : (null, Refusals.RequestMalformed($"it is not one JSON object with the members {members}"));
        }
        catch (JsonException)
        {
            return (null, Refusals.RequestMalformed($"it is not one JSON object with the members {members}"));
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, Refusals.RequestTooLarge());
        }
    }

    /// <summary>Where a request comes from.</summary>
    public static string? AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString();
}
