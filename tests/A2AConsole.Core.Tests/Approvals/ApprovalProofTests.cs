using A2AConsole.Core.Approvals;
using A2AConsole.Testing;

namespace A2AConsole.Core.Tests.Approvals;

public sealed class ApprovalProofTests : IDisposable
{
    private readonly Authenticator _authenticator = new();
    private readonly DateTimeOffset _now = DateTimeOffset.Parse("2026-11-25T10:30:00Z", null);

    private ApprovalProof Proof(DecisionRecord record)
    {
        var bytes = record.Write();
        return ApprovalProof.Read(ApprovalProof.Write(bytes, _authenticator.Sign(bytes).Write(), 42), out _)!;
    }

    [Fact]
    public void A_proof_covers_its_message_up_to_its_limit_until_its_end()
    {
        var proof = Proof(Authenticator.Record());
        Assert.Equal(42, proof.Leaf);
        Assert.Null(proof.Check(new string('a', 64), "approvePurchase", 6_400_000, _now));
        Assert.Equal("approval-digest", proof.Check(new string('b', 64), "approvePurchase", 1, _now)?.Code);
        Assert.Equal("approval-action", proof.Check(new string('a', 64), "requestPayment", 1, _now)?.Code);
        Assert.Equal("approval-limit", proof.Check(new string('a', 64), "approvePurchase", 6_400_001, _now)?.Code);
        Assert.Equal("approval-expired", proof.Check(new string('a', 64), "approvePurchase", 1, _now.AddHours(1))?.Code);
    }

    [Theory]
    [InlineData("refuse")]
    [InlineData("ask-back")]
    public void A_refusal_is_no_approval(string choice) => Assert.Equal("approval-not-given", Proof(Authenticator.Record(choice)).Check(new string('a', 64), null, null, _now)?.Code);

    [Fact]
    public void An_altered_file_is_refused_and_never_throws()
    {
        var bytes = Authenticator.Record().Write();
        var good = ApprovalProof.Write(bytes, _authenticator.Sign(bytes).Write(), 42);
        var random = new Random(5);
        for (var i = 0; i < 2_000; i++)
        {
            var file = good.ToArray();
            file[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
            if (ApprovalProof.Read(file, out var error) is not { } read)
                Assert.NotNull(error);
            // What says nothing of the decision (the leaf's number, a credential's id, another writing of base64) may change; the decision may not.
            else if (read.Check(new string('a', 64), "approvePurchase", 6_400_000, _now) is null)
                Assert.Equal(bytes, read.RecordBytes);
        }
    }

    public void Dispose() => _authenticator.Dispose();
}
