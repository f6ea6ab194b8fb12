using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.Approvals;

/// <summary>
/// What a person decides, in the one form that is signed: UTF-8 JSON without white space, members in the order of the properties below, nulls left out. It is bound to the
/// message's digest, the action, the most that may be committed, the approver and an end.
/// </summary>
public sealed record DecisionRecord
{
    /// <summary>The form's name, in its first member.</summary>
    public const string Form = "a2aconsole.approval/v1";

    private static ReadOnlySpan<byte> Tag => "a2aconsole.approval/v1\n"u8;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The trust domain whose message it is.</summary>
    public required string TrustDomain { get; init; }
    public required int Approval { get; init; }
    public required string MessageId { get; init; }
    /// <summary>SHA-256 of the signed message, lower-case hex.</summary>
    public required string Digest { get; init; }
    public required string Action { get; init; }
    /// <summary>The SPIFFE ID of the agent that asks.</summary>
    public required string Agent { get; init; }
    /// <summary>What is asked, in a sentence.</summary>
    public required string Asked { get; init; }
    /// <summary>The amount that the message names, and its currency.</summary>
    public string? Amount { get; init; }
    public string? Currency { get; init; }
    /// <summary>The most that is approved, in the smallest unit of <see cref="LimitCurrency"/>.</summary>
    public required long Limit { get; init; }
    public required string LimitCurrency { get; init; }
    /// <summary>approve, approve-limited, refuse or ask-back.</summary>
    public required string Choice { get; init; }
    public required string Reason { get; init; }
    /// <summary>User names.</summary>
    public required string Approver { get; init; }
    public string? OnBehalfOf { get; init; }
    public required DateTimeOffset At { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The bytes that are signed.</summary>
    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        json.WriteString("form"u8, Form);
        json.WriteString("trustDomain"u8, TrustDomain);
        json.WriteNumber("approval"u8, Approval);
        json.WriteString("messageId"u8, MessageId);
        json.WriteString("digest"u8, Digest);
        json.WriteString("action"u8, Action);
        json.WriteString("agent"u8, Agent);
        json.WriteString("asked"u8, Asked);
        if (Amount is not null)
            json.WriteString("amount"u8, Amount);
        if (Currency is not null)
            json.WriteString("currency"u8, Currency);
        json.WriteNumber("limit"u8, Limit);
        json.WriteString("limitCurrency"u8, LimitCurrency);
        json.WriteString("choice"u8, Choice);
        json.WriteString("reason"u8, Reason);
        json.WriteString("approver"u8, Approver);
        if (OnBehalfOf is not null)
            json.WriteString("onBehalfOf"u8, OnBehalfOf);
        json.WriteString("at"u8, UtcTime.Format(At));
        json.WriteString("expiresAt"u8, UtcTime.Format(ExpiresAt));
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a record; null, and why, when these bytes are none in exactly this form.</summary>
    public static DecisionRecord? Read(ReadOnlySpan<byte> bytes, out string? error)
    {
        error = null;
        try
        {
            var reader = new Utf8JsonReader(bytes);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "form") != Form)
            {
                error = $"it is no decision record of the form {Form}";
                return null;
            }
            var record = new DecisionRecord
            {
                TrustDomain = Need(root, "trustDomain"), Approval = root.GetProperty("approval").GetInt32(), MessageId = Need(root, "messageId"), Digest = Need(root, "digest"), Action = Need(root, "action"),
                Agent = Need(root, "agent"), Asked = Need(root, "asked"), Amount = Text(root, "amount"), Currency = Text(root, "currency"), Limit = root.GetProperty("limit").GetInt64(),
                LimitCurrency = Need(root, "limitCurrency"), Choice = Need(root, "choice"), Reason = Need(root, "reason"), Approver = Need(root, "approver"), OnBehalfOf = Text(root, "onBehalfOf"),
                At = Time(root, "at"), ExpiresAt = Time(root, "expiresAt"),
            };
            // One form only: two readers of the same bytes must see the same decision.
            if (!record.Write().AsSpan().SequenceEqual(bytes))
            {
                error = "it is not in the one form that is signed";
                return null;
            }
            return record;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            error = "it is no decision record: " + e.Message;
            return null;
        }
    }

    /// <summary>
    /// What a passkey signs over a record: SHA-256(tag ‖ nonce ‖ SHA-256(record)). The nonce (32 bytes, ours) makes each ceremony another one; the tag keeps the passkey's signatures
    /// for anything else from passing for approvals.
    /// </summary>
    public static byte[] ChallengeOf(ReadOnlySpan<byte> record, ReadOnlySpan<byte> nonce)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Tag);
        hash.AppendData(nonce);
        hash.AppendData(SHA256.HashData(record));
        return hash.GetHashAndReset();
    }

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Need(JsonElement root, string name) => Text(root, name) ?? throw new FormatException($"'{name}' is missing");

    private static DateTimeOffset Time(JsonElement root, string name) => UtcTime.TryParse(System.Text.Encoding.UTF8.GetBytes(Need(root, name)), out var time) ? time : throw new FormatException($"'{name}' is no time");
}
