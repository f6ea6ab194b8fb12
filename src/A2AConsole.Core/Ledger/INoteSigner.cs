namespace A2AConsole.Core.Ledger;

/// <summary>Signs checkpoints (C2SP signed-note). The key's custody is the implementation's business.</summary>
public interface INoteSigner
{
    /// <summary>The key name, which is also the log's origin: <c>&lt;trust-domain&gt;/ledger</c>.</summary>
    string Name { get; }

    /// <summary>The public half as a C2SP verifier key: <c>name+hash+base64</c>.</summary>
    string VerifierKey { get; }

    /// <summary>The complete signature line for <paramref name="noteText"/> (which ends in a newline), with its own newline.</summary>
    string SignLine(string noteText);
}
