using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace A2AConsole.Sdk;

/// <summary>
/// Brings one request to the edge, in a bounded number of attempts. After "come again" (429, 503) nothing was consumed: the same
/// bytes go again. After a lost answer nobody knows: the messages are signed anew under the same idempotency keys, and the edge
/// gives the earlier receipts if it had admitted them.
/// </summary>
internal sealed class Delivery(ConnectionSwitch connections, AgentOptions options, EdgeHints hints)
{
    public async Task<IReadOnlyList<SendResult>> SendAsync(RequestShape shape, IReadOnlyList<AgentMessage> messages, CancellationToken cancellationToken)
    {
        var attempts = new Attempts(messages.Count);
        SignedRequest? request = null;
        var sent = false;
        string trouble = "";
        Exception? cause = null;
        for (var attempt = 1; ; attempt++)
        {
            var connection = connections.Acquire();
            try
            {
                // A renewal in between brought another key, or the pause outlived the events: sign anew in either case.
                if (request is null || request.Signer != connection.Identity || request.Expires <= options.TimeProvider.GetUtcNow())
                {
                    request = RequestWriter.Sign(shape, messages, connection.Identity, options.TimeProvider.GetUtcNow(), options.EventLifetime);
                    attempts.Add(request);
                    sent = false;
                }
                var answer = await ExchangeAsync(connection, HttpMethod.Post, "/v1/events", request, cancellationToken);
                if (answer.Body is { } body && !answer.ComeAgain)
                {
                    var results = ReplyReader.Read(shape, answer.Status, body, messages, connection.Identity.SpiffeId.Text, request, attempts);
                    if (!(sent && results.Any(r => r.Refusal?.Code == "replayed")) || attempt >= options.MaxAttempts)
                        return results;
                    // The edge had taken these bytes after all when it said "come again": ask under the idempotency keys.
                    request = null;
                    continue;
                }
                sent = true;
                (trouble, cause) = (answer.Trouble, answer.Cause);
                if (!answer.ComeAgain)
                    request = null;
                if (attempt >= options.MaxAttempts)
                    throw new AgentUnavailableException($"the edge did not take the request in {attempt} attempts; last: {trouble}", cause);
                await PauseAsync(attempt, answer, cancellationToken);
            }
            finally
            {
                connection.Release();
            }
        }
    }

    /// <summary>Reads something from the edge, with the same patience.</summary>
    public async Task<byte[]> GetAsync(string path, CancellationToken cancellationToken)
        => await FindAsync(path, cancellationToken) ?? throw new AgentUnavailableException($"the edge has no {path}");

    /// <summary>As <see cref="GetAsync"/>; null when the edge says that it has no such thing.</summary>
    public async Task<byte[]?> FindAsync(string path, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var connection = connections.Acquire();
            try
            {
                var answer = await ExchangeAsync(connection, HttpMethod.Get, path, null, cancellationToken);
                if (answer is { Body: { } body, Status: 200 })
                    return body;
                if (answer is { Body: not null, Status: (int)HttpStatusCode.NotFound })
                    return null;
                if (answer.Body is not null)
                    throw new AgentUnavailableException($"the edge does not give {path}: {Problem.Read(answer.Body, answer.Status).Detail}");
                if (attempt >= options.MaxAttempts)
                    throw new AgentUnavailableException($"the edge did not give {path} in {attempt} attempts; last: {answer.Trouble}", answer.Cause);
                await PauseAsync(attempt, answer, cancellationToken);
            }
            finally
            {
                connection.Release();
            }
        }
    }

    private Task PauseAsync(int failures, Answer answer, CancellationToken cancellationToken)
    {
        var pause = Backoff.Pause(failures, options.RetryDelay, options.MaxRetryDelay, options.Jitter);
        if (answer.RetryAfter is { } wanted && wanted > pause)
            pause = wanted < options.MaxRetryDelay ? wanted : options.MaxRetryDelay;
        return Task.Delay(pause, options.TimeProvider, cancellationToken);
    }

    private async Task<Answer> ExchangeAsync(EdgeConnection connection, HttpMethod method, string path, SignedRequest? request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.AttemptTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var message = new HttpRequestMessage(method, path) { Version = connection.Http.DefaultRequestVersion, VersionPolicy = connection.Http.DefaultVersionPolicy };
        if (request is not null)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        try
        {
            using var response = await connection.Http.SendAsync(message, either.Token);
            hints.Read(response, connection.Identity);
            var status = (int)response.StatusCode;
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
            {
                var problem = Problem.Read(body, status);
                return new Answer(status, null, ComeAgain: true, RetryAfter(response), $"{problem.Code}: {problem.Detail}", null);
            }
            return status >= 500
                ? new Answer(status, null, ComeAgain: false, RetryAfter(response), "HTTP " + status.ToString(CultureInfo.InvariantCulture), null)
                : new Answer(status, body, ComeAgain: false, null, "", null);
        }
        catch (HttpRequestException e) when (Failures.IsUntrusted(e))
        {
            throw new PeerNotTrustedException($"the edge at {connection.Http.BaseAddress} does not prove to belong to the trust domain", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new Answer(0, null, ComeAgain: false, null, e.Message, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return new Answer(0, null, ComeAgain: false, null, $"no answer within {options.AttemptTimeout.TotalSeconds:0.#} s", e);
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
        => response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - options.TimeProvider.GetUtcNow();

    private sealed record Answer(int Status, byte[]? Body, bool ComeAgain, TimeSpan? RetryAfter, string Trouble, Exception? Cause);
}

/// <summary>The digests that were signed for each message, over all attempts.</summary>
internal sealed class Attempts(int messages)
{
    private readonly List<string>[] _digests = [.. Enumerable.Range(0, messages).Select(_ => new List<string>(1))];

    public void Add(SignedRequest request)
    {
        for (var i = 0; i < _digests.Length; i++)
            _digests[i].Add(request.Events[i].Digest);
    }

    public IReadOnlyList<string> Of(int message) => _digests[message];
}
