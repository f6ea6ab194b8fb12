using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.A2A;

namespace A2AConsole.Ingest.A2A.Held;

/// <summary>How a call to an agent ended.</summary>
internal enum CallEnd
{
    /// <summary>It answered as it should; the answer's result is there.</summary>
    Answered,
    /// <summary>It said no.</summary>
    Refused,
    /// <summary>No connection came about: it has nothing of it.</summary>
    NotSent,
    /// <summary>Something went wrong after it began: nobody knows whether it acted.</summary>
    Unknown,
}

/// <summary>What an agent said to a call of ours.</summary>
internal sealed record CallAnswer(CallEnd End, string Detail, JsonElement Result = default);

/// <summary>Calls that the gateway makes by itself, for a message that waited or a task that came of it.</summary>
internal sealed class AgentCalls(IngestOptions options)
{
    private const int MaxAnswer = 4 * 1024 * 1024;
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <summary>Sends a body; a stream is read up to its first event.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="route">How.</param>
    /// <param name="method">The HTTP method.</param>
    /// <param name="address">Where to.</param>
    /// <param name="body">The body, or empty for none.</param>
    /// <param name="peer">On whose behalf.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<CallAnswer> SendAsync(A2AAgent agent, HeldRoute route, HttpMethod method, Uri address, ReadOnlyMemory<byte> body, string peer, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address) { Version = System.Net.HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        if (!body.IsEmpty)
            request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = Json } };
        request.Headers.Add(A2AForwarder.PeerHeader, peer);
        request.Headers.Add(route.Version == A2AVersion.V1 ? A2AExtensions.Header : A2AExtensions.OldHeader, EnvelopeExtension.Uri);
        if (route.Version == A2AVersion.V1)
            request.Headers.Add(A2AVersionRule.Name, "1.0");
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(options.A2A.ActivityTimeout);
        try
        {
            using var response = await agent.Upstream.Invoker.SendAsync(request, bound.Token);
            return await ReadAsync(response, isRpc: route.Rest is null, bound.Token);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError)
        {
            return new(CallEnd.NotSent, "The agent cannot be reached, or is not who it should be.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new(CallEnd.Unknown, "The agent did not answer to the end; whether it acted is not known.");
        }
    }

    private static async Task<CallAnswer> ReadAsync(HttpResponseMessage response, bool isRpc, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var text = response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? await FirstEventAsync(stream, cancellationToken) : await AllAsync(stream, cancellationToken);
        var status = (int)response.StatusCode;
        if (status >= 500)
            return new(CallEnd.Unknown, $"The agent answered with HTTP {status}; whether it acted is not known.");
        if (status >= 300)
            return new(CallEnd.Refused, $"The agent refused it with HTTP {status}.");
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        if (!isRpc)
            return new(CallEnd.Answered, "", root.Clone());
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("result", out var result))
            return new(CallEnd.Answered, "", result.Clone());
        var code = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error) && error.TryGetProperty("code", out var number) && number.TryGetInt32(out var value) ? value : 0;
        return code == A2AError.Internal.Code || code == 0
            ? new(CallEnd.Unknown, "The agent failed at it; whether it acted is not known.")
            : new(CallEnd.Refused, $"The agent refused it with the error {code}.");
    }

    private static async Task<ReadOnlyMemory<byte>> AllAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (await stream.ReadAsync(chunk, cancellationToken) is > 0 and var read)
        {
            if (buffer.Length + read > MaxAnswer)
                throw new IOException("The agent's answer is too long.");
            buffer.Write(chunk, 0, read);
        }
        return buffer.ToArray();
    }

    private static async Task<ReadOnlyMemory<byte>> FirstEventAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var data = new StringBuilder();
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal))
                data.Append(line.AsSpan(5).TrimStart(' ')).Append('\n');
            else if (line.Length == 0 && data.Length > 0)
                break;
            if (data.Length > MaxAnswer)
                throw new IOException("The agent's answer is too long.");
        }
        return Encoding.UTF8.GetBytes(data.ToString());
    }
}
