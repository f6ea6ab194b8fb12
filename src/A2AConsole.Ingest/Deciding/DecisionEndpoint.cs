using System.Text.Json;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Policies;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Ingest.Edge;
using A2AConsole.Policy.Approvals;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace A2AConsole.Ingest.Deciding;

/// <summary>
/// <c>GET /v1/messages/{id}/decision[?digest=…]</c>: what holds now of a message, for its sender and its receiver and for nobody else. <c>live</c> is
/// whether it may be acted on at this moment; whoever receives a message that changes something acts only then, and compares the digest.
/// </summary>
internal sealed class DecisionEndpoint(HeldQueries queries, IEnumerable<IApprovalProofs> proofs, TimeProvider time)
{
    private const int MaxId = 64;

    public async Task HandleAsync(HttpContext context)
    {
        var peer = context.Features.GetRequiredFeature<EdgePeer>();
        var id = (string)context.Request.RouteValues["id"]!;
        var digest = context.Request.Query["digest"].ToString();
        var found = id.Length > MaxId ? [] : await queries.DecisionsForAsync(id, peer.AgentId, digest.Length == 0 ? null : digest, context.RequestAborted);
        if (found.Count == 0)
        {
            await Problems.WriteAsync(context, StatusCodes.Status404NotFound, "decision-unknown", "No decision is known about this message",
                "Either nobody decided about a message with this id and digest, or this agent neither sent nor receives it.", w => w.WriteString("code"u8, "decision-unknown"));
            return;
        }
        if (found.Count > 1)
        {
            await Problems.WriteAsync(context, StatusCodes.Status409Conflict, "message-ambiguous", "Several messages have this id",
                "Different senders used the same id. Ask with ?digest=, the SHA-256 (lower-case hex) of the signed payload.", w => w.WriteString("code"u8, "message-ambiguous"));
            return;
        }
        await WriteAsync(context, found[0]);
    }

    private async Task WriteAsync(HttpContext context, DecisionFor found)
    {
        var (row, sender, held) = found;
        ReadOnlyMemory<byte>? proof = null;
        if (row.ApprovalId is { } approval && proofs.FirstOrDefault() is { } source)
            proof = await source.ProofAsync(approval, context.RequestAborted);
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        using (var writer = new Utf8JsonWriter(context.Response.BodyWriter))
        {
            writer.WriteStartObject();
            writer.WriteString("messageId"u8, row.MessageId);
            writer.WriteString("digest"u8, row.Digest);
            writer.WriteString("sender"u8, sender);
            writer.WriteString("receiver"u8, row.Receiver);
            writer.WriteString("type"u8, row.Type);
            writer.WriteString("action"u8, row.Action);
            writer.WriteString("verdict"u8, VerdictNames.Of(row.Verdict));
            writer.WriteBoolean("live"u8, IsLive(row, held, time.GetUtcNow()));
            if (row.Code is { } code)
                writer.WriteString("code"u8, code);
            writer.WriteString("reason"u8, row.Reason);
            DecisionJson.WritePolicies(writer, row.Policies.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            DecisionJson.WriteBundle(writer, row.BundleVersion, row.BundleDigest);
            writer.WriteString("at"u8, UtcTime.Format(row.At));
            if (row.ValidUntil is { } until)
                writer.WriteString("validUntil"u8, UtcTime.Format(until));
            writer.WriteNumber("leaf"u8, row.Id);
            writer.WriteNumber("messageLeaf"u8, row.MessageLeaf);
            if (held is { } waiting)
                WriteHeld(writer, waiting);
            if (row.ApprovalId is { } used)
                writer.WriteNumber("approval"u8, used);
            if (proof is { } bytes)
            {
                writer.WritePropertyName("approvalProof"u8);
                writer.WriteRawValue(bytes.Span);
            }
            writer.WriteEndObject();
        }
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>Whether a message may be acted on: allowed, in time, and not taken back while it waited.</summary>
    internal static bool IsLive(Decision row, HeldFor? held, DateTimeOffset now)
        => row.Verdict == PolicyVerdict.Allow && now < row.ValidUntil && held?.State is null or HeldState.Released or HeldState.Delivering or HeldState.Delivered or HeldState.Unknown;

    private static void WriteHeld(Utf8JsonWriter writer, HeldFor held)
    {
        writer.WriteStartObject("held"u8);
        writer.WriteString("state"u8, held.State.ToString().ToLowerInvariant());
        writer.WriteString("expiresAt"u8, UtcTime.Format(held.ExpiresAt));
        if (held.Outcome is { } outcome)
            writer.WriteString("outcome"u8, outcome);
        writer.WriteEndObject();
    }
}
