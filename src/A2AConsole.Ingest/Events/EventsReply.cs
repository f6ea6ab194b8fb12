using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Data.Ledger;
using A2AConsole.Ingest.Deciding;
using A2AConsole.Policy.Deciding;
using Microsoft.AspNetCore.Http;

namespace A2AConsole.Ingest.Events;

/// <summary>Writes the verdicts on a request's events.</summary>
internal static class EventsReply
{
    // Base64 of checkpoints stays readable; the reply is JSON for programs, never put into a page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A single envelope's verdict: a receipt, or a problem with the refusal's own status.</summary>
    public static Task WriteSingleAsync(HttpContext context, AdmissionResult result, ReadOnlySpan<byte> digest, MessageDecision? decided, IReadOnlyList<AlgorithmWarning> warnings)
    {
        var item = result.Items[0];
        if (item is { Verdict: ItemVerdict.Refused, Refusal: { } code })
            return WriteRefusalAsync(context, Refusal.Of(code), item);

        using (var writer = Start(context))
        {
            writer.WriteStartObject();
            WriteVerdict(writer, item);
            writer.WriteString("checkpoint"u8, result.Head.Checkpoint);
            writer.WriteString("proof"u8, string.Create(CultureInfo.InvariantCulture, $"/ledger/proof/{item.LeafIndex}?size={result.Head.Size}"));
            writer.WriteString("digest"u8, Convert.ToHexStringLower(digest));
            WriteDecision(writer, decided);
            WriteWarnings(writer, warnings);
            writer.WriteEndObject();
        }
        return context.Response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
    }

    /// <summary>Several events' verdicts in their order, and the tree head that covers them.</summary>
    public static Task WriteSeveralAsync(HttpContext context, AdmissionResult result, MessageDecision?[]? decided, IReadOnlyList<AlgorithmWarning> warnings)
    {
        using (var writer = Start(context))
        {
            writer.WriteStartObject();
            writer.WriteString("checkpoint"u8, result.Head.Checkpoint);
            writer.WriteNumber("treeSize"u8, result.Head.Size);
            writer.WriteStartArray("results"u8);
            var items = result.Items;
            for (var i = 0; i < items.Count; i++)
            {
                writer.WriteStartObject();
                WriteVerdict(writer, items[i]);
                WriteDecision(writer, decided?[i]);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            WriteWarnings(writer, warnings);
            writer.WriteEndObject();
        }
        return context.Response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
    }

    private static void WriteDecision(Utf8JsonWriter writer, MessageDecision? decided)
    {
        if (decided is null)
            return;
        writer.WritePropertyName("decision"u8);
        DecisionJson.Write(writer, decided);
    }

    private static Utf8JsonWriter Start(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return new Utf8JsonWriter(context.Response.BodyWriter, Options);
    }

    private static void WriteVerdict(Utf8JsonWriter writer, in ItemResult item)
    {
        writer.WriteString("verdict"u8, item.Verdict switch
        {
            ItemVerdict.Admitted => "admitted"u8,
            ItemVerdict.Refused => "refused"u8,
            ItemVerdict.Repeated => "repeated"u8,
            _ => throw new ArgumentOutOfRangeException(nameof(item)),
        });
        if (item.Refusal is { } code)
        {
            var refusal = Refusal.Of(code);
            writer.WriteString("code"u8, refusal.Text);
            writer.WriteString("check"u8, Text(refusal.Check));
            writer.WriteString("detail"u8, item.Detail ?? refusal.Title);
        }
        WriteLeafIndex(writer, item.LeafIndex);
    }

    /// <summary>What the agent should mend while it is still taken. No member when there is nothing, which is nearly always.</summary>
    private static void WriteWarnings(Utf8JsonWriter writer, IReadOnlyList<AlgorithmWarning> warnings)
    {
        if (warnings.Count == 0)
            return;
        writer.WriteStartArray("warnings"u8);
        foreach (var warning in warnings)
        {
            writer.WriteStartObject();
            writer.WriteString("code"u8, AlgorithmWarning.Code);
            writer.WriteString("algorithm"u8, warning.Algorithm.Id);
            writer.WriteString("use"u8, AlgorithmUseNames.NameOf(warning.Use));
            if (warning.NotAfter is { } end)
                writer.WriteString("notAfter"u8, UtcTime.Format(end));
            writer.WriteString("detail"u8, warning.Detail);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static Task WriteRefusalAsync(HttpContext context, Refusal refusal, ItemResult item)
    {
        if (refusal.Status == StatusCodes.Status429TooManyRequests)
            context.Response.Headers.RetryAfter = "1";
        return Problems.WriteAsync(context, refusal.Status, "refusal:" + refusal.Text, refusal.Title, item.Detail ?? refusal.Title, writer =>
        {
            writer.WriteString("code"u8, refusal.Text);
            writer.WriteString("check"u8, Text(refusal.Check));
            WriteLeafIndex(writer, item.LeafIndex);
        });
    }

    private static void WriteLeafIndex(Utf8JsonWriter writer, long? index)
    {
        if (index is { } leaf)
            writer.WriteNumber("leafIndex"u8, leaf);
        else
            writer.WriteNull("leafIndex"u8);
    }

    private static string Text(AdmissionCheck check) => check switch
    {
        AdmissionCheck.Size => "size",
        AdmissionCheck.Rate => "rate",
        AdmissionCheck.Parse => "parse",
        AdmissionCheck.Signature => "signature",
        AdmissionCheck.Freshness => "freshness",
        AdmissionCheck.Replay => "replay",
        AdmissionCheck.Idempotency => "idempotency",
        AdmissionCheck.Schema => "schema",
        _ => throw new ArgumentOutOfRangeException(nameof(check)),
    };
}
