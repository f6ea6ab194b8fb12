using A2AConsole.Core.Attestation;

namespace A2AConsole.Trust.Attestation.Image;

/// <summary>
/// What somebody says is running, as an in-toto statement with the subjects <c>image</c> and, where there is one, <c>policy-bundle</c>, and the
/// predicate <c>{ "binding": "&lt;hex&gt;", "spiffeId"?: "…", "container"?: "…" }</c>.
/// </summary>
internal sealed record RunningImage
{
    public const string PredicateType = "urn:a2aconsole:running:v1";

    private const string ImageName = "image", BundleName = "policy-bundle";
    private const int MaxContainer = 128;

    /// <summary>SHA-256 in lower-case hex.</summary>
    public required string Image { get; init; }
    public string? PolicyBundle { get; init; }
    public string? Container { get; init; }

    /// <summary>Reads a verified statement and holds it against what it must be about; null with the fault.</summary>
    public static RunningImage? Read(SignedStatement statement, ReadOnlySpan<byte> binding, string spiffeId, out EvidenceFault? fault)
    {
        fault = null;
        var images = statement.Subjects.Where(s => s.Name == ImageName).ToList();
        var bundles = statement.Subjects.Where(s => s.Name == BundleName).ToList();
        var container = statement.Predicate.Text("container");
        if (images.Count != 1 || bundles.Count > 1 || images.Count + bundles.Count != statement.Subjects.Count || statement.Subjects.Any(s => !ImageReference.IsSha256(s.Sha256)))
            fault = new(ImageCodes.Malformed, $"The statement of what runs has one subject \"{ImageName}\" and at most one \"{BundleName}\", each with a sha256 digest in lower-case hex.");
        else if (statement.Predicate.Text("binding") != Convert.ToHexStringLower(binding))
            fault = new(ImageCodes.Binding, "The statement of what runs is bound to another nonce or key; its predicate's binding must be this request's, in lower-case hex.");
        else if (statement.Predicate.Member("spiffeId") is not null && statement.Predicate.Text("spiffeId") != spiffeId)
            fault = new(ImageCodes.Binding, $"The statement of what runs is about another agent than {spiffeId}.");
        else if (statement.Predicate.Member("container") is not null && !IsContainer(container))
            fault = new(ImageCodes.Malformed, $"The container of the statement of what runs is an id of at most {MaxContainer} letters, digits, '-', '_', '.', ':' or '/'.");
        else
            return new RunningImage { Image = images[0].Sha256!, PolicyBundle = bundles.Count == 0 ? null : bundles[0].Sha256, Container = container };
        return null;
    }

    private static bool IsContainer(string? text)
        => text is { Length: > 0 and <= MaxContainer } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '/');
}
