using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Core.Approvals;

/// <summary>
/// A passkey's signature over a decision (Web Authentication level 3, §7.2), with all that is needed to verify it again without us: the credential's public key, the
/// authenticator data, the client data and the nonce that went into the challenge.
/// </summary>
/// <param name="CredentialId">Which passkey.</param>
/// <param name="PublicKey">DER SubjectPublicKeyInfo.</param>
/// <param name="AuthenticatorData">Bytes as the authenticator made them.</param>
/// <param name="ClientData">clientDataJSON, bytes as the browser made them.</param>
/// <param name="Signature">Over AuthenticatorData ‖ SHA-256(ClientData), as the authenticator encodes it (DER for ECDSA).</param>
/// <param name="Nonce">32 bytes, ours.</param>
/// <param name="Origin">The console's origin, for example <c>https://console.acme.example</c>.</param>
/// <param name="RelyingParty">The relying party's id: the origin's host or a domain above it.</param>
public sealed record PasskeyAssertion(
    byte[] CredentialId, byte[] PublicKey, byte[] AuthenticatorData, byte[] ClientData, byte[] Signature, byte[] Nonce, string Origin, string RelyingParty)
{
    private const int NonceLength = 32;
    private const int FlagsAt = 32;
    private const int MinAuthenticatorData = 37;
    private const byte UserPresent = 0x01;
    private const byte UserVerified = 0x04;

    /// <summary>The assertion as JSON, all bytes base64url.</summary>
    public byte[] Write()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("credentialId"u8, Base64Url.EncodeToString(CredentialId));
            json.WriteString("publicKey"u8, Base64Url.EncodeToString(PublicKey));
            json.WriteString("authenticatorData"u8, Base64Url.EncodeToString(AuthenticatorData));
            json.WriteString("clientDataJSON"u8, Base64Url.EncodeToString(ClientData));
            json.WriteString("signature"u8, Base64Url.EncodeToString(Signature));
            json.WriteString("nonce"u8, Base64Url.EncodeToString(Nonce));
            json.WriteString("origin"u8, Origin);
            json.WriteString("rpId"u8, RelyingParty);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    /// <summary>Reads an assertion; null, and why, when it is none.</summary>
    public static PasskeyAssertion? Read(ReadOnlySpan<byte> json, out string? error)
    {
        error = null;
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            return new(Bytes("credentialId"), Bytes("publicKey"), Bytes("authenticatorData"), Bytes("clientDataJSON"), Bytes("signature"), Bytes("nonce"), Text("origin"), Text("rpId"));

            string Text(string name) => root.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is null");

            byte[] Bytes(string name) => Base64Url.DecodeFromChars(Text(name));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            error = "it is no passkey assertion: " + e.Message;
            return null;
        }
    }

    /// <summary>
    /// Null when the passkey signed exactly this record, for this origin, with its user present and verified; else the first step that does not hold, under a stable code. What it does not say
    /// is whose passkey it is: that the ledger says, where the passkey was enrolled.
    /// </summary>
    public ApprovalRefusal? Check(ReadOnlySpan<byte> record)
    {
        if (Nonce.Length != NonceLength)
            return new("assertion-nonce", $"The nonce has {Nonce.Length} bytes, {NonceLength} are expected.");
        if (CheckClientData(DecisionRecord.ChallengeOf(record, Nonce)) is { } client)
            return client;
        if (AuthenticatorData.Length < MinAuthenticatorData)
            return new("assertion-authenticator-data", $"The authenticator data has {AuthenticatorData.Length} bytes, at least {MinAuthenticatorData} are expected.");
        if (!AuthenticatorData.AsSpan(0, FlagsAt).SequenceEqual(SHA256.HashData(Encoding.UTF8.GetBytes(RelyingParty))))
            return new("assertion-relying-party", $"The authenticator signed for another relying party than {RelyingParty}.");
        if ((AuthenticatorData[FlagsAt] & UserPresent) == 0)
            return new("assertion-user-present", "The authenticator does not say that anybody was there.");
        if ((AuthenticatorData[FlagsAt] & UserVerified) == 0)
            return new("assertion-user-verified", "The authenticator did not verify its user (PIN, fingerprint, face).");
        using var key = VerificationKey.TryCreate(PublicKey.AsSpan());
        if (key is null)
            return new("assertion-key", "The passkey's public key is of none of the kinds that are taken, or malformed.");
        if (SignatureForm.OfAuthenticator(key.Algorithm, Signature) is not { } signature)
            return new("assertion-signature-form", "The signature is not encoded as its algorithm says.");
        Span<byte> signed = new byte[AuthenticatorData.Length + SHA256.HashSizeInBytes];
        AuthenticatorData.CopyTo(signed);
        SHA256.HashData(ClientData, signed[AuthenticatorData.Length..]);
        return key.Verify(signed, signature) ? null : new("assertion-signature", "The signature is not the passkey's over this decision: something was changed, or another key signed.");
    }

    private ApprovalRefusal? CheckClientData(byte[] challenge)
    {
        try
        {
            var reader = new Utf8JsonReader(ClientData);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text("type") != "webauthn.get")
                return new("assertion-type", "The client data is not of an assertion (webauthn.get).");
            if (Text("challenge") is not { } signed || !Base64Url.IsValid(signed) || !CryptographicOperations.FixedTimeEquals(Base64Url.DecodeFromChars(signed), challenge))
                return new("assertion-challenge", "The passkey signed another challenge: another decision, or another ceremony.");
            if (Text("origin") != Origin)
                return new("assertion-origin", $"The passkey was used at {Text("origin") ?? "no origin"}, not at {Origin}.");
            if (root.TryGetProperty("crossOrigin", out var cross) && cross.ValueKind != JsonValueKind.False)
                return new("assertion-cross-origin", "The passkey was used from within another site's page.");
            return null;

            string? Text(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new("assertion-client-data", "The client data is no JSON object.");
        }
    }
}
