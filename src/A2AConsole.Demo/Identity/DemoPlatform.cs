using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Demo.World;
using A2AConsole.Sdk;
using A2AConsole.Trust.Attestation.Kubernetes;

namespace A2AConsole.Demo.Identity;

/// <summary>
/// What the demo's agents run on, with real keys: each organisation's cluster, which signs service-account tokens and says which image a
/// pod runs, and the builder that signed the images' provenance. The machines are played; the evidence is verified like any other.
/// </summary>
internal sealed class DemoPlatform : IDisposable
{
    /// <summary>Whom the tokens are for.</summary>
    public const string Audience = "https://a2a.acme.example";

    private readonly Dictionary<string, DemoKey> _clusters = new(StringComparer.Ordinal);
    private readonly string _directory;
    private readonly TimeProvider _time;

    /// <param name="directory">The demo's directory.</param>
    /// <param name="time">The clock.</param>
    public DemoPlatform(string directory, TimeProvider time)
    {
        (_directory, _time) = (Path.Combine(directory, "platform"), time);
        foreach (var slug in Organisations.Select(Slug))
            _clusters[slug] = DemoKey.Open(_directory, slug);
        Builder = DemoKey.Open(_directory, "builder");
    }

    /// <summary>Signs the images' provenance.</summary>
    public DemoKey Builder { get; }

    /// <summary>Organisations with a cluster.</summary>
    private static IEnumerable<string> Organisations => Cast.All.Where(m => m.Evidence.Contains(EvidenceKind.Kubernetes)).Select(m => m.Organisation).Distinct();

    /// <summary>The clusters as the authority has to know them; their key files are written.</summary>
    public IEnumerable<KubernetesCluster> Clusters()
    {
        foreach (var (slug, key) in _clusters)
        {
            var file = Path.Combine(_directory, slug + ".jwks.json");
            File.WriteAllText(file, JsonSerializer.Serialize(new
            {
                keys = new[] { new { kty = "EC", crv = "P-256", use = "sig", alg = AlgorithmRegistry.EcdsaP256.JoseName, kid = key.Id, x = Base64Url.EncodeToString(key.Point.X), y = Base64Url.EncodeToString(key.Point.Y) } },
            }));
            yield return new KubernetesCluster { Issuer = $"https://k8s.{slug}.example", KeysFile = file };
        }
    }

    /// <summary>The cluster that an agent runs on, as its tokens name it.</summary>
    public static string IssuerOf(CastMember member) => $"https://k8s.{Slug(member.Organisation)}.example";

    /// <summary>The key that the agent's cluster vouches with.</summary>
    public DemoKey ClusterOf(CastMember member) => _clusters[Slug(member.Organisation)];

    /// <summary>The digest of the image that an agent should run, lower-case hex.</summary>
    public static string ImageOf(CastMember member, int version = 1) => Hash($"demo image of {member.Name}, version {version}");

    /// <summary>The digest of its policy bundle, lower-case hex.</summary>
    public static string BundleOf(CastMember member) => Hash($"demo policy bundle of {member.Role}");

    /// <summary>Where an agent gets its evidence; <paramref name="runs"/> is the digest of the image that really runs.</summary>
    public IReadOnlyList<IEvidenceSource> SourcesOf(CastMember member, Func<string>? runs = null)
        => [.. member.Evidence.Select(IEvidenceSource (kind) => kind == EvidenceKind.Kubernetes ? new PodEvidence(this, member, _time) : new ImageEvidence(this, member, runs ?? (() => ImageOf(member))))];

    /// <summary>A stable uid out of a text, as a cluster would give one.</summary>
    public static string Uid(string of) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(of)).AsSpan(0, 16)).ToString();

    public void Dispose()
    {
        foreach (var key in _clusters.Values)
            key.Dispose();
        Builder.Dispose();
    }

    private static string Slug(string organisation) => organisation.ToLowerInvariant().Replace(' ', '-');

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
