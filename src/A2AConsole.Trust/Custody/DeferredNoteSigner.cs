using A2AConsole.Core.Crypto;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Trust.Custody;

/// <summary>
/// The trust domain's checkpoint signer for whoever is constructed before the domain is open (the ledger): asks for it at each use,
/// and whether its algorithm may still sign checkpoints. Where it may not, nothing is committed any more.
/// </summary>
public sealed class DeferredNoteSigner(ITrustDomain domain, AlgorithmPolicySource algorithms, TimeProvider time) : INoteSigner
{
    /// <inheritdoc/>
    public string Name => domain.LedgerSigner.Name;

    /// <inheritdoc/>
    public string VerifierKey => domain.LedgerSigner.VerifierKey;

    /// <inheritdoc/>
    /// <exception cref="AlgorithmForbiddenException">The site does not accept the signer's algorithm for checkpoints.</exception>
    public string SignLine(string noteText)
    {
        algorithms.Current.Demand(AlgorithmRegistry.Ed25519, AlgorithmUses.Checkpoint, time.GetUtcNow());
        return domain.LedgerSigner.SignLine(noteText);
    }
}
