using System.Security.Cryptography;
using A2AConsole.Cli.Checks;
using A2AConsole.Core.Approvals;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Verify;

/// <summary>Verifies a person's signed decision from its file: the passkey's signature, and with <c>--proof</c> that the ledger has it.</summary>
internal static class ApprovalChecks
{
    public static bool Is(byte[] file) => ApprovalProof.Read(file, out _) is not null;

    public static void Check(byte[] file, Given given, CheckReport report)
    {
        report.Kind = "signed decision";
        var proof = ApprovalProof.Read(file, out _)!;
        var record = proof.Record;
        report.Note("domain", given.TrustDomain is { } domain && domain != record.TrustDomain ? $"the decision is of {record.TrustDomain}, not {domain}" : null, $"it is of {record.TrustDomain}");
        var refusal = proof.Assertion.Check(proof.RecordBytes);
        report.Note("passkey", refusal is null ? null : $"{refusal.Code}: {refusal.Detail}",
            $"{record.Approver}: {record.Choice}, message {record.MessageId} ({record.Digest}), at most {record.Limit} of {record.LimitCurrency}'s smallest unit, until {record.ExpiresAt.UtcDateTime:u}; signed at {proof.Assertion.Origin} with the passkey of key {VerificationKey.IdOf(proof.Assertion.PublicKey)}, its user verified");
        report.Skip("holder", "whose passkey it is, the ledger says: its leaf passkey-enrolled has this key's digest");
    }

    public static void CheckLeaf(LedgerLeaf leaf, byte[] file, CheckReport report)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(ApprovalProof.Read(file, out _)!.RecordBytes));
        report.Note("record", leaf.Kind != LeafKind.Approval ? "the leaf records no decision of a person" : leaf.Digest != digest ? $"the leaf's digest is {leaf.Digest}, the decision's {digest}" : null,
            "the ledger has this decision's digest");
    }
}
