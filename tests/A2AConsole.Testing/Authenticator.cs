using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.Approvals;

namespace A2AConsole.Testing;

/// <summary>An authenticator made of .NET's own cryptography: what it signs is judged by our rules.</summary>
public sealed class Authenticator : IDisposable
{
    public const string Origin = "https://console.acme.example";
    public const string RelyingParty = "console.acme.example";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>DER SubjectPublicKeyInfo.</summary>
    public byte[] PublicKey => _key.ExportSubjectPublicKeyInfo();

    /// <summary>A manager's approval of a purchase.</summary>
    public static DecisionRecord Record(string choice = "approve", long limit = 6_400_000) => new()
    {
        TrustDomain = "acme.example", Approval = 7, MessageId = "0198c0de-0000-7000-8000-000000000007", Digest = new string('a', 64), Action = "approvePurchase",
        Agent = "spiffe://acme.example/env/prod/role/buying/agent/procurement-approver", Asked = "Approve the purchase app-1", Amount = "64000.00", Currency = "EUR", Limit = limit, LimitCurrency = "EUR",
        Choice = choice, Reason = "Stock is \"low\" \u2013 ordered", Approver = "manager@acme.example", At = DateTimeOffset.Parse("2026-11-25T10:00:00Z", null), ExpiresAt = DateTimeOffset.Parse("2026-11-25T11:00:00Z", null),
    };

    /// <summary>Signs a record's bytes, present and verified unless said otherwise.</summary>
    public PasskeyAssertion Sign(byte[] record, byte flags = 0x05, string origin = Origin, string rpId = RelyingParty, string type = "webauthn.get", string? extra = null)
    {
        var nonce = RandomNumberGenerator.GetBytes(32);
        var client = Encoding.UTF8.GetBytes($$"""{"type":"{{type}}","challenge":"{{Base64Url.EncodeToString(DecisionRecord.ChallengeOf(record, nonce))}}","origin":{{JsonSerializer.Serialize(origin)}}{{extra}}}""");
        byte[] data = [.. SHA256.HashData(Encoding.UTF8.GetBytes(rpId)), flags, 0, 0, 0, 9];
        var signature = _key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return new PasskeyAssertion([1, 2, 3], PublicKey, data, client, signature, nonce, Origin, RelyingParty);
    }

    public void Dispose() => _key.Dispose();
}
