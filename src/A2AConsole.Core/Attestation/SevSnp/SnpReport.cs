using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace A2AConsole.Core.Attestation.SevSnp;

/// <summary>A guest's policy (SEV-SNP Firmware ABI 56860, §4.3), as it was launched with.</summary>
[Flags]
public enum SnpPolicy : ulong
{
    None = 0,
    /// <summary>The guest may run where two threads share a core.</summary>
    Smt = 1UL << 16,
    /// <summary>Must be set.</summary>
    ReservedOne = 1UL << 17,
    /// <summary>The guest may be moved by a migration agent, which then holds its secrets.</summary>
    MigrationAgent = 1UL << 18,
    /// <summary>The host may read and write the guest's memory.</summary>
    Debug = 1UL << 19,
    /// <summary>The guest may only run on one socket.</summary>
    SingleSocket = 1UL << 20,
}

/// <summary>
/// An attestation report (ATTESTATION_REPORT, SEV-SNP Firmware ABI 56860, §7.3), little-endian. Read, not yet believed.
/// </summary>
public sealed class SnpReport
{
    /// <summary>Bytes of a report.</summary>
    public const int Size = 1184;
    /// <summary>Bytes of the caller's data.</summary>
    public const int ReportDataSize = 64;
    /// <summary>Bytes of a chip's id.</summary>
    public const int ChipIdSize = 64;
    /// <summary>Bytes of a measurement (SHA-384).</summary>
    public const int MeasurementSize = 48;

    // Version 1 is of firmware before its first release. Later versions fill what was reserved.
    private const uint MinVersion = 2;
    private const uint MaxVersion = 5;
    private const uint EcdsaP384Sha384 = 1;
    private const int SignedSize = 0x2A0;
    private const int NumberField = 72;
    private const int NumberSize = 48;

    private readonly byte[] _bytes;

    private SnpReport(byte[] bytes) => _bytes = bytes;

    public uint Version => UInt32(0x00);
    public uint GuestSvn => UInt32(0x04);
    public ulong PolicyBits => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(0x08));
    public SnpPolicy Policy => (SnpPolicy)PolicyBits;
    /// <summary>The privilege level of the guest that asked for the report; 0 is the highest.</summary>
    public uint Vmpl => UInt32(0x30);
    public ReadOnlyMemory<byte> ReportData => _bytes.AsMemory(0x50, ReportDataSize);
    /// <summary>What the guest was launched with.</summary>
    public ReadOnlyMemory<byte> Measurement => _bytes.AsMemory(0x90, MeasurementSize);
    /// <summary>What the host gave at launch.</summary>
    public ReadOnlyMemory<byte> HostData => _bytes.AsMemory(0xC0, 32);
    /// <summary>The guest's own id, which it keeps as long as it runs.</summary>
    public ReadOnlyMemory<byte> ReportId => _bytes.AsMemory(0x140, 32);
    /// <summary>The firmware that the report's key is derived from.</summary>
    public SnpTcb ReportedTcb { get; private init; }
    /// <summary>The firmware that runs.</summary>
    public SnpTcb CurrentTcb { get; private init; }
    public ReadOnlyMemory<byte> ChipId => _bytes.AsMemory(0x1A0, ChipIdSize);
    /// <summary>What the signature is over.</summary>
    public ReadOnlyMemory<byte> Signed => _bytes.AsMemory(0, SignedSize);
    /// <summary>r and s, big-endian, 48 bytes each (IEEE P1363).</summary>
    public byte[] Signature { get; private init; } = [];

    private uint KeyInfo => UInt32(0x48);
    private bool IsChipKeyMasked => (KeyInfo & 2) != 0;
    private uint SigningKey => KeyInfo >> 2 & 7;

    /// <summary>Reads a report, or says why it is none that we take. Never throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SnpReport? report, [NotNullWhen(false)] out EvidenceFault? fault)
    {
        report = null;
        fault = Malformed($"it has {bytes.Length} bytes instead of {Size}");
        if (bytes.Length != Size)
            return false;
        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var algorithm = BinaryPrimitives.ReadUInt32LittleEndian(bytes[0x34..]);
        if (version is < MinVersion or > MaxVersion)
            fault = new(SnpCodes.ReportVersion, string.Create(CultureInfo.InvariantCulture, $"The report is of version {version}; {MinVersion} to {MaxVersion} are read."));
        else if (algorithm != EcdsaP384Sha384)
            fault = new(SnpCodes.SignatureAlgorithm, string.Create(CultureInfo.InvariantCulture, $"The report names the signature algorithm {algorithm}; 1 (ECDSA P-384 with SHA-384) is needed."));
        else if (SnpTcb.Read(bytes.Slice(0x38, SnpTcb.Size)) is not { } current || SnpTcb.Read(bytes.Slice(0x180, SnpTcb.Size)) is not { } reported)
            fault = Malformed("reserved bytes of a firmware version are not zero");
        else if (ReadSignature(bytes[SignedSize..]) is not { } signature)
            fault = Malformed("its signature is not two numbers of 48 bytes and zeros");
        else
            (report, fault) = (new SnpReport(bytes.ToArray()) { CurrentTcb = current, ReportedTcb = reported, Signature = signature }, null);
        if (report is not null && (report.IsChipKeyMasked || report.SigningKey != 0))
        {
            fault = new(SnpCodes.SigningKey, report.IsChipKeyMasked
                ? "The report is not signed: the host has masked the chip's key (MASK_CHIP_KEY)."
                : "The report is signed by another key than the chip's own: ask for one by the VCEK.");
            report = null;
        }
        return report is not null;
    }

    /// <summary>r and s stand little-endian in 72 bytes each; what follows is reserved.</summary>
    private static byte[]? ReadSignature(ReadOnlySpan<byte> field)
    {
        if (field[NumberSize..NumberField].ContainsAnyExcept((byte)0) || field[(NumberField + NumberSize)..].ContainsAnyExcept((byte)0))
            return null;
        var signature = new byte[2 * NumberSize];
        field[..NumberSize].CopyTo(signature);
        field.Slice(NumberField, NumberSize).CopyTo(signature.AsSpan(NumberSize));
        signature.AsSpan(0, NumberSize).Reverse();
        signature.AsSpan(NumberSize).Reverse();
        return signature;
    }

    private uint UInt32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(offset));

    private static EvidenceFault Malformed(string why) => new(SnpCodes.ReportMalformed, $"The report is malformed: {why}.");
}
