using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Verify;

/// <summary>What the person who verifies trusts, and what else was given on the command line.</summary>
/// <param name="Roots">The trust bundle.</param>
/// <param name="TrustDomain">Its name; null when only the certificates tell.</param>
/// <param name="Log">The ledger's key, if given.</param>
/// <param name="Checkpoint">A checkpoint that the person holds already (a signed note), if given.</param>
/// <param name="CertificateChain">The signer's chain (PEM) for files that bring none.</param>
/// <param name="Proof">A tlog-proof's text for files that bring none.</param>
/// <param name="At">Judge certificates at this time instead of the event's.</param>
public sealed record Given(
    X509Certificate2Collection Roots, string? TrustDomain, Ed25519NoteVerifier? Log, string? Checkpoint, string? CertificateChain, string? Proof, DateTimeOffset? At);
