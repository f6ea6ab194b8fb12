using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Encodings.Web;
using System.Text.Json;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Core.Inventory;

/// <summary>
/// Writes an inventory as a cryptography bill of materials: CycloneDX 1.6 JSON, components of type <c>cryptographic-asset</c>.
/// Algorithms, protocols and the authority's certificates and keys in full; agents' keys, of which there may be a hundred
/// thousand that live an hour each, as counts. Pure.
/// </summary>
public static class Cbom
{
    private const string Prefix = "a2aconsole:";
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The document, UTF-8; <paramref name="serialNumber"/> names this very document.</summary>
    public static byte[] Write(CryptoInventory inventory, Guid serialNumber)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        writer.WriteString("bomFormat", "CycloneDX");
        writer.WriteString("specVersion", "1.6");
        writer.WriteString("serialNumber", $"urn:uuid:{serialNumber:D}");
        writer.WriteNumber("version", 1);
        writer.WriteStartObject("metadata");
        writer.WriteString("timestamp", Time(inventory.At));
        writer.WriteStartObject("component");
        writer.WriteString("type", "application");
        writer.WriteString("bom-ref", "application/a2aconsole");
        writer.WriteString("name", "A2AConsole");
        writer.WriteString("version", inventory.Version);
        writer.WriteString("description", $"The control room of the trust domain {inventory.TrustDomain}.");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteStartArray("components");
        foreach (var algorithm in AlgorithmRegistry.All)
            WriteSignature(writer, algorithm, inventory);
        WriteAlgorithm(writer, "sha-256", "SHA-256", "hash", ["digest"], 128, "Digests of events, certificates and keys; the ledger's tree (RFC 6962).", "2.16.840.1.101.3.4.2.1");
        WriteAlgorithm(writer, "aes-256-cbc", "AES-256-CBC", "block-cipher", ["encrypt", "decrypt"], 256, "Key files at rest (PBES2, PKCS#5).", "2.16.840.1.101.3.4.1.42");
        WriteTls(writer);
        foreach (var certificate in inventory.Authorities)
            WriteCertificate(writer, certificate);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteSignature(Utf8JsonWriter writer, SignatureAlgorithm algorithm, CryptoInventory inventory)
    {
        Begin(writer, Ref(algorithm), algorithm.Name, "algorithm");
        writer.WriteStartObject("algorithmProperties");
        writer.WriteString("primitive", "signature");
        if (algorithm.Family is "ml-dsa" && algorithm.Name.Split('-') is [.., var parameters])
            writer.WriteString("parameterSetIdentifier", parameters);
        if (algorithm.CurveOid is not null)
            writer.WriteString("curve", algorithm.Name.Split(' ')[^1]);
        writer.WriteStartArray("cryptoFunctions");
        if (algorithm.Uses != AlgorithmUses.None)
        {
            writer.WriteStringValue("keygen");
            writer.WriteStringValue("sign");
            writer.WriteStringValue("verify");
        }
        writer.WriteEndArray();
        writer.WriteNumber("classicalSecurityLevel", algorithm.Strength);
        writer.WriteNumber("nistQuantumSecurityLevel", algorithm.QuantumCategory);
        writer.WriteEndObject();
        if (algorithm.SignatureOid is { } oid)
            writer.WriteString("oid", oid);
        writer.WriteEndObject();
        WriteProperties(writer, PropertiesOf(algorithm, inventory));
        writer.WriteEndObject();
    }

