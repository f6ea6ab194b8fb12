using A2AConsole.Core.Attestation;

namespace A2AConsole.Trust.Attestation.Image;

/// <summary>Holds what runs and how it was built against the entry. Pure; whose words these are was verified before.</summary>
internal static class ImageRules
{
    /// <summary>Checks everything and shows all of it, so that a drift is seen whole; the fault is the first one.</summary>
    public static EvidenceFault? Check(RunningImage running, Provenance provenance, ImageReference reference, string signer, out IReadOnlyList<MeasuredClaim> claims)
    {
        // An id counts under its own key only: one pinned builder must not speak for another.
        var builder = reference.Builders.Single(b => b.Keys.Contains(provenance.Signer));
        var isBuilder = builder.Id == provenance.BuilderId;
        var isType = reference.BuildTypes.Contains(provenance.BuildType);
        var isSource = provenance.Source is { } source && reference.TakesSource(source);
        var isImage = reference.Images?.Contains(running.Image) ?? true;
        var isBundle = reference.PolicyBundles is null || (running.PolicyBundle is { } bundle && reference.PolicyBundles.Contains(bundle));
        var measuredBundle = running.PolicyBundle is null ? "none" : $"sha256:{running.PolicyBundle}";
        claims =
        [
            new("image.digest", $"sha256:{running.Image}", Join(reference.Images), isImage),
            new("image.policy-bundle", measuredBundle, Join(reference.PolicyBundles), isBundle),
            new("image.builder", Printable(provenance.BuilderId), builder.Id, isBuilder),
            new("image.build-type", Printable(provenance.BuildType), string.Join(", ", reference.BuildTypes), isType),
            new("image.source", Printable(provenance.Source ?? "not said"), string.Join(", ", reference.Sources), isSource),
            new("image.said-by", reference.Platforms is null ? "the agent itself" : $"platform {signer}", null, true),
        ];
        if (!provenance.Digests.Contains(running.Image))
            return new(ImageCodes.ProvenanceSubject, $"The provenance is not of the image that runs (sha256:{running.Image}).");
        if (!isBuilder)
            return new(ImageCodes.Builder, $"The provenance names the builder {claims[2].Measured}, and was signed with the key of {builder.Id}.");
        if (!isType)
            return new(ImageCodes.BuildType, $"The image was built by {claims[3].Measured}; the entry takes {claims[3].Reference}.");
        if (!isSource)
            return new(ImageCodes.Source, $"The image was built from {claims[4].Measured}; the entry takes {claims[4].Reference}.");
        if (!isImage)
            return new(ImageCodes.Digest, $"The image sha256:{running.Image} is not on the entry's list.");
        return isBundle ? null : new(ImageCodes.PolicyBundle, $"The policy bundle ({measuredBundle}) is not on the entry's list.");
    }

    private static string Printable(string text) => StrictJson.Printable(text);

    private static string? Join(IReadOnlyList<string>? digests) => digests is null ? null : string.Join(", ", digests.Select(d => $"sha256:{d}"));
}
