using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Tests.Identity;

/// <summary>Who may have a further signing key put into a certificate.</summary>
public sealed class SigningKeyProofTests
{
    private readonly EcdsaSigningKey _own = SigningKey.Generate();
    private readonly SigningKey _second = SigningKey.Generate(AlgorithmRegistry.MlDsa44);
    private readonly byte[] _csr;
    private readonly PublicKey _certified;

    public SigningKeyProofTests()
    {
        _csr = Csr(_own);
        _certified = PublicKey.CreateFromSubjectPublicKeyInfo(_own.SubjectPublicKeyInfo, out _);
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ml-dsa-44")]
    [InlineData("ml-dsa-65")]
    public void Whoever_holds_the_key_may(string algorithm)
    {
        using var key = SigningKey.Generate(AlgorithmRegistry.Find(algorithm)!);
        Assert.Null(Check(key.SubjectPublicKeyInfo, SigningKeyProof.Create(key, _csr)));
    }

    [Fact]
    public void A_proof_for_another_request_is_refused()
    {
        using var mallory = SigningKey.Generate();
        // Mallory saw the honest agent's request go by, with key and proof, and asks for his own certificate with them.
        Assert.Equal(SigningKeyProof.ProofInvalid, SigningKeyProof.Check(new(_second.SubjectPublicKeyInfo, SigningKeyProof.Create(_second, _csr), false), Csr(mallory),
            PublicKey.CreateFromSubjectPublicKeyInfo(mallory.SubjectPublicKeyInfo, out _), false, AlgorithmPolicy.Default, TestPki.Now)?.Code);
    }

    [Fact]
    public void A_proof_by_another_key_or_over_other_bytes_is_refused()
    {
        using var other = SigningKey.Generate(AlgorithmRegistry.MlDsa44);
        var good = SigningKeyProof.Create(_second, _csr);
        Assert.Equal(SigningKeyProof.ProofInvalid, Check(_second.SubjectPublicKeyInfo, SigningKeyProof.Create(other, _csr)));
        Assert.Equal(SigningKeyProof.ProofInvalid, Check(_second.SubjectPublicKeyInfo, []));
        Assert.Equal(SigningKeyProof.ProofInvalid, Check(_second.SubjectPublicKeyInfo, good[..^1]));
        Assert.Equal(SigningKeyProof.ProofInvalid, Check(_second.SubjectPublicKeyInfo, _second.Sign(_csr)));
        // An envelope that the key once signed, even over these very bytes, is no proof.
        Assert.Equal(SigningKeyProof.ProofInvalid, Check(_second.SubjectPublicKeyInfo, _second.Sign(Dsse.Pae("application/cloudevents+json"u8, _csr))));
    }

    [Fact]
    public void What_is_no_key_is_refused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        foreach (var spki in (byte[][])[[], [1, 2, 3], [.. _second.SubjectPublicKeyInfo, 0], p384.ExportSubjectPublicKeyInfo(), rsa.ExportSubjectPublicKeyInfo()])
            Assert.Equal(SigningKeyProof.Malformed, Check(spki, new byte[64]));
    }

    [Fact]
    public void A_second_key_is_for_another_algorithm_and_one_that_is_taken()
    {
        using var twin = SigningKey.Generate();
        Assert.Equal(SigningKeyProof.SameAlgorithm, Check(twin.SubjectPublicKeyInfo, SigningKeyProof.Create(twin, _csr)));
        var policy = AlgorithmPolicy.Default.With(new("ml-dsa-44", AlgorithmUses.Envelope, AlgorithmStatus.Forbidden, null));
        Assert.Equal(SigningKeyProof.AlgorithmForbidden, Check(_second.SubjectPublicKeyInfo, SigningKeyProof.Create(_second, _csr), policy: policy));
    }

    [Fact]
    public void Where_a_post_quantum_signature_is_required_one_must_be_possible()
    {
        using var ed25519 = SigningKey.Generate(AlgorithmRegistry.Ed25519);
        Assert.Equal(SigningKeyProof.NotPostQuantum, Check(ed25519.SubjectPublicKeyInfo, SigningKeyProof.Create(ed25519, _csr), postQuantum: true));
        Assert.Null(Check(_second.SubjectPublicKeyInfo, SigningKeyProof.Create(_second, _csr), postQuantum: true));
        Assert.Equal(SigningKeyProof.Missing, SigningKeyProof.Check(null, _csr, _certified, true, AlgorithmPolicy.Default, TestPki.Now)?.Code);
        Assert.Null(SigningKeyProof.Check(null, _csr, _certified, false, AlgorithmPolicy.Default, TestPki.Now));
    }

    [Fact]
    public void Both_keys_of_a_certificate_that_asks_for_both_must_stand_behind_the_next()
    {
        var (current, _, held) = new TestPki().AgentWithTwoKeys(AlgorithmRegistry.MlDsa65, both: true);
        var good = SigningKeyProof.CreateSuccession(held, _csr, _second.SubjectPublicKeyInfo);
        Assert.Null(Succeed(current, good));
        Assert.Equal(SigningKeyProof.Missing, SigningKeyProof.CheckSuccession(null, _csr, current)?.Code);
        // Whoever has broken the classical key only, with a second key of his own.
        Assert.Equal(SigningKeyProof.SuccessionInvalid, Succeed(current, default));
        Assert.Equal(SigningKeyProof.SuccessionInvalid, Succeed(current, SigningKeyProof.CreateSuccession(_second, _csr, _second.SubjectPublicKeyInfo)));
        // Meant for another second key, or for another request.
        Assert.Equal(SigningKeyProof.SuccessionInvalid, Succeed(current, SigningKeyProof.CreateSuccession(held, _csr, held.SubjectPublicKeyInfo)));
        using var mallory = SigningKey.Generate();
        Assert.Equal(SigningKeyProof.SuccessionInvalid, Succeed(current, SigningKeyProof.CreateSuccession(held, Csr(mallory), _second.SubjectPublicKeyInfo)));
        // A proof of possession is no succession, even where the bytes would do.
        Assert.Equal(SigningKeyProof.SuccessionInvalid, Succeed(current, SigningKeyProof.Create(held, [.. _csr, .. _second.SubjectPublicKeyInfo])));
    }

    [Fact]
    public void Where_either_key_is_enough_neither_is_needed_for_the_next()
    {
        var (current, _, _) = new TestPki().AgentWithTwoKeys(AlgorithmRegistry.MlDsa65, both: false);
        Assert.Null(SigningKeyProof.CheckSuccession(null, _csr, current));
        Assert.Null(Succeed(current, default));
    }

    private string? Succeed(VerifiedSvid current, ReadOnlyMemory<byte> succession)
        => SigningKeyProof.CheckSuccession(new(_second.SubjectPublicKeyInfo, default, false) { Succession = succession }, _csr, current)?.Code;

    private string? Check(byte[] spki, byte[] proof, bool postQuantum = false, AlgorithmPolicy? policy = null)
        => SigningKeyProof.Check(new(spki, proof, false), _csr, _certified, postQuantum, policy ?? AlgorithmPolicy.Default, TestPki.Now)?.Code;

    private static byte[] Csr(EcdsaSigningKey key) => new CertificateRequest("CN=agent", key.Key, HashAlgorithmName.SHA256).CreateSigningRequest();
}
