using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace A2AConsole.Trust.Listening;

/// <summary>Writes a refusal as RFC 9457 problem details with its stable code.</summary>
internal static class Problem
{
    public static Task WriteAsync(HttpContext context, AuthorityRefusal refusal)
    {
        var response = context.Response;
        if (response.HasStarted)
            return Task.CompletedTask;
        response.StatusCode = refusal.Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (refusal.Status == StatusCodes.Status503ServiceUnavailable)
        {
            // Each another time: those who were refused together do not come back together.
            response.Headers.RetryAfter = Random.Shared.Next(2, 11).ToString(CultureInfo.InvariantCulture);
        }
        using (var writer = new Utf8JsonWriter(response.BodyWriter))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "urn:a2aconsole:refusal:" + refusal.Code);
            writer.WriteString("title"u8, TitleOf(refusal.Code));
            writer.WriteNumber("status"u8, refusal.Status);
            writer.WriteString("detail"u8, refusal.Detail);
            writer.WriteString("code"u8, refusal.Code);
            writer.WriteEndObject();
        }
        return response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
    }

    // "token-spent" reads as "Token spent".
    private static string TitleOf(string code) => char.ToUpperInvariant(code[0]) + code[1..].Replace('-', ' ');
}
