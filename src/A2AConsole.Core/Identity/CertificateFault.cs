namespace A2AConsole.Core.Identity;

/// <summary>What is wrong with one certificate, without saying yet which of a path it is.</summary>
/// <param name="Code">One of <see cref="SvidRefusalCodes"/>.</param>
/// <param name="Why">Completes "The certificate …" and "Certificate 1 of the path …".</param>
internal sealed record CertificateFault(string Code, string Why)
{
    /// <summary>The refusal of a path's certificate <paramref name="place"/>, the leaf being the first.</summary>
    public SvidRefusal At(int place) => new(Code, place == 0 ? $"The certificate {Why}." : $"Certificate {place} of the path (0 is the agent's own) {Why}.");
}
