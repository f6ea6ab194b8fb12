using System.Buffers;

namespace A2AConsole.Core.Ledger;

/// <summary>
/// An event's leaf as the admission workers know it, without a <see cref="LedgerLeaf"/> made for it: the digest comes as
/// bytes, nothing is turned into a string first. Encodes exactly as the leaf with the same values does.
/// </summary>
public readonly ref struct EventLeaf
{
    public required LeafVerdict Verdict { get; init; }
    /// <summary>The refusal's code text; null when admitted.</summary>
    public string? Code { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Actor { get; init; }
    public string? Certificate { get; init; }
    public string? MessageId { get; init; }
    public string? Type { get; init; }
    public string? Audience { get; init; }
    public DateTimeOffset? Time { get; init; }
    public DateTimeOffset? Expires { get; init; }
    /// <summary>32 bytes, or empty for none.</summary>
    public ReadOnlySpan<byte> Digest { get; init; }
    /// <summary>Lower-case hex.</summary>
    public string? Batch { get; init; }
    public string? Detail { get; init; }
    public string? Demo { get; init; }
    public string? Subject { get; init; }
}

/// <summary>
/// Writes leaves as RFC 6962 hashes them: UTF-8 JSON without white space, members in <see cref="LedgerLeaf"/>'s order, nulls
/// left out, times in milliseconds UTC. Strings escape only what JSON must (quote, backslash, controls), so every value has
/// one spelling. Reading is <see cref="LeafReader"/>'s.
/// </summary>
public static class LeafEncoding
{
    /// <summary>The longest leaf in bytes: what an entry bundle can hold.</summary>
    public const int MaxLength = EntryBundle.MaxEntry;

    /// <summary>Writes a leaf; returns its length in bytes. Throws <see cref="ArgumentException"/> when it is longer than <see cref="MaxLength"/>.</summary>
    public static int Write(LedgerLeaf leaf, IBufferWriter<byte> output)
    {
        var writer = new LeafWriter(output, LeafWriter.Bound(leaf.Actor, leaf.MessageId, leaf.Type, leaf.Audience, leaf.Detail, leaf.Subject)
            + LeafWriter.Bound(leaf.Code, leaf.Certificate, leaf.Digest, leaf.Batch, leaf.Demo, null));
        writer.Kind(leaf.Kind);
        writer.Verdict(leaf.Verdict);
        writer.Text(",\"code\":\""u8, leaf.Code);
        writer.Time(",\"at\":\""u8, leaf.At);
        writer.Text(",\"actor\":\""u8, leaf.Actor);
        writer.Text(",\"subject\":\""u8, leaf.Subject);
        writer.Text(",\"certificate\":\""u8, leaf.Certificate);
        writer.Text(",\"messageId\":\""u8, leaf.MessageId);
        writer.Text(",\"type\":\""u8, leaf.Type);
        writer.Text(",\"audience\":\""u8, leaf.Audience);
        writer.Time(",\"time\":\""u8, leaf.Time);
        writer.Time(",\"expires\":\""u8, leaf.Expires);
        writer.Text(",\"digest\":\""u8, leaf.Digest);
        writer.Text(",\"batch\":\""u8, leaf.Batch);
        writer.Number(",\"count\":"u8, leaf.Count);
        writer.Text(",\"detail\":\""u8, leaf.Detail);
        writer.Text(",\"demo\":\""u8, leaf.Demo);
        return writer.End();
    }

    /// <summary>Writes an event's leaf; returns its length in bytes. The hot path.</summary>
    public static int Write(in EventLeaf leaf, IBufferWriter<byte> output)
    {
        var writer = new LeafWriter(output, LeafWriter.Bound(leaf.Actor, leaf.MessageId, leaf.Type, leaf.Audience, leaf.Detail, leaf.Subject)
            + LeafWriter.Bound(leaf.Code, leaf.Certificate, leaf.Batch, leaf.Demo, null, null) + 2 * leaf.Digest.Length);
        writer.Kind(LeafKind.Event);
        writer.Verdict(leaf.Verdict);
        writer.Text(",\"code\":\""u8, leaf.Code);
        writer.Time(",\"at\":\""u8, leaf.At);
        writer.Text(",\"actor\":\""u8, leaf.Actor);
        writer.Text(",\"subject\":\""u8, leaf.Subject);
        writer.Text(",\"certificate\":\""u8, leaf.Certificate);
        writer.Text(",\"messageId\":\""u8, leaf.MessageId);
        writer.Text(",\"type\":\""u8, leaf.Type);
        writer.Text(",\"audience\":\""u8, leaf.Audience);
        writer.Time(",\"time\":\""u8, leaf.Time);
        writer.Time(",\"expires\":\""u8, leaf.Expires);
        writer.Hex(",\"digest\":\""u8, leaf.Digest);
        writer.Text(",\"batch\":\""u8, leaf.Batch);
        writer.Text(",\"detail\":\""u8, leaf.Detail);
        writer.Text(",\"demo\":\""u8, leaf.Demo);
        return writer.End();
    }

    /// <summary>A leaf's bytes. Throws <see cref="ArgumentException"/> when it is longer than <see cref="MaxLength"/>.</summary>
    public static byte[] Encode(LedgerLeaf leaf)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        Write(leaf, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    internal static ReadOnlySpan<byte> Name(LeafKind kind) => kind switch
    {
        LeafKind.Event => "event"u8,
        LeafKind.RefusalSummary => "refusal-summary"u8,
        LeafKind.Connection => "connection"u8,
        LeafKind.Enrolment => "enrolment"u8,
        LeafKind.Renewal => "renewal"u8,
        LeafKind.Revocation => "revocation"u8,
        LeafKind.SignIn => "sign-in"u8,
        LeafKind.Administration => "administration"u8,
        LeafKind.Attestation => "attestation"u8,
        LeafKind.Finding => "finding"u8,
        LeafKind.Decision => "decision"u8,
        LeafKind.Approval => "approval"u8,
        LeafKind.Policy => "policy"u8,
        LeafKind.Alert => "alert"u8,
        LeafKind.Incident => "incident"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    internal static ReadOnlySpan<byte> Name(LeafVerdict verdict) => verdict switch
    {
        LeafVerdict.Admitted => "admitted"u8,
        LeafVerdict.Refused => "refused"u8,
        LeafVerdict.Done => "done"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };
}
