using System.Text;
using System.Text.Json.Nodes;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Schemas;

namespace A2AConsole.Core.Tests.Envelopes;

/// <summary>What an attacker would try on the envelope of an agent that has a second signing key: mostly, to get by with less.</summary>
public sealed class TwoKeyAttackTests
{
    private readonly TestPki _pki = new();
    private readonly AlgorithmPolicySource _algorithms = new();
    private readonly EventChecker _checker;

    public TwoKeyAttackTests() => _checker = new(SchemaRegistry.Default, new AdmissionLimits(), _algorithms);

    public static TheoryData<string> Second => [.. AlgorithmRegistry.All.Where(a => (a.Uses & AlgorithmUses.Envelope) != 0 && a != AlgorithmRegistry.Default).Select(a => a.Id)];

    [Theory]
    [MemberData(nameof(Second))]
    public void An_honest_envelope_of_either_key_or_both_passes(string second)
    {
        var (svid, own, other) = Agent(second, both: false);
        Assert.Equal(SignedWith.Key, Admitted(svid, Sign(own)));
        Assert.Equal(SignedWith.AlternativeKey, Admitted(svid, Sign(other)));
        Assert.Equal(SignedWith.Key, Admitted(svid, Sign(own, other)));
    }

    [Theory]
    [MemberData(nameof(Second))]
    public void Where_both_are_required_both_are_verified(string second)
    {
        var (svid, own, other) = Agent(second, both: true);
        Assert.Equal(SignedWith.Both, Admitted(svid, Sign(own, other)));
        Assert.Equal(SignedWith.Both, Admitted(svid, Sign(other, own)));
    }

    [Fact]
    public void A_stripped_signature_is_noticed()
    {
        var (svid, own, other) = Agent("ml-dsa-44", both: true);
        Assert.Contains(other.KeyId, Refused(RefusalCode.SignatureIncomplete, svid, Sign(own)), StringComparison.Ordinal);
        Assert.Contains(own.KeyId, Refused(RefusalCode.SignatureIncomplete, svid, Sign(other)), StringComparison.Ordinal);
        // Renamed to a stranger's, it is as good as stripped.
        Refused(RefusalCode.SignatureIncomplete, svid, Change(Sign(own, other), s => s[1]!["keyid"] = new string('0', 64)));
        Refused(RefusalCode.SignatureMissing, svid, Change(Sign(own, other), s => s.Clear()));
    }

    [Fact]
    public void One_good_and_one_bad_signature_are_not_two()
    {
        var (svid, own, other) = Agent("ml-dsa-44", both: true);
        for (var bad = 0; bad < 2; bad++)
        {
            Refused(RefusalCode.SignatureInvalid, svid, Change(Sign(own, other), s =>
            {
                var bytes = Convert.FromBase64String((string)s[bad]!["sig"]!);
                bytes[40] ^= 1;
                s[bad]!["sig"] = Convert.ToBase64String(bytes);
            }));
        }
    }

    [Fact]
    public void Swapped_keyids_are_refused()
    {
        var (svid, own, other) = Agent("ml-dsa-44", both: true);
        var swapped = Change(Sign(own, other), s => (s[0]!["keyid"], s[1]!["keyid"]) = (other.KeyId, own.KeyId));
        Refused(RefusalCode.SignatureInvalid, svid, swapped);
        // The same with an algorithm whose signatures have the other's size: nothing but the verification tells them apart.
        var (like, first, second) = Agent("ed25519", both: true);
        Refused(RefusalCode.SignatureInvalid, like, Change(Sign(first, second), s => (s[0]!["keyid"], s[1]!["keyid"]) = (second.KeyId, first.KeyId)));
    }

    [Fact]
    public void A_post_quantum_signature_under_the_classical_keys_name_is_refused()
    {
        var (svid, own, other) = Agent("ml-dsa-44", both: false);
        Refused(RefusalCode.SignatureInvalid, svid, Change(Sign(other), s => s[0]!["keyid"] = own.KeyId));
        Refused(RefusalCode.SignatureInvalid, svid, Change(Sign(own), s => s[0]!["keyid"] = other.KeyId));
    }