    private static IEnumerable<(string Name, string Value)> PropertiesOf(SignatureAlgorithm algorithm, CryptoInventory inventory)
    {
        yield return ("id", algorithm.Id);
        foreach (var (use, name) in AlgorithmUseNames.All)
        {
            if ((algorithm.Uses & use) == 0)
                continue;
            var standing = inventory.Algorithms.StandingOf(algorithm, use);
            yield return ($"status:{name}", standing.IsUsable(inventory.At) ? standing.Status.ToString().ToLowerInvariant() : "forbidden");
            if (standing.NotAfter is { } end)
                yield return ($"notAfter:{name}", Time(end));
        }
        foreach (var use in inventory.Uses.Where(u => u.Algorithm == algorithm.Id).OrderBy(u => u.Use, StringComparer.Ordinal))
        {
            yield return ($"agents:{use.Use}", use.Agents.ToString(CultureInfo.InvariantCulture));
            yield return ($"lastUse:{use.Use}", Time(use.LastSeenAt));
        }
        foreach (var keys in inventory.Keys.Where(k => k.Algorithm == algorithm.Id))
        {
            yield return ("agentCertificates", keys.Certificates.ToString(CultureInfo.InvariantCulture));
            yield return ("agentSigningKeys", keys.SigningKeys.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void WriteAlgorithm(Utf8JsonWriter writer, string id, string name, string primitive, string[] functions, int strength, string description, string oid)
    {
        Begin(writer, $"algorithm/{id}", name, "algorithm", description);
        writer.WriteStartObject("algorithmProperties");
        writer.WriteString("primitive", primitive);
        writer.WriteStartArray("cryptoFunctions");
        foreach (var function in functions)
            writer.WriteStringValue(function);
        writer.WriteEndArray();
        writer.WriteNumber("classicalSecurityLevel", strength);
        writer.WriteEndObject();
        writer.WriteString("oid", oid);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteTls(Utf8JsonWriter writer)
    {
        Begin(writer, "protocol/tls-1.3", "TLS 1.3", "protocol", "Between agents, edge and authority, with certificates on both sides at the edge; no older version is spoken there.");
        writer.WriteStartObject("protocolProperties");
        writer.WriteString("type", "tls");
        writer.WriteString("version", "1.3");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteCertificate(Utf8JsonWriter writer, InventoryCertificate item)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(item.Der.Span);
        var fingerprint = certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();
        var keyId = VerificationKey.IdOf(certificate.PublicKey);
        var keyRef = $"key/{fingerprint}";

        Begin(writer, $"certificate/{fingerprint}", certificate.Subject, "certificate", $"The authority's {item.Purpose} certificate.");
        writer.WriteStartObject("certificateProperties");
        writer.WriteString("subjectName", certificate.Subject);
        writer.WriteString("issuerName", certificate.Issuer);
        writer.WriteString("notValidBefore", Time(certificate.NotBefore.ToUniversalTime()));
        writer.WriteString("notValidAfter", Time(certificate.NotAfter.ToUniversalTime()));
        if (AlgorithmRegistry.OfSignature(certificate.SignatureAlgorithm) is { } signature)
            writer.WriteString("signatureAlgorithmRef", Ref(signature));
        writer.WriteString("subjectPublicKeyRef", keyRef);
        writer.WriteString("certificateFormat", "X.509");
        writer.WriteEndObject();
        writer.WriteEndObject();
        WriteProperties(writer, [("purpose", item.Purpose), ("state", item.State.ToLowerInvariant()), ("sha256", fingerprint), ("serial", certificate.SerialNumber.ToLowerInvariant())]);
        writer.WriteEndObject();

        Begin(writer, keyRef, $"Public key of {certificate.Subject}", "related-crypto-material");
        writer.WriteStartObject("relatedCryptoMaterialProperties");
        writer.WriteString("type", "public-key");
        writer.WriteString("id", keyId);
        writer.WriteString("state", StateOfKey(item.State));
        if (AlgorithmRegistry.OfKey(certificate.PublicKey) is { } algorithm)
            writer.WriteString("algorithmRef", Ref(algorithm));
        writer.WriteString("value", Convert.ToBase64String(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        writer.WriteString("format", "SubjectPublicKeyInfo");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>The state in the words of NIST SP 800-57, which CycloneDX uses.</summary>
    private static string StateOfKey(string state) => state switch
    {
        "Prepared" => "pre-activation",
        "Active" => "active",
        "Retired" => "deactivated",
        _ => "compromised",
    };

    private static void Begin(Utf8JsonWriter writer, string reference, string name, string assetType, string? description = null)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "cryptographic-asset");
        writer.WriteString("bom-ref", reference);
        writer.WriteString("name", name);
        if (description is not null)
            writer.WriteString("description", description);
        writer.WriteStartObject("cryptoProperties");
        writer.WriteString("assetType", assetType);
    }

    private static void WriteProperties(Utf8JsonWriter writer, IEnumerable<(string Name, string Value)> properties)
    {
        writer.WriteStartArray("properties");
        foreach (var (name, value) in properties)
        {
            writer.WriteStartObject();
            writer.WriteString("name", Prefix + name);
            writer.WriteString("value", value);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static string Ref(SignatureAlgorithm algorithm) => $"algorithm/{algorithm.Id}";

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
