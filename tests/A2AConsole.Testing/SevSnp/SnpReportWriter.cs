using System.Buffers.Binary;
using System.Security.Cryptography;
using A2AConsole.Core.Attestation.SevSnp;

namespace A2AConsole.Testing.SevSnp;

/// <summary>Writes an attestation report, field by field, and signs it as a chip does.</summary>
public sealed record SnpReportWriter
{
    public uint Version { get; init; } = 2;
    public uint GuestSvn { get; init; } = 3;
    public ulong Policy { get; init; } = (ulong)(SnpPolicy.ReservedOne | SnpPolicy.Smt);
    public uint Vmpl { get; init; }
    public uint Algorithm { get; init; } = 1;
    public uint KeyInfo { get; init; }
    public SnpTcb Tcb { get; init; } = new(3, 0, 8, 115);
    public byte[] ReportData { get; init; } = new byte[SnpReport.ReportDataSize];
    public byte[] Measurement { get; init; } = new byte[SnpReport.MeasurementSize];
    public byte[] HostData { get; init; } = new byte[32];
    public byte[] ReportId { get; init; } = new byte[32];
    public byte[] ChipId { get; init; } = new byte[SnpReport.ChipIdSize];

    /// <summary>The report, signed by a chip's key.</summary>
    public byte[] Sign(ECDsa chipKey)
    {
        var report = new byte[SnpReport.Size];
        Write(report, 0x00, Version);
        Write(report, 0x04, GuestSvn);
        BinaryPrimitives.WriteUInt64LittleEndian(report.AsSpan(0x08), Policy);
        Write(report, 0x30, Vmpl);
        Write(report, 0x34, Algorithm);
        Tcb8().CopyTo(report, 0x38);
        Write(report, 0x48, KeyInfo);
        ReportData.CopyTo(report, 0x50);
        Measurement.CopyTo(report, 0x90);
        HostData.CopyTo(report, 0xC0);
        ReportId.CopyTo(report, 0x140);
        Tcb8().CopyTo(report, 0x180);
        ChipId.CopyTo(report, 0x1A0);
        Resign(report, chipKey);
        return report;
    }

    /// <summary>Signs a report, as it stands, anew: little-endian r and s in 72 bytes each.</summary>
    public static void Resign(byte[] report, ECDsa chipKey)
    {
        var signature = chipKey.SignData(report.AsSpan(0, 0x2A0), HashAlgorithmName.SHA384);
        var half = signature.Length / 2;
        Array.Clear(report, 0x2A0, 512);
        for (var i = 0; i < half; i++)
            (report[0x2A0 + i], report[0x2E8 + i]) = (signature[half - 1 - i], signature[signature.Length - 1 - i]);
    }

    private byte[] Tcb8() => [Tcb.BootLoader, Tcb.Tee, 0, 0, 0, 0, Tcb.Snp, Tcb.Microcode];

    private static void Write(byte[] report, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(report.AsSpan(offset), value);
}
