namespace A2AConsole.Trust;

/// <summary>Signs documents of the trust domain, for people to keep and check elsewhere.</summary>
public interface IRecordSigner
{
    /// <summary>
    /// Signs a payload into a DSSE envelope with one signature (ECDSA P-256, r ‖ s) of the record key. The certificate's chain comes
    /// along, so that the envelope can be checked against the roots for as long as somebody keeps them.
    /// </summary>
    SignedDocument Sign(string payloadType, ReadOnlySpan<byte> payload);
}

/// <summary>A DSSE envelope (UTF-8 JSON) and its signer's certificate with its issuers (PEM, leaf first).</summary>
public sealed record SignedDocument(byte[] Envelope, string ChainPem);
