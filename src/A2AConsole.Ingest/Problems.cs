using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace A2AConsole.Ingest;

/// <summary>Replies that say no, as RFC 9457 problem details.</summary>
internal static class Problems
{
    private const string ContentType = "application/problem+json";

    /// <summary>
    /// Writes a problem. <paramref name="type"/> is the stable URN's last part (<c>urn:a2aconsole:&lt;type&gt;</c>);
    /// <paramref name="more"/> adds members.
    /// </summary>
    public static Task WriteAsync(HttpContext context, int status, string type, string title, string detail, Action<Utf8JsonWriter>? more = null)
    {
        var response = context.Response;
        if (response.HasStarted)
            return Task.CompletedTask;
        response.StatusCode = status;
        response.ContentType = ContentType;
        using (var writer = new Utf8JsonWriter(response.BodyWriter))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "urn:a2aconsole:" + type);
            writer.WriteString("title"u8, title);
            writer.WriteNumber("status"u8, status);
            writer.WriteString("detail"u8, detail);
            more?.Invoke(writer);
            writer.WriteEndObject();
        }
        return response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
    }

    /// <summary>As the other overload, and asks the client to come again after some seconds.</summary>
    public static Task WriteRetryAsync(HttpContext context, int status, string type, string title, string detail, int retryAfterSeconds)
    {
        context.Response.Headers.RetryAfter = retryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return WriteAsync(context, status, type, title, detail);
    }
}
