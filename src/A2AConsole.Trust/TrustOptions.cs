using A2AConsole.Trust.Attestation.Kubernetes;
using A2AConsole.Trust.Custody.Pkcs11;

namespace A2AConsole.Trust;

/// <summary>The trust domain's settings, section <c>A2AConsole:Trust</c>.</summary>
public sealed class TrustOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "A2AConsole:Trust";

    /// <summary>The environment variable that carries the passphrase when no setting does.</summary>
    public const string PassphraseVariable = "A2ACONSOLE_KEY_PASSPHRASE";

    /// <summary>The trust domain's name; fixed once the domain was made.</summary>
    public string TrustDomain { get; set; } = "acme.example";

    /// <summary>Where the encrypted keys and the authority's own certificates lie.</summary>
    public string KeyDirectory { get; set; } = "";

    /// <summary>Opens the keys; null: the environment variable, then a passphrase file that the first start makes.</summary>
    public string? KeyPassphrase { get; set; }

    /// <summary>Where the authority's own keys are kept; the listeners' TLS key is always in a file.</summary>
    public CustodyKind Custody { get; set; }

    /// <summary>The module, when <see cref="Custody"/> is <see cref="CustodyKind.Pkcs11"/>.</summary>
    public Pkcs11Options Pkcs11 { get; set; } = new();

    /// <summary>Whether this process issues certificates (role <c>Authority</c>).</summary>
    public bool AuthorityEnabled { get; set; } = true;

    /// <summary>Where the authority listens.</summary>
    public string AuthorityUrl { get; set; } = "https://localhost:7444";

    /// <summary>
    /// Where relying parties reach revocation lists and OCSP, e.g. <c>https://authority.acme.example:7444</c>: it is written into
    /// certificates. Null: the authority's own address.
    /// </summary>
    public string? StatusUrl { get; set; }

    /// <summary>The authority's address with its real port, once it listens.</summary>
    internal string? BoundAuthorityUrl { get; set; }

    /// <summary>What status addresses begin with; null while nobody listens.</summary>
    internal string? StatusRoot => (StatusUrl ?? BoundAuthorityUrl)?.TrimEnd('/');

    /// <summary>The edge's address as agents reach it: told to each agent that enrols.</summary>
    public string EdgeUrl { get; set; } = "https://localhost:7443";

    /// <summary>DNS names and IP addresses of the server certificate, besides localhost, 127.0.0.1 and ::1.</summary>
    public IList<string> ServerNames { get; } = [];

    /// <summary>The clusters whose service-account tokens can be evidence.</summary>
    public IList<KubernetesCluster> KubernetesClusters { get; } = [];

    public TimeSpan RootLifetime { get; set; } = TimeSpan.FromDays(3653);
    public TimeSpan IssuingLifetime { get; set; } = TimeSpan.FromDays(365);
    public TimeSpan ServerLifetime { get; set; } = TimeSpan.FromDays(30);
    public TimeSpan SvidLifetime { get; set; } = TimeSpan.FromHours(1);
    public TimeSpan JoinTokenLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a certificate may still be renewed from after a newer one took its place: as long as an agent that never got the answer
    /// tries again. Longer, a key that was stolen once would be good for certificates of its own without end.
    /// </summary>
    public TimeSpan RenewalOverlap { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long an agent may go without asking for the trust bundle (SPIFFE's refresh hint). A prepared root may be activated once
    /// twice this time is over.
    /// </summary>
    public TimeSpan BundleRefresh { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long an agent that an emergency re-keying calls has to come, before it counts as stuck.</summary>
    public TimeSpan RekeyPatience { get; set; } = Rekeying.StuckRule.Patience;

    /// <summary>How long an attestation nonce is good.</summary>
    public TimeSpan NonceLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The nonces that one address (IPv6: one /64) can have out, those of the last <see cref="NonceLifetime"/> that are used or expired included.</summary>
    public int NoncesPerAddress { get; set; } = 256;

    /// <summary>The nonces that all addresses together can have out: a few hundred bytes of memory each.</summary>
    public int NoncesInAll { get; set; } = 20_000;

    /// <summary>How long an attestation result says that it is valid.</summary>
    public TimeSpan AttestationResultLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How far back every certificate's validity begins, for peers whose clocks are slow.</summary>
    public TimeSpan Backdating { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How far back the root's and the issuing CA's begin: the demo's history is older than its trust domain.</summary>
    public TimeSpan AuthorityBackdating { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Requests for certificates that are worked on at once; more are told to come again (503 with Retry-After).</summary>
    public int MaxIssuancesAtOnce { get; set; } = 256;

    /// <summary>Refusals of one address that get a leaf each in a minute; more are counted into one summary.</summary>
    public int RefusalLeavesPerAddress { get; set; } = 20;

    /// <summary>Refusals of all addresses together that get a leaf each in a minute: an attacker can have many addresses.</summary>
    public int RefusalLeavesInAll { get; set; } = 300;

    /// <summary>How often the inventory of agents, certificates and entries is looked through for weaknesses; zero: only when asked.</summary>
    public TimeSpan InspectionInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How far an agent's clock may be off before it is a finding; admission refuses what is further off than its own limit.</summary>
    public TimeSpan ClockSkewLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A PEM file with the root certificates of the TPM vendors that are trusted where an entry names none; null: every entry names its own.</summary>
    public string? TpmVendorRoots { get; set; }
}
