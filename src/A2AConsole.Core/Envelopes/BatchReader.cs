using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace A2AConsole.Core.Envelopes;

/// <summary>
/// Reads a signed batch: <c>{"batch":&lt;DSSE envelope of the statement&gt;,"events":[{"payload","index"?,"path"?}…]}</c>.
/// The events stay text here, so that workers can read them in parallel (<see cref="BatchItemReader"/>).
/// </summary>
public static class BatchReader
{
    /// <summary>The most events in one request.</summary>
    public const int MaxEvents = 1000;

    /// <summary>The most events that one root may cover, where a request brings a part of them.</summary>
    public const int MaxSize = 1 << 20;

    private const string What = "The batch";

    /// <summary>Whether a request's body is a batch: an object whose first member is <c>batch</c> or <c>events</c>. Never throws.</summary>
    public static bool LooksLikeBatch(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = JsonText.Reader(body);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName
                && (reader.ValueTextEquals("batch"u8) || reader.ValueTextEquals("events"u8));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Reads a batch. On success the caller owns <paramref name="batch"/>; <paramref name="body"/> must stay as it is while that is used.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> body, [NotNullWhen(true)] out UnverifiedBatch? batch, [NotNullWhen(false)] out Fault? fault, int maxEvents = MaxEvents)
    {
        batch = null;
        fault = JsonText.CheckUtf8(body.Span, What);
        if (fault is not null)
            return false;
        try
        {
            Range envelopeText = default;
            List<ReadOnlyMemory<byte>>? items = null;
            fault = Split(body, maxEvents, ref envelopeText, ref items);
            if (fault is null)
                fault = Open(body[envelopeText], items!, out batch);
        }
        catch (JsonException e)
        {
            fault = JsonText.Broken(What, e);
        }
        return fault is null;
    }

    private static Fault? Split(ReadOnlyMemory<byte> body, int maxEvents, ref Range envelopeText, ref List<ReadOnlyMemory<byte>>? items)
    {
        var reader = JsonText.Reader(body.Span);
        var members = MemberSet.ForText();
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return Fault.Malformed("A batch must be a JSON object with batch and events.");
        members.Enter(1);
        var hasEnvelope = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonText.CheckName(ref reader, members, What) is { } nameFault)
                return nameFault;
            var isBatch = reader.ValueTextEquals("batch"u8);
            var isEvents = !isBatch && reader.ValueTextEquals("events"u8);
            reader.Read();
            if (isBatch)
            {
                if (reader.TokenType != JsonTokenType.StartObject)
                    return Fault.Malformed("The batch's member batch must be a DSSE envelope.");
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                (envelopeText, hasEnvelope) = (start..(int)reader.BytesConsumed, true);
            }
            else if (isEvents)
            {
                if (SplitEvents(body, ref reader, maxEvents, out items) is { } fault)
                    return fault;
            }
            else if (JsonText.Skip(ref reader, members, What) is { } fault)
            {
                return fault;
            }
        }
        reader.Read();
        return !hasEnvelope ? Fault.Malformed("The batch lacks batch: the signed envelope of its statement.")
            : items is null or { Count: 0 } ? Fault.Malformed("The batch lacks events.")
            : null;
    }

    private static Fault? SplitEvents(ReadOnlyMemory<byte> body, ref Utf8JsonReader reader, int maxEvents, out List<ReadOnlyMemory<byte>>? items)
    {
        items = null;
        if (reader.TokenType != JsonTokenType.StartArray)
            return Fault.Malformed("The batch's events must be an array.");
        items = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (items.Count == maxEvents)
                return Fault.Malformed($"The batch has more than {maxEvents} events.");
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            items.Add(body[start..(int)reader.BytesConsumed]);
        }
        return null;
    }

    private static Fault? Open(ReadOnlyMemory<byte> text, List<ReadOnlyMemory<byte>> items, out UnverifiedBatch? batch)
    {
        batch = null;
        if (!DsseEnvelopeReader.TryRead(text.Span, out var envelope, out var fault))
            return fault;
        BatchStatement? statement = null;
        fault = EnvelopeVerifier.CheckType(envelope, Dsse.BatchType) ?? BatchStatementReader.Read(envelope.Payload.Span, out statement);
        if (fault is null)
            batch = new UnverifiedBatch(text, envelope, statement!, items);
        else
            envelope.Dispose();
        return fault;
    }
}