    [Fact]
    public void One_signature_twice_is_not_two()
    {
        var (svid, own, other) = Agent("ml-dsa-44", both: true);
        Refused(RefusalCode.SignatureInvalid, svid, Sign(own, own));
        Refused(RefusalCode.SignatureInvalid, svid, Sign(other, other));
        // Nor with its name left out, which would make it the certificate's own.
        Refused(RefusalCode.SignatureIncomplete, svid, Change(Sign(own, own), s => s[0]!.AsObject().Remove("keyid")));
        Refused(RefusalCode.SignatureInvalid, svid, Change(Sign(own, own), s =>
        {
            s[0]!.AsObject().Remove("keyid");
            s[1]!.AsObject().Remove("keyid");
        }));
    }

    [Fact]
    public void Another_agents_second_key_signs_nothing_here()
    {
        var (svid, own, _) = Agent("ml-dsa-44", both: false);
        var (_, _, stranger) = Agent("ml-dsa-44", both: false, name: "erp-connector");
        Refused(RefusalCode.WrongSigner, svid, Sign(stranger));
        var (dual, ownOfDual, _) = Agent("ml-dsa-44", both: true);
        Refused(RefusalCode.SignatureIncomplete, dual, Sign(ownOfDual, stranger));
        Refused(RefusalCode.SignatureInvalid, dual, Change(Sign(ownOfDual, stranger), s => s[1]!["keyid"] = dual.AlternativeKey!.KeyId));
        Assert.Equal(SignedWith.Key, Admitted(svid, Sign(own, stranger)));
    }

    [Fact]
    public void The_other_parameter_set_and_truncated_signatures_are_refused()
    {
        var (svid, own, other) = Agent("ml-dsa-65", both: true);
        using var smaller = SigningKey.Generate(AlgorithmRegistry.MlDsa44);
        var detail = Refused(RefusalCode.SignatureInvalid, svid, Change(Sign(own, smaller), s => s[1]!["keyid"] = other.KeyId));
        Assert.Contains("3309", detail, StringComparison.Ordinal);
        foreach (var length in (int[])[0, 64, 2420, 3308])
        {
            Refused(RefusalCode.SignatureInvalid, svid, Change(Sign(own, other),
                s => s[1]!["sig"] = Convert.ToBase64String(Convert.FromBase64String((string)s[1]!["sig"]!)[..length])));
        }
    }

    [Fact]
    public void A_signature_over_something_else_of_the_same_key_is_refused()
    {
        var (svid, own, other) = Agent("ml-dsa-44", both: true);
        var payload = Encoding.UTF8.GetBytes(TestEvents.Text());
        var pae = Dsse.Pae(Encoding.UTF8.GetBytes(Dsse.EventType), payload);
        foreach (var signed in (byte[][])[payload, Dsse.Pae(Encoding.UTF8.GetBytes(Dsse.BatchType), payload), [0, 0, .. pae], Dsse.Pae(Encoding.UTF8.GetBytes(SigningKeyProof.PayloadType), payload)])
            Refused(RefusalCode.SignatureInvalid, svid, DsseEnvelopeWriter.Encode(Dsse.EventType, payload, [(own.KeyId, own.Sign(pae)), (other.KeyId, other.Sign(signed))]));
    }

    [Fact]
    public void Many_signatures_are_not_tried()
    {
        var (svid, own, other) = Agent("ml-dsa-44", both: false);
        Refused(RefusalCode.SignatureInvalid, svid, Change(Sign(own, other), s =>
        {
            for (var i = 0; i < 3; i++)
                s.Insert(0, new JsonObject { ["keyid"] = other.KeyId, ["sig"] = Convert.ToBase64String(new byte[2420]) });
        }));
        // Strangers' are passed over, and cost nothing.
        Assert.Equal(SignedWith.Key, Admitted(svid, Change(Sign(own), s => s.Insert(0, new JsonObject { ["keyid"] = "another", ["sig"] = "AAAA" }))));
    }

