using A2AConsole.Core.Admission;
using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Envelopes;

/// <summary>
/// An event whose signature (its own or its batch's) verifies with the signer's certified key, and whose source is that signer.
/// Only <see cref="EnvelopeVerifier"/> makes one. Nothing is said about freshness, replay or schema.
/// </summary>
public sealed class VerifiedEvent
{
    internal VerifiedEvent(UnverifiedEvent read, VerifiedSvid signer, SignedWith signedWith) => (Read, Signer, SignedWith) = (read, signer, signedWith);

    public VerifiedSvid Signer { get; }

    /// <summary>With which of the signer's keys it verified.</summary>
    public SignedWith SignedWith { get; }

    public EventFacts Facts => Read.Claims;
    public string? DataSchema => Read.DataSchema;
    public ReadOnlyMemory<byte> Payload => Read.Payload;
    public ReadOnlyMemory<byte> Data => Read.Data;

    private UnverifiedEvent Read { get; }
}
