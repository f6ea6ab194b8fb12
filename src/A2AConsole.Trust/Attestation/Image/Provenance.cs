using System.Text.Json;
using A2AConsole.Core.Attestation;

namespace A2AConsole.Trust.Attestation.Image;

/// <summary>What SLSA provenance v1 says of how an image was built, once its signature was verified.</summary>
internal sealed record Provenance
{
    public const string PredicateType = "https://slsa.dev/provenance/v1";

    public required PinnedKey Signer { get; init; }
    public required IReadOnlyList<string?> Digests { get; init; }
    public required string BuilderId { get; init; }
    public required string BuildType { get; init; }
    /// <summary>What the external parameter that names the source says, or null when it says nothing.</summary>
    public string? Source { get; init; }

    /// <summary>Reads the predicate; null with the fault.</summary>
    public static Provenance? Read(SignedStatement statement, ImageReference reference, out EvidenceFault? fault)
    {
        var definition = statement.Predicate.Member("buildDefinition") ?? default;
        var builder = (statement.Predicate.Member("runDetails") ?? default).Member("builder") ?? default;
        if (definition.Text("buildType") is not { } buildType || builder.Text("id") is not { } builderId)
        {
            fault = new(ImageCodes.Malformed, "The provenance lacks buildDefinition.buildType or runDetails.builder.id.");
            return null;
        }
        fault = null;
        return new Provenance
        {
            Signer = statement.Signer,
            Digests = [.. statement.Subjects.Select(s => s.Sha256)],
            BuilderId = builderId,
            BuildType = buildType,
            Source = SourceOf(definition.Member("externalParameters"), reference.SourceParameter),
        };
    }

    private static string? SourceOf(JsonElement? parameters, IReadOnlyList<string> path)
    {
        // Only what the build was asked for: among the dependencies that it resolved, an attacker's build could list our repository too.
        foreach (var name in path.Take(path.Count - 1))
            parameters = parameters?.Member(name);
        return parameters?.Text(path[^1]) ?? parameters?.Member(path[^1])?.Text("uri");
    }
}
