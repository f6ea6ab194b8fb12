using System.Globalization;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.Admission;

/// <summary>An event may have so many bytes as received.</summary>
public static class SizeRule
{
    public static Fault? Check(int size, AdmissionLimits limits)
        => size <= limits.MaxEventBytes
            ? null
            : new Fault(RefusalCode.TooLarge, string.Create(CultureInfo.InvariantCulture, $"The event has {size:N0} bytes; at most {limits.MaxEventBytes:N0} are taken."));
}
