using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using A2AConsole.Core.Notices;

namespace A2AConsole.Detection.Export;

/// <summary>A JSON array of OCSF events by POST, signed like a webhook where a key is configured.</summary>
public sealed class HttpSink(ExportOptions options, HttpClient client, TimeProvider time) : IExportSink
{
    /// <inheritdoc/>
    public string Name => "http";

    /// <inheritdoc/>
    public Task<SinkAnswer> SendAsync(IReadOnlyList<ExportRecord> records, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(new JsonArray([.. records.Select(r => r.Json.DeepClone())]).ToJsonString());
        var request = new HttpRequestMessage(HttpMethod.Post, options.Http.Url) { Content = Posting.Json(body) };
        if (options.Http.Key() is { } key)
        {
            var (id, now) = (string.Create(CultureInfo.InvariantCulture, $"export-{records[0].Leaf}-{records[^1].Leaf}"), time.GetUtcNow());
            request.Headers.Add("webhook-id", id);
            request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            request.Headers.Add("webhook-signature", WebhookSignature.Sign(key, id, now, body));
        }
        return Posting.SendAsync(client, request, options.Http.AuthorizationFile, cancellationToken);
    }
}

/// <summary>OpenTelemetry log records whose body is the OCSF event (OTLP 1.x over HTTP, JSON encoding).</summary>
public sealed class OtlpSink(ExportOptions options, HttpClient client) : IExportSink
{
    /// <inheritdoc/>
    public string Name => "otlp";

    /// <inheritdoc/>
    public Task<SinkAnswer> SendAsync(IReadOnlyList<ExportRecord> records, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["resourceLogs"] = new JsonArray(new JsonObject
            {
                ["resource"] = new JsonObject { ["attributes"] = new JsonArray(Text("service.name", "a2aconsole")) },
                ["scopeLogs"] = new JsonArray(new JsonObject { ["scope"] = new JsonObject { ["name"] = "a2aconsole.export" }, ["logRecords"] = new JsonArray([.. records.Select(Record)]) }),
            }),
        };
        var request = new HttpRequestMessage(HttpMethod.Post, options.Otlp.Url.TrimEnd('/') + "/v1/logs") { Content = Posting.Json(Encoding.UTF8.GetBytes(body.ToJsonString())) };
        return Posting.SendAsync(client, request, options.Otlp.AuthorizationFile, cancellationToken);
    }

    private static JsonNode Record(ExportRecord record)
    {
        var json = record.Json;
        // Severity numbers of OpenTelemetry: INFO 9, WARN 13, ERROR 17, FATAL 21.
        var severity = (int)json["severity_id"]! switch { <= 1 => 9, 2 => 10, 3 => 13, 4 => 17, _ => 21 };
        return new JsonObject
        {
            ["timeUnixNano"] = (record.At.ToUnixTimeMilliseconds() * 1_000_000L).ToString(CultureInfo.InvariantCulture), ["severityNumber"] = severity, ["severityText"] = (string?)json["severity"],
            ["eventName"] = (string?)json["class_name"], ["body"] = new JsonObject { ["stringValue"] = json.ToJsonString() },
            ["attributes"] = new JsonArray(Text("ocsf.class_uid", ((int)json["class_uid"]!).ToString(CultureInfo.InvariantCulture)), Text("ocsf.metadata.uid", (string)json["metadata"]!["uid"]!)),
        };
    }

    private static JsonObject Text(string key, string value) => new() { ["key"] = key, ["value"] = new JsonObject { ["stringValue"] = value } };
}

/// <summary>What the two have in common.</summary>
internal static class Posting
{
    public static ByteArrayContent Json(byte[] body) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    public static async Task<SinkAnswer> SendAsync(HttpClient client, HttpRequestMessage request, string? authorizationFile, CancellationToken cancellationToken)
    {
        using (request)
        {
            var where = request.RequestUri!.GetLeftPart(UriPartial.Authority);
            try
            {
                if (authorizationFile is { Length: > 0 })
                    request.Headers.TryAddWithoutValidation("Authorization", (await File.ReadAllTextAsync(authorizationFile, cancellationToken)).Trim());
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                var status = (int)response.StatusCode;
                // Who may not enter may once somebody mended it; what is malformed stays malformed.
                var never = response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.UnprocessableEntity;
                return response.IsSuccessStatusCode ? new(true, false, $"Taken by {where} ({status}).") : new(false, never, $"{where} answered {status}; 2xx says that it took them.");
            }
            catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                return new(false, false, e is OperationCanceledException ? $"{where} did not answer in time." : $"{where} did not take them: {e.Message}");
            }
        }
    }
}
