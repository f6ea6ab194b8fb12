namespace A2AConsole.Trust.Attestation;

/// <summary>Why evidence is not accepted.</summary>
/// <param name="Code">A stable code of the kind's own.</param>
/// <param name="Detail">What was found and what would be right.</param>
internal sealed record VerifierFault(string Code, string Detail);
