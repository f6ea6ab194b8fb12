using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;
using A2AConsole.Trust.Domain;
using A2AConsole.Trust.Gate;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Ocsp;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Ocsp;

namespace A2AConsole.Trust.Revoking;

/// <summary>
/// Answers OCSP requests (RFC 6960; nonces as RFC 8954 bounds them) from memory: good, revoked with time and reason, or unknown. An
/// answer without a nonce is kept for a minute, or until anything is revoked.
/// </summary>
public sealed class OcspResponder(OcspSigners signers, Standings standings, TimeProvider time)
{
    private const string Sha1Oid = "1.3.14.3.2.26", Sha256Oid = "2.16.840.1.101.3.4.2.1";
    private const int MaxRequests = 16;
    private const int MaxNonce = 32;
    private const int MaxKept = 10_000;
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ValidFor = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<(string Issuer, string Serial, string Hash), Kept> _kept = new();
    private readonly ConcurrentDictionary<(string Issuer, string Hash), (byte[] Name, byte[] Key)> _names = new();

    private sealed record Kept(byte[] Response, DateTimeOffset At, long Changes);

    /// <summary>The DER response to a DER request; errors are responses, too. Throws only when the store or custody fails.</summary>
    public async ValueTask<OcspAnswer> AnswerAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        Req[] asked;
        byte[]? nonce;
        try
        {
            var read = new OcspReq(request.ToArray());
            asked = read.GetRequestList();
            nonce = read.RequestExtensions?.GetExtension(OcspObjectIdentifiers.PkixOcspNonce)?.Value.GetOctets();
            if (asked.Length is 0 or > MaxRequests || (nonce is not null && Asn1OctetString.GetInstance(nonce).GetOctetsLength() is 0 or > MaxNonce))
                return Error(OcspRespStatus.MalformedRequest);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The library throws what its parsing meets, of many types; none of them is our failure.
            return Error(OcspRespStatus.MalformedRequest);
        }
        if (IssuerOf(asked[0].GetCertID()) is not { } issuer || asked.Any(r => IssuerOf(r.GetCertID())?.KeyId != issuer.KeyId))
            return Error(OcspRespStatus.Unauthorized);

        var now = time.GetUtcNow();
        var changes = standings.Changes;
        var key = asked.Length == 1 && nonce is null ? (issuer.KeyId, SerialOf(asked[0]), asked[0].GetCertID().HashAlgOid) : default;
        if (key != default && _kept.TryGetValue(key, out var kept) && kept.Changes == changes && now - kept.At < KeptFor && now >= kept.At)
            return new(kept.Response, kept.At, kept.At + ValidFor);
        var response = Sign(await signers.ForAsync(issuer, cancellationToken), issuer, asked, nonce, now);
        if (key != default)
        {
            if (_kept.Count >= MaxKept)
                _kept.Clear();
            _kept[key] = new(response, now, changes);
        }
        return new(response, now, nonce is null ? now + ValidFor : null);
    }

    private byte[] Sign(OcspSigner signer, IssuingAuthority issuer, Req[] asked, byte[]? nonce, DateTimeOffset now)
    {
        var generator = new BasicOcspRespGenerator(new RespID(signer.Sent.GetPublicKey()));
        foreach (var request in asked)
            generator.AddResponse(request.GetCertID(), StatusOf(issuer, request), now.UtcDateTime, (now + ValidFor).UtcDateTime, null);
        if (nonce is not null)
        {
            var extensions = new X509ExtensionsGenerator();
            extensions.AddExtension(OcspObjectIdentifiers.PkixOcspNonce, false, nonce);
            generator.SetResponseExtensions(extensions.Generate());
        }
        return new OCSPRespGenerator().Generate(OcspRespStatus.Successful, generator.Generate(signer, [signer.Sent], now.UtcDateTime)).GetEncoded();
    }

    private CertificateStatus? StatusOf(IssuingAuthority issuer, Req request)
    {
        if (!standings.TryFind(SerialOf(request), out var certificate) || certificate.IssuerKeyId != issuer.KeyId)
            return new UnknownStatus();
        return certificate.Withdrawal is not { } withdrawal ? CertificateStatus.Good
            : withdrawal.Reason == RevocationReason.Unspecified ? new RevokedStatus(new RevokedInfo(new Asn1GeneralizedTime(withdrawal.At.UtcDateTime)))
            : new RevokedStatus(withdrawal.At.UtcDateTime, (int)withdrawal.Reason);
    }

    private static string SerialOf(Req request) => Convert.ToHexStringLower(request.GetCertID().SerialNumber.ToByteArrayUnsigned());

    private IssuingAuthority? IssuerOf(CertificateID id)
    {
        if (id.HashAlgOid is not (Sha1Oid or Sha256Oid))
            return null;
        foreach (var issuer in signers.Issuers)
        {
            var (name, key) = _names.GetOrAdd((issuer.KeyId, id.HashAlgOid), static (k, i) => NamesOf(i.Certificate, k.Hash), issuer);
            if (id.GetIssuerNameHash().AsSpan().SequenceEqual(name) && id.GetIssuerKeyHash().AsSpan().SequenceEqual(key))
                return issuer;
        }
        return null;
    }

    private static (byte[] Name, byte[] Key) NamesOf(X509Certificate2 issuer, string hash)
        => (Hash(hash, issuer.SubjectName.RawData), Hash(hash, issuer.PublicKey.EncodedKeyValue.RawData));

    // What RFC 6960 and its readers name certificates by: it keeps nothing secret and proves nothing.
#pragma warning disable CA5350
    private static byte[] Hash(string oid, byte[] data) => oid == Sha1Oid ? SHA1.HashData(data) : SHA256.HashData(data);
#pragma warning restore CA5350

    private static OcspAnswer Error(int status) => new(new OCSPRespGenerator().Generate(status, null).GetEncoded(), null, null);
}

/// <summary>A response, and from when until when it may be kept where it may be.</summary>
public sealed record OcspAnswer(byte[] Der, DateTimeOffset? At, DateTimeOffset? Until);
