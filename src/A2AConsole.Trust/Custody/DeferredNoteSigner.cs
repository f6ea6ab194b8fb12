using A2AConsole.Core.Ledger;

namespace A2AConsole.Trust.Custody;

/// <summary>
/// The trust domain's checkpoint signer for whoever is constructed before the domain is open (the ledger): asks for it at each use.
/// </summary>
public sealed class DeferredNoteSigner(ITrustDomain domain) : INoteSigner
{
    /// <inheritdoc/>
    public string Name => domain.LedgerSigner.Name;

    /// <inheritdoc/>
    public string VerifierKey => domain.LedgerSigner.VerifierKey;

    /// <inheritdoc/>
    public string SignLine(string noteText) => domain.LedgerSigner.SignLine(noteText);
}
