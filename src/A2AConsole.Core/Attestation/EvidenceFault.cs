namespace A2AConsole.Core.Attestation;

/// <summary>Why a piece of evidence is refused.</summary>
/// <param name="Code">A stable code, e.g. <c>tpm-nonce-mismatch</c>.</param>
/// <param name="Detail">What was found and what would be right; holds no secret.</param>
public sealed record EvidenceFault(string Code, string Detail);
