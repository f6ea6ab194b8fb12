using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Envelopes;

/// <summary>
/// A signed batch as it was read: the envelope of its statement, and its events still as text. <see cref="Dispose"/> gives the
/// envelope's buffer back.
/// </summary>
public sealed class UnverifiedBatch : IDisposable
{
    internal UnverifiedBatch(ReadOnlyMemory<byte> envelopeText, UnverifiedEnvelope envelope, BatchStatement statement, IReadOnlyList<ReadOnlyMemory<byte>> items)
        => (EnvelopeText, Envelope, Statement, Items) = (envelopeText, envelope, statement, items);

    /// <summary>The statement's envelope as it was received: what is kept with the events.</summary>
    public ReadOnlyMemory<byte> EnvelopeText { get; }

    public UnverifiedEnvelope Envelope { get; }

    /// <summary>What the statement claims.</summary>
    public BatchStatement Statement { get; }

    /// <summary>Each event's JSON object (<c>payload</c>, <c>index</c>, <c>path</c>) as it was received, in order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Items { get; }

    /// <inheritdoc/>
    public void Dispose() => Envelope.Dispose();
}

/// <summary>A batch whose statement's signature verifies with the signer's certified key. Only <see cref="EnvelopeVerifier"/> makes one.</summary>
public sealed class VerifiedBatch
{
    internal VerifiedBatch(BatchStatement statement, VerifiedSvid signer, SignedWith signedWith) => (Statement, Signer, SignedWith) = (statement, signer, signedWith);

    public BatchStatement Statement { get; }
    public VerifiedSvid Signer { get; }

    /// <summary>With which of the signer's keys it verified.</summary>
    public SignedWith SignedWith { get; }
}

/// <summary>What the signature of a batch covers.</summary>
/// <param name="Source">The signer's SPIFFE ID.</param>
/// <param name="Root">The RFC 6962 root over the events' bytes, 32 bytes.</param>
/// <param name="Size">How many events the tree has.</param>
/// <param name="Time">When it was signed (UTC).</param>
public sealed record BatchStatement(string Source, ReadOnlyMemory<byte> Root, int Size, DateTimeOffset Time);
