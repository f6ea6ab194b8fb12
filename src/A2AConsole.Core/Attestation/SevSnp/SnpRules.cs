using System.Globalization;
using System.Security.Cryptography;

namespace A2AConsole.Core.Attestation.SevSnp;

/// <summary>Whether a report is about this request and this chip's certificate, and what it says beside what the entry expects.</summary>
public static class SnpRules
{
    /// <summary>Why the report is not about this request: its data must be the binding and 32 zero bytes. Null when it is.</summary>
    public static EvidenceFault? CheckBinding(SnpReport report, ReadOnlySpan<byte> binding)
    {
        Span<byte> wanted = stackalloc byte[SnpReport.ReportDataSize];
        wanted.Clear();
        binding.CopyTo(wanted);
        return CryptographicOperations.FixedTimeEquals(report.ReportData.Span, wanted)
            ? null
            : new(SnpCodes.NonceMismatch, "The report was made for another nonce or another key: its report data must be the binding of this request's nonce and key, and 32 zero bytes.");
    }

    /// <summary>Why the certificate is not the one of the report's chip and firmware; null when it is.</summary>
    public static EvidenceFault? CheckChip(SnpReport report, SnpVcek vcek)
    {
        // A host may mask its chip's id: then the report does not say which chip made it.
        if (!report.ChipId.Span.SequenceEqual(vcek.ChipId) || !report.ChipId.Span.ContainsAnyExcept((byte)0))
            return new(SnpCodes.ChipMismatch, "The certificate is of another chip than the report, or the host masks its chip's id (MASK_CHIP_ID).");
        return report.ReportedTcb == vcek.Tcb
            ? null
            : new(SnpCodes.TcbMismatch, $"The certificate is for the firmware {vcek.Tcb}; the report says {report.ReportedTcb}: get the certificate for the reported TCB.");
    }

    /// <summary>
    /// What a verified report says beside what the entry expects. <paramref name="code"/> is that of the first difference, or null.
    /// </summary>
    public static IReadOnlyList<MeasuredClaim> Compare(SnpReport report, SnpReference reference, out string? code)
    {
        var floor = reference.MinTcb.GetValueOrDefault();
        var allowed = SnpPolicy.ReservedOne | (reference.AllowSmt ? SnpPolicy.Smt : 0) | (reference.AllowMigrationAgent ? SnpPolicy.MigrationAgent : 0);
        // Bits above these restrict the guest's host further; those below are the firmware's version.
        const SnpPolicy risky = SnpPolicy.Smt | SnpPolicy.MigrationAgent | SnpPolicy.Debug;
        var isPolicyKept = (report.Policy & risky & ~allowed) == 0 && report.Policy.HasFlag(SnpPolicy.ReservedOne)
            && (!reference.RequireSingleSocket || report.Policy.HasFlag(SnpPolicy.SingleSocket));
        var measurement = Hex(report.Measurement);
        var hostData = Hex(report.HostData);
        (string Code, MeasuredClaim Claim)[] all =
        [
            (SnpCodes.MeasurementDrift, new("measurement", measurement, Listed(reference.Measurements), reference.Measurements.Contains(measurement))),
            (SnpCodes.PolicyDrift, new("policy", Describe(report.Policy & ~SnpPolicy.ReservedOne, report.PolicyBits), Expected(reference), isPolicyKept)),
            (SnpCodes.VmplDrift, new("vmpl", Text(report.Vmpl), Text(reference.Vmpl), report.Vmpl == reference.Vmpl)),
            (SnpCodes.TcbDrift, new("tcb", report.ReportedTcb.ToString(), $"at least {floor}", report.ReportedTcb.IsAtLeast(floor))),
            (SnpCodes.GuestDrift, new("guest-svn", Text(report.GuestSvn), $"at least {Text(reference.MinGuestSvn)}", report.GuestSvn >= reference.MinGuestSvn)),
            (SnpCodes.GuestDrift, new("host-data", hostData, reference.HostData.Count == 0 ? null : Listed(reference.HostData), reference.HostData.Count == 0 || reference.HostData.Contains(hostData))),
            ("", new("chip-id", Hex(report.ChipId), null, true)),
            ("", new("report-id", Hex(report.ReportId), null, true)),
            ("", new("running-tcb", report.CurrentTcb.ToString(), null, true)),
        ];
        code = all.FirstOrDefault(c => !c.Claim.Matches).Code;
        return [.. all.Select(c => c.Claim)];
    }

    private static string Expected(SnpReference reference)
        => $"no debugging{(reference.AllowSmt ? "" : ", no SMT")}{(reference.AllowMigrationAgent ? "" : ", no migration agent")}{(reference.RequireSingleSocket ? ", a single socket" : "")}";

    private static string Describe(SnpPolicy policy, ulong bits)
    {
        var named = policy & (SnpPolicy.Smt | SnpPolicy.MigrationAgent | SnpPolicy.Debug | SnpPolicy.SingleSocket);
        return string.Create(CultureInfo.InvariantCulture, $"0x{bits:x}{(named == 0 ? "" : $" ({named})")}");
    }

    private static string Listed(IReadOnlyList<string> values)
    {
        const int shown = 4;
        return values.Count <= shown
            ? string.Join(" or ", values)
            : string.Create(CultureInfo.InvariantCulture, $"{string.Join(" or ", values.Take(shown))} or one of {values.Count - shown} more");
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
