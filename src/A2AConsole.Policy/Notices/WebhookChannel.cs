using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using A2AConsole.Core.Notices;

namespace A2AConsole.Policy.Notices;

/// <summary>Notices to another system: JSON, signed (<see cref="WebhookSignature"/>). Redirects are not followed, so nobody leads a notice elsewhere.</summary>
public sealed class WebhookChannel(NoticeOptions options, HttpClient client, TimeProvider time) : INoticeChannel
{
    /// <inheritdoc/>
    public string Name => "webhook";

    /// <inheritdoc/>
    public string Where => new Uri(options.Webhook.Url).GetLeftPart(UriPartial.Authority);

    /// <inheritdoc/>
    public async Task<string> SendAsync(NoticeText text, IReadOnlyList<string> people, CancellationToken cancellationToken)
    {
        var key = options.Webhook.Key() ?? throw new NoticeFailedException("The webhook's secret cannot be read.");
        var now = time.GetUtcNow();
        var body = Write(text, now);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", text.Id);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(key, text.Id, now, body));
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode ? $"Taken by {Where} ({(int)response.StatusCode})." : throw new NoticeFailedException($"{Where} answered {(int)response.StatusCode}; 2xx says that it took the notice.");
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new NoticeFailedException($"{Where} did not take the notice: {NoticeText.Line(e.Message)}", e);
        }
    }

    private byte[] Write(NoticeText text, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", text.Type);
            json.WriteString("timestamp", now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteStartObject("data");
            json.WriteString("subject", text.Subject);
            json.WriteString("link", options.Console is null ? text.Path : new Uri(options.Console, text.Path).AbsoluteUri);
            json.WriteStartObject("facts");
            foreach (var (name, value) in text.Facts)
                json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
