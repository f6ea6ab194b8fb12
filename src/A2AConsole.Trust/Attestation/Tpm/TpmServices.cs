using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Attestation;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Trust.Attestation.Tpm;

/// <summary>Registers the verifier for evidence by a TPM.</summary>
internal static class TpmServices
{
    public static IServiceCollection AddTpmVerifier(this IServiceCollection services, TrustOptions options)
    {
        services.AddSingleton(_ => new TpmVerifier(RootsOf(options.TpmVendorRoots)));
        services.AddSingleton<IEvidenceVerifier>(s => s.GetRequiredService<TpmVerifier>());
        return services;
    }

    /// <summary>The certificates of a PEM file; none when there is no file to read.</summary>
    internal static X509Certificate2Collection RootsOf(string? path)
    {
        var roots = new X509Certificate2Collection();
        if (string.IsNullOrWhiteSpace(path))
            return roots;
        try
        {
            roots.ImportFromPemFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new TrustStartupException($"{TrustOptions.Section}:TpmVendorRoots names {path}, which cannot be read as certificates in PEM: {e.Message}");
        }
        return roots.Count > 0 ? roots : throw new TrustStartupException($"{TrustOptions.Section}:TpmVendorRoots names {path}, which holds no certificate in PEM.");
    }
}
