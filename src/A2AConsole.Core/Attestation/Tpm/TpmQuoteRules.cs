using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace A2AConsole.Core.Attestation.Tpm;

/// <summary>Whether a quote answers what was asked, and whether what came with it is what was quoted.</summary>
public static class TpmQuoteRules
{
    /// <summary>
    /// Checks a quote whose signature has been verified: nonce and key (<paramref name="binding"/>), registers, and the digest over
    /// <paramref name="values"/>. Null when all is as it was asked for.
    /// </summary>
    [SuppressMessage("Style", "IDE0046", Justification = "A rule a statement reads better than one nested expression.")]
    public static EvidenceFault? CheckQuote(TpmQuote quote, ReadOnlySpan<byte> binding, uint registers, PcrValues values)
    {
        if (!CryptographicOperations.FixedTimeEquals(quote.ExtraData, binding))
            return new(TpmCodes.NonceMismatch, "The quote was made for another nonce or another key: its qualifying data must be the binding of this request's nonce and key.");
        if (quote.Selections is not [{ Hash: TpmAlgorithm.Sha256 } selection] || selection.Registers != registers)
            return new(TpmCodes.PcrSelection, $"The quote must be over the registers {PcrValues.Describe(registers)} of the SHA-256 bank, no more and no less; it is over {Describe(quote.Selections)}.");
        if (values.Bitmap != registers)
            return new(TpmCodes.PcrSelection, $"The values of the registers {PcrValues.Describe(registers)} are needed, no more and no less; those of {PcrValues.Describe(values.Bitmap)} came.");
        if (!CryptographicOperations.FixedTimeEquals(quote.PcrDigest, values.Digest()))
            return new(TpmCodes.PcrDigest, "The register values do not hash to what the TPM quoted: a register changed in between, or the values are not the TPM's.");
        return null;
    }

    /// <summary>
    /// Checks that the log leads to the quoted values, in each register that it speaks of or of which the entry has events. Null when it does,
    /// or when there is no log and none is needed.
    /// </summary>
    public static EvidenceFault? CheckLog(TcgEventLog? log, PcrValues values, TpmReference reference)
    {
        if (log is null)
        {
            return reference.Events.Count == 0
                ? null
                : new(TpmCodes.EventLogMissing, "The entry has reference events: send the event log (/sys/kernel/security/tpm0/binary_bios_measurements).");
        }
        var replayed = log.Replay();
        foreach (var (register, value) in values.InOrder)
        {
            var isExpected = reference.Events.ContainsKey(register);
            if (!replayed.Contains(register) ? isExpected : !CryptographicOperations.FixedTimeEquals(replayed[register], value))
                return new(TpmCodes.EventLogMismatch, $"The event log does not lead to the quoted value of register {register}: it is incomplete, or not this boot's.");
        }
        return null;
    }

    private static string Describe(IReadOnlyList<TpmPcrSelection> selections)
        => selections.Count == 0
            ? "none"
            : string.Join(" and ", selections.Select(s => $"{PcrValues.Describe(s.Registers)} of the {(s.Hash == TpmAlgorithm.Sha256 ? "SHA-256" : "0x" + s.Hash.ToString("x4", System.Globalization.CultureInfo.InvariantCulture))} bank"));
}
