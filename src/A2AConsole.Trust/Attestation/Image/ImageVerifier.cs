using System.Text.Json;
using A2AConsole.Core.Attestation;

namespace A2AConsole.Trust.Attestation.Image;

/// <summary>
/// Appraises which image and policy bundle an agent runs and how the image was built:
/// <c>{ "running": DSSE, "provenance": DSSE }</c> against the entry's reference values (<see cref="ImageReference"/>). The first says what runs, bound to
/// nonce and key; signed by a platform that the entry pins it is worth <see cref="AssuranceLevel.Platform"/>, by the agent's own key
/// no more than <see cref="AssuranceLevel.Invited"/>, since a program says of itself what it likes. The second is SLSA provenance v1 by a
/// pinned builder.
/// </summary>
internal sealed class ImageVerifier : IEvidenceVerifier
{
    /// <inheritdoc/>
    public string Kind => EvidenceKind.Image;

    /// <inheritdoc/>
    public string? ReferenceFault(JsonElement reference) => ImageReference.TryRead(reference, out var fault) is null ? fault : null;

    /// <inheritdoc/>
    public ValueTask<Appraisal> AppraiseAsync(Evidence evidence, AppraisalContext context, CancellationToken cancellationToken = default)
        => ValueTask.FromResult(Appraise(evidence.Body, context));

    private static Appraisal Appraise(JsonElement body, AppraisalContext context)
    {
        if (ImageReference.TryRead(context.Reference, out var wrong) is not { } reference)
            return Refused(new(ImageCodes.Reference, wrong!));

        var sayers = reference.Platforms ?? (PinnedKey.FromSubjectPublicKeyInfo(context.SubjectPublicKeyInfo.Span) is { } own ? [own] : []);
        if (SignedStatement.Open(body.Member("running"), "statement of what runs", RunningImage.PredicateType, sayers, ImageCodes.RunningSigner, ImageCodes.RunningSignature, out var fault) is not { } said)
            return Refused(fault!);
        if (RunningImage.Read(said, context.Binding, context.SpiffeId, out fault) is not { } running)
            return Refused(fault!);

        var builders = reference.Builders.SelectMany(b => b.Keys).ToList();
        if (SignedStatement.Open(body.Member("provenance"), "provenance", Provenance.PredicateType, builders, ImageCodes.BuilderUnpinned, ImageCodes.ProvenanceSignature, out fault) is not { } signed)
            return Refused(fault!);
        if (Provenance.Read(signed, reference, out fault) is not { } provenance)
            return Refused(fault!);

        fault = ImageRules.Check(running, provenance, reference, said.Signer.Id, out var claims);
        var isPlatforms = reference.Platforms is not null;
        return new Appraisal
        {
            Kind = EvidenceKind.Image,
            Assurance = isPlatforms ? AssuranceLevel.Platform : AssuranceLevel.Invited,
            Code = fault?.Code,
            Detail = fault?.Detail,
            Claims = claims,
            // An agent may call its container what it likes; only a platform's word is one.
            Runtime = isPlatforms && running.Container is { } container ? $"container:{container}" : null,
        };
    }

    private static Appraisal Refused(EvidenceFault fault) => new() { Kind = EvidenceKind.Image, Assurance = AssuranceLevel.Invited, Code = fault.Code, Detail = fault.Detail };
}
