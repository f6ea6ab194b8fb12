using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Crypto;
using A2AConsole.Sdk;

namespace A2AConsole.Demo.Attacks;

/// <summary>The attackers' craft: changing what was signed, and making certificates of their own.</summary>
internal static class Forgery
{
    /// <summary>The event's JSON in an envelope.</summary>
    public static string PayloadOf(ReadOnlyMemory<byte> envelope)
    {
        using var json = JsonDocument.Parse(envelope);
        return Encoding.UTF8.GetString(json.RootElement.GetProperty("payload").GetBytesFromBase64());
    }

    /// <summary>The same envelope, signature included, around another payload.</summary>
    public static byte[] Swap(ReadOnlyMemory<byte> envelope, string payload)
    {
        var json = JsonNode.Parse(envelope.Span)!;
        json["payload"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(payload));
        return JsonSerializer.SerializeToUtf8Bytes(json);
    }

    /// <summary>A payload signed properly, whatever it says.</summary>
    public static byte[] SignAnew(string payload, AgentIdentity identity) => EventWriter.Envelope(Encoding.UTF8.GetBytes(payload), identity);

    /// <summary>A payload whose first amount is ten times as high.</summary>
    public static string RaiseAmount(string payload)
    {
        const string amount = "\"amount\":\"";
        var at = payload.IndexOf(amount, StringComparison.Ordinal) + amount.Length;
        return payload.Insert(at, payload[at] == '9' ? "1" : "9");
    }

    /// <summary>A certificate for the name, by an authority that nobody knows.</summary>
    public static AgentIdentity Counterfeit(string spiffeId, DateTimeOffset now)
    {
        using var authorityKey = ECDsa.Create(AlgorithmRegistry.DefaultCurve);
        var authorityRequest = new CertificateRequest("CN=Totally Acme Root", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));

        using var key = ECDsa.Create(AlgorithmRegistry.DefaultCurve);
        var request = new CertificateRequest("CN=agent", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(spiffeId));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var certificate = request.Create(authority, now.AddMinutes(-1), now.AddHours(1), RandomNumberGenerator.GetBytes(16));
        return AgentIdentity.FromPem(certificate.ExportCertificatePem() + "\n" + authority.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