    [Fact]
    public void A_forbidden_algorithm_carries_no_envelope_alone_but_does_not_spoil_another()
    {
        var (either, own, other) = Agent("ml-dsa-44", both: false);
        var (dual, ownOfDual, otherOfDual) = Agent("ml-dsa-44", both: true);
        Decide("ecdsa-p256-sha256", AlgorithmStatus.Forbidden);
        Assert.Contains("ml-dsa-44", Refused(RefusalCode.AlgorithmForbidden, either, Sign(own)), StringComparison.Ordinal);
        Assert.Equal(SignedWith.AlternativeKey, Admitted(either, Sign(own, other)));
        Assert.Equal(SignedWith.AlternativeKey, Admitted(either, Sign(other)));
        // Required beside the other, it is still verified, and still needed.
        Assert.Equal(SignedWith.Both, Admitted(dual, Sign(ownOfDual, otherOfDual)));
        Refused(RefusalCode.SignatureIncomplete, dual, Sign(otherOfDual));

        Decide("ml-dsa-44", AlgorithmStatus.Forbidden);
        Refused(RefusalCode.AlgorithmForbidden, either, Sign(own, other));
        Refused(RefusalCode.AlgorithmForbidden, dual, Sign(ownOfDual, otherOfDual));
        var (plain, key) = _pki.Agent();
        Refused(RefusalCode.AlgorithmForbidden, plain, TestEvents.Envelope(key));
    }

    [Fact]
    public void Where_one_algorithm_is_being_given_up_the_other_one_is_looked_at_too()
    {
        var (svid, own, other) = Agent("ml-dsa-44", both: false);
        Decide("ecdsa-p256-sha256", AlgorithmStatus.Deprecated);
        Assert.Equal(SignedWith.Key, Admitted(svid, Sign(own)));
        Assert.Equal(SignedWith.Both, Admitted(svid, Sign(own, other)));
    }

    [Theory]
    [MemberData(nameof(Second))]
    public void A_batchs_root_is_held_to_the_same_rules(string second)
    {
        var (svid, own, other) = Agent(second, both: true);
        ReadOnlyMemory<byte>[] events = [Encoding.UTF8.GetBytes(TestEvents.Text())];
        Assert.Equal((null, SignedWith.Both), Batch(svid, BatchWriter.Write(TestPki.Id(), events, TestPki.Now, own, other)));
        Assert.Equal((RefusalCode.SignatureIncomplete, SignedWith.None), Batch(svid, BatchWriter.Write(TestPki.Id(), events, TestPki.Now, own)));
        Assert.Equal((RefusalCode.SignatureIncomplete, SignedWith.None), Batch(svid, BatchWriter.Write(TestPki.Id(), events, TestPki.Now, other)));
    }

    private (RefusalCode? Refusal, SignedWith Signed) Batch(VerifiedSvid svid, byte[] body)
    {
        Assert.True(BatchCheck.TryOpen(_checker, body, svid, TestPki.Now, n => n, out var batch, out var fault), fault?.Detail);
        using (batch)
        {
            for (var part = 0; part < batch.Parts; part++)
                batch.Run(part);
            var result = Assert.Single(batch.Complete());
            return (result.Refusal, result.SignedWith);
        }
    }

    private (VerifiedSvid Svid, EcdsaSigningKey Own, SigningKey Other) Agent(string second, bool both, string name = "route-optimizer")
        => _pki.AgentWithTwoKeys(AlgorithmRegistry.Find(second)!, both, name);

    private void Decide(string algorithm, AlgorithmStatus status)
        => _algorithms.Replace(_algorithms.Current.With(new(algorithm, AlgorithmUses.Envelope, status, null)));

    private SignedWith Admitted(VerifiedSvid svid, byte[] envelope)
    {
        var result = _checker.Check(envelope, svid, TestPki.Now);
        Assert.True(result.Refusal is null, $"{result.Refusal}: {result.Detail}");
        return result.SignedWith;
    }

    private string Refused(RefusalCode code, VerifiedSvid svid, byte[] envelope)
    {
        var result = _checker.Check(envelope, svid, TestPki.Now);
        Assert.Equal((code, SignedWith.None), (result.Refusal, result.SignedWith));
        return result.Detail!;
    }

    private static byte[] Sign(SigningKey key, SigningKey? also = null) => DsseEnvelopeWriter.SignEvent(Encoding.UTF8.GetBytes(TestEvents.Text()), key, also);

    private static byte[] Change(byte[] envelope, Action<JsonArray> change)
    {
        var node = JsonNode.Parse(envelope)!;
        change(node["signatures"]!.AsArray());
        return Encoding.UTF8.GetBytes(node.ToJsonString());
    }
}
