using System.Buffers.Text;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace A2AConsole.Trust.Domain;

/// <summary>The trust bundle in SPIFFE's form (SPIFFE Trust Domain and Bundle §4): a JWK Set with the roots, a sequence and a refresh hint.</summary>
public static class BundleDocument
{
    /// <summary>Writes the roots. <paramref name="refresh"/> is how long a reader may wait before it asks again.</summary>
    public static string Write(IEnumerable<X509Certificate2> roots, long sequence, TimeSpan refresh)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("keys");
            foreach (var root in roots)
                WriteKey(json, root);
            json.WriteEndArray();
            json.WriteNumber("spiffe_sequence", sequence);
            json.WriteNumber("spiffe_refresh_hint", (long)refresh.TotalSeconds);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static void WriteKey(Utf8JsonWriter json, X509Certificate2 root)
    {
        using var key = root.GetECDsaPublicKey() ?? throw new InvalidOperationException("a root of ours has an elliptic curve key");
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        json.WriteStartObject();
        json.WriteString("use", "x509-svid");
        json.WriteString("kty", "EC");
        json.WriteString("crv", "P-256");
        json.WriteString("x", Base64Url.EncodeToString(point.X));
        json.WriteString("y", Base64Url.EncodeToString(point.Y));
        json.WriteStartArray("x5c");
        json.WriteStringValue(Convert.ToBase64String(root.RawDataMemory.Span));
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
