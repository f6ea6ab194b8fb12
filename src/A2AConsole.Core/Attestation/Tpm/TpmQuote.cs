using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace A2AConsole.Core.Attestation.Tpm;

/// <summary>What a TPM says of its registers: TPMS_ATTEST of the type quote (TPM 2.0 Part 2 §10.12.12). Read, not yet believed.</summary>
public sealed record TpmQuote
{
    /// <summary>TPM_GENERATED_VALUE, "\xffTCG": a restricted key refuses to sign anything from outside that begins with it.</summary>
    public const uint GeneratedValue = 0xff544347;

    /// <summary>TPM_ST_ATTEST_QUOTE.</summary>
    public const ushort QuoteType = 0x8018;

    /// <summary>The longest TPMS_ATTEST that is read, in bytes.</summary>
    public const int MaxSize = 1024;

    private const int MaxSelections = 8;

    /// <summary>The signing key's name with its parents' names.</summary>
    public required byte[] QualifiedSigner { get; init; }
    /// <summary>The caller's qualifying data.</summary>
    public required byte[] ExtraData { get; init; }
    /// <summary>Milliseconds for which the TPM has been powered.</summary>
    public required ulong Clock { get; init; }
    /// <summary>How often the TPM was reset.</summary>
    public required uint ResetCount { get; init; }
    /// <summary>How often the TPM was restarted or resumed since its last reset.</summary>
    public required uint RestartCount { get; init; }
    /// <summary>Whether the clock certainly never went back.</summary>
    public required bool IsClockSafe { get; init; }
    /// <summary>The vendor's number for the TPM's firmware.</summary>
    public required ulong FirmwareVersion { get; init; }
    public required IReadOnlyList<TpmPcrSelection> Selections { get; init; }
    /// <summary>The hash of the selected registers' values, one after the other.</summary>
    public required byte[] PcrDigest { get; init; }

    /// <summary>Reads a TPMS_ATTEST, or says why it is no quote. Never throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> attest, [NotNullWhen(true)] out TpmQuote? quote, [NotNullWhen(false)] out EvidenceFault? fault)
    {
        quote = null;
        fault = new(TpmCodes.QuoteMalformed, "The quote is not one complete TPMS_ATTEST; send what tpm2_quote --message writes.");
        if (attest.Length > MaxSize)
            return false;
        var reader = new TpmReader(attest);
        var magic = reader.UInt32();
        var type = reader.UInt16();
        if (reader.Failed)
            return false;
        if (magic != GeneratedValue)
        {
            fault = new(TpmCodes.QuoteMagic, string.Create(CultureInfo.InvariantCulture, $"The quote begins with 0x{magic:x8}; what a TPM makes begins with 0xff544347."));
            return false;
        }
        if (type != QuoteType)
        {
            fault = new(TpmCodes.QuoteType, string.Create(CultureInfo.InvariantCulture, $"The attestation is of the type 0x{type:x4}; a quote is 0x8018."));
            return false;
        }
        var signer = reader.Sized().ToArray();
        var extra = reader.Sized().ToArray();
        var (clock, resets, restarts, safe) = (reader.UInt64(), reader.UInt32(), reader.UInt32(), reader.Byte());
        var firmware = reader.UInt64();
        var selections = ReadSelections(ref reader);
        var digest = reader.Sized().ToArray();
        if (selections is null || safe > 1 || !reader.IsComplete)
            return false;
        fault = null;
        quote = new TpmQuote
        {
            QualifiedSigner = signer,
            ExtraData = extra,
            Clock = clock,
            ResetCount = resets,
            RestartCount = restarts,
            IsClockSafe = safe == 1,
            FirmwareVersion = firmware,
            Selections = selections,
            PcrDigest = digest,
        };
        return true;
    }

    private static List<TpmPcrSelection>? ReadSelections(ref TpmReader reader)
    {
        var count = reader.UInt32();
        if (count > MaxSelections)
            return null;
        var selections = new List<TpmPcrSelection>();
        for (var i = 0; i < count; i++)
        {
            var hash = reader.UInt16();
            var map = reader.Bytes(reader.Byte());
            // Four bytes are 32 registers; a TPM has 24.
            if (map.Length > 4)
                return null;
            uint registers = 0;
            for (var b = 0; b < map.Length; b++)
                registers |= (uint)map[b] << (8 * b);
            selections.Add(new(hash, registers));
        }
        return selections;
    }
}

/// <summary>Which registers of which bank were quoted.</summary>
/// <param name="Hash">The bank's hash, a TPM_ALG_ID.</param>
/// <param name="Registers">Bit n for register n.</param>
public readonly record struct TpmPcrSelection(ushort Hash, uint Registers);
