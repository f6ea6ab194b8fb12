using System.Text.Json;
using System.Text.Json.Serialization;
using A2AConsole.Trust.Custody;

namespace A2AConsole.Trust.Domain;

/// <summary>The roster as a file beside the keys: what is trusted must not come from the database.</summary>
public sealed class AuthorityRosterFile(PrivateDirectory directory)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "authorities.json";

    private const int Version = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
    };

    private sealed record Document(int Version, long Sequence, IReadOnlyList<AuthorityMember> Authorities, AuthorityStep? Pending = null);

    /// <summary>
    /// The roster, or null when there is none. Throws <see cref="TrustStartupException"/> when the file is damaged, or missing
    /// beside the certificates of a second generation, which only a roster accounts for.
    /// </summary>
    public AuthorityRoster? Load()
    {
        if (directory.Read(FileName, isSecret: false) is not { } text)
        {
            return directory.Contains("root-2.crt") || directory.Contains("issuing-2.crt")
                ? throw new TrustStartupException($"{directory.PathOf(FileName)} is missing, which says which of the authorities are trusted: restore it from a backup.")
                : null;
        }
        try
        {
            var document = JsonSerializer.Deserialize<Document>(text, Json);
            if (document is { Version: Version } && IsSound(document))
                return new AuthorityRoster(document.Sequence, document.Authorities, document.Pending);
        }
        catch (JsonException e)
        {
            throw Damaged(e);
        }
        throw Damaged(null);
    }

    /// <summary>Puts the roster in the earlier one's place, durably.</summary>
    public void Store(AuthorityRoster roster)
        => directory.Write(FileName, JsonSerializer.Serialize(new Document(Version, roster.Sequence, roster.Members, roster.Pending), Json) + "\n", replace: true);

    private static bool IsSound(Document document)
    {
        var members = document.Authorities;
        return members.Select(m => m.Name).Distinct(StringComparer.Ordinal).Count() == members.Count
            && members.All(m => m.Purpose is AuthorityCertificate.Root or AuthorityCertificate.Issuing && members.Any(r => r.Name == m.Root && r.Purpose == AuthorityCertificate.Root))
            && members.Count(m => m is { Purpose: AuthorityCertificate.Root, State: Data.Entities.AnchorState.Active }) == 1
            && members.Count(m => m is { Purpose: AuthorityCertificate.Issuing, State: Data.Entities.AnchorState.Active }) == 1;
    }

    private TrustStartupException Damaged(Exception? inner)
        => new($"{directory.PathOf(FileName)} is damaged: it does not say which authorities are trusted. Restore it from a backup.", inner);
}
