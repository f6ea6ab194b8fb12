using System.Text.Json;

namespace A2AConsole.Sdk;

/// <summary>What policy said about a message that would change something. Times are UTC.</summary>
/// <param name="Verdict"><c>allow</c>, <c>verify</c>, <c>human</c> or <c>deny</c>.</param>
/// <param name="Code">A stable code when it is not allowed: <c>policy-denied</c>, <c>approval-required</c>, <c>verification-required</c>, <c>policy-fault</c>, …</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Policies">The policies that decided.</param>
/// <param name="BundleVersion">The version of the bundle that they are of.</param>
/// <param name="Leaf">The decision's own leaf on the ledger.</param>
public sealed record MessageDecision(string Verdict, string? Code, string Reason, IReadOnlyList<string> Policies, string? BundleVersion, long? Leaf)
{
    /// <summary>Whether it is allowed, as of this answer.</summary>
    public bool IsAllowed => Verdict == "allow";

    /// <summary>Whether it waits for a person or for a second verification; ask again with <see cref="AgentClient.AwaitDecisionAsync"/>.</summary>
    public bool IsHeld => ExpiresAt is not null;

    /// <summary>Until when it waits.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    internal static MessageDecision Read(JsonElement json) => new(
        json.GetProperty("verdict").GetString()!, Problem.Text(json, "code"), Problem.Text(json, "reason") ?? "", PoliciesOf(json),
        json.TryGetProperty("bundle", out var bundle) ? bundle.GetProperty("version").GetString() : null, json.TryGetProperty("leaf", out var leaf) ? leaf.GetInt64() : null)
    {
        ExpiresAt = json.TryGetProperty("expiresAt", out var end) ? end.GetDateTimeOffset() : null,
    };

    internal static IReadOnlyList<string> PoliciesOf(JsonElement json)
        => json.TryGetProperty("policies", out var policies) ? [.. policies.EnumerateArray().Select(p => p.GetString()!)] : [];
}

/// <summary>What holds of a message at this moment, as the edge tells its sender and its receiver. Times are UTC.</summary>
public sealed record StandingDecision
{
    public required string MessageId { get; init; }

    /// <summary>SHA-256 of the signed payload, lower-case hex: what the decision is about.</summary>
    public required string Digest { get; init; }

    /// <summary>Who sent it, and for whom it is: SPIFFE IDs.</summary>
    public required string Sender { get; init; }

    /// <inheritdoc cref="Sender"/>
    public required string Receiver { get; init; }

    /// <summary>The message's type, and the policy action that it asks for.</summary>
    public required string Type { get; init; }

    /// <inheritdoc cref="Type"/>
    public required string Action { get; init; }

    /// <summary>The newest decision about it.</summary>
    public required MessageDecision Decision { get; init; }

    /// <summary>Whether it may be acted on now.</summary>
    public bool IsLive { get; init; }

    /// <summary>Until when an allow may be acted on.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>Where it stands when it was held: <c>waiting</c>, <c>released</c>, <c>delivering</c>, <c>delivered</c>, <c>rejected</c>, <c>expired</c>, …; null when it never was.</summary>
    public string? HeldState { get; init; }

    /// <summary>How its wait ended, in a sentence.</summary>
    public string? Outcome { get; init; }

    /// <summary>What proves the approval that it rests on without anybody's word: JSON; null when it rests on none.</summary>
    public string? ApprovalProof { get; init; }

    internal bool IsWaiting => HeldState == "waiting";

    internal static StandingDecision Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var json = document.RootElement;
        var held = json.TryGetProperty("held", out var waiting) ? waiting : (JsonElement?)null;
        return new StandingDecision
        {
            MessageId = json.GetProperty("messageId").GetString()!, Digest = json.GetProperty("digest").GetString()!, Sender = json.GetProperty("sender").GetString()!,
            Receiver = json.GetProperty("receiver").GetString()!, Type = json.GetProperty("type").GetString()!, Action = json.GetProperty("action").GetString()!,
            Decision = MessageDecision.Read(json) with { ExpiresAt = held is { } h && h.GetProperty("state").GetString() == "waiting" ? h.GetProperty("expiresAt").GetDateTimeOffset() : null },
            IsLive = json.GetProperty("live").GetBoolean(), ValidUntil = json.TryGetProperty("validUntil", out var until) ? until.GetDateTimeOffset() : null,
            HeldState = held?.GetProperty("state").GetString(), Outcome = held is { } ended ? Problem.Text(ended, "outcome") : null,
            ApprovalProof = json.TryGetProperty("approvalProof", out var proof) ? proof.GetRawText() : null,
        };
    }
}
