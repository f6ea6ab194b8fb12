using System.Globalization;

namespace A2AConsole.Core.Attestation.SevSnp;

/// <summary>The security version numbers of the firmware (TCB_VERSION of Milan and Genoa: SEV-SNP Firmware ABI 56860, §2.2).</summary>
/// <param name="BootLoader">Of the secure processor's boot loader.</param>
/// <param name="Tee">Of the secure processor's operating system.</param>
/// <param name="Snp">Of the SNP firmware.</param>
/// <param name="Microcode">The lowest patch level of all cores.</param>
public readonly record struct SnpTcb(byte BootLoader, byte Tee, byte Snp, byte Microcode)
{
    /// <summary>Bytes of a TCB_VERSION.</summary>
    public const int Size = 8;

    /// <summary>Reads a TCB_VERSION; null when its reserved bytes are not zero.</summary>
    public static SnpTcb? Read(ReadOnlySpan<byte> bytes) => bytes is [var boot, var tee, 0, 0, 0, 0, var snp, var microcode] ? new SnpTcb(boot, tee, snp, microcode) : null;

    /// <summary>Whether each number is at least the floor's: they are versions of different things and do not make up for each other.</summary>
    public bool IsAtLeast(SnpTcb floor) => BootLoader >= floor.BootLoader && Tee >= floor.Tee && Snp >= floor.Snp && Microcode >= floor.Microcode;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"boot loader {BootLoader}, tee {Tee}, snp {Snp}, microcode {Microcode}");
}
