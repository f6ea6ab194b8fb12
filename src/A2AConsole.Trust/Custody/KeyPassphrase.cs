using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Trust.Custody;

/// <summary>Where the passphrase of the key files comes from: the settings, the environment, or a file made at first start.</summary>
public static class KeyPassphrase
{
    /// <summary>The name of the generated passphrase's file.</summary>
    public const string FileName = "passphrase";

    /// <summary>
    /// Finds the passphrase, or makes one while there is no key yet. Throws <see cref="TrustStartupException"/> when there are
    /// keys but nothing that opens them.
    /// </summary>
    public static string Resolve(PrivateDirectory directory, string? configured, ILogger logger)
    {
        var given = !string.IsNullOrEmpty(configured) ? configured : Environment.GetEnvironmentVariable(TrustOptions.PassphraseVariable);
        if (!string.IsNullOrEmpty(given))
            return given;
        if (directory.Read(FileName)?.Trim() is { Length: > 0 } stored)
            return stored;
        if (directory.ContainsAny(EncryptedFileCustody.Extension))
            throw new TrustStartupException(
                $"The keys in {directory.Root} are encrypted and no passphrase was given: set {TrustOptions.PassphraseVariable}.");

        var made = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        if (!directory.Write(FileName, made + "\n", replace: false))
            made = directory.Read(FileName)!.Trim();
        logger.LogWarning(
            "No key passphrase was given: one was generated into {File}. Whoever can read that file can use the authority's keys; for production set {Variable} from a secret store.",
            directory.PathOf(FileName), TrustOptions.PassphraseVariable);
        return made;
    }
}
