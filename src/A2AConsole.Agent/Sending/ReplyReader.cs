using System.Text.Json;

namespace A2AConsole.Sdk;

/// <summary>Reads the edge's verdicts.</summary>
internal static class ReplyReader
{
    public static IReadOnlyList<SendResult> Read(
        RequestShape shape, int status, byte[] body, IReadOnlyList<AgentMessage> messages, string source, SignedRequest request, Attempts attempts)
    {
        if (status is < 200 or >= 300)
        {
            // One event's refusal, or the whole request's: every message shares it.
            var refused = new SendResult(SendVerdict.Refused, null, Problem.Read(body, status));
            return [.. messages.Select(_ => refused)];
        }
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            var checkpoint = root.GetProperty("checkpoint").GetString()!;
            IReadOnlyList<string> warnings = root.TryGetProperty("warnings", out var given) ? [.. given.EnumerateArray().Select(w => w.GetProperty("detail").GetString()!)] : [];
            if (shape == RequestShape.Single)
                return [Item(root, 0)];
            var results = root.GetProperty("results");
            if (results.GetArrayLength() != messages.Count)
                throw new AgentUnavailableException($"the edge gave {results.GetArrayLength()} verdicts on {messages.Count} messages");
            return [.. results.EnumerateArray().Select(Item)];

            SendResult Item(JsonElement item, int i)
            {
                var verdict = item.GetProperty("verdict").GetString() switch
                {
                    "admitted" => SendVerdict.Admitted,
                    "repeated" => SendVerdict.Repeated,
                    "refused" => SendVerdict.Refused,
                    var other => throw new AgentUnavailableException($"the edge gave a verdict that is not known here: {other}"),
                };
                if (verdict == SendVerdict.Refused)
                    return new SendResult(verdict, null, Problem.Read(item, null));
                return new SendResult(verdict, new Receipt
                {
                    MessageId = request.Events[i].MessageId,
                    Source = source,
                    Type = messages[i].Type,
                    Digest = request.Events[i].Digest,
                    LeafIndex = item.GetProperty("leafIndex").GetInt64(),
                    Checkpoint = checkpoint,
                    Repeated = verdict == SendVerdict.Repeated,
                    Attempts = attempts.Of(i),
                    Warnings = warnings,
                    Decision = item.TryGetProperty("decision", out var decided) ? MessageDecision.Read(decided) : null,
                }, null);
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new AgentUnavailableException("the edge's answer cannot be read: " + e.Message, e);
        }
    }
}
