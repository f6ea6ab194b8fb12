using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Admission;

/// <summary>Where only some environments are served, an event for an agent of another one stops here: a test identity's order never reaches production.</summary>
public static class AudienceRule
{
    /// <summary>Null when the event may be for that audience, else why not.</summary>
    public static Fault? Check(string? audience, AdmissionLimits limits)
        => limits.Environments.Count == 0 || !SpiffeId.TryParse(audience, out var id, out _) || limits.Environments.Contains(id.Environment)
            ? null
            : new Fault(RefusalCode.AudienceNotServed, $"The audience is an agent of the environment '{id.Environment}'; here are {string.Join(", ", limits.Environments.Order(StringComparer.Ordinal))} only.");
}
