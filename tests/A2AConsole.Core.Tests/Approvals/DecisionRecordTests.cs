using System.Text;
using A2AConsole.Core.Approvals;
using A2AConsole.Testing;

namespace A2AConsole.Core.Tests.Approvals;

public sealed class DecisionRecordTests
{
    [Fact]
    public void A_record_is_read_as_it_was_written()
    {
        var record = Authenticator.Record() with { OnBehalfOf = "admin@acme.example" };
        Assert.Equal(record, DecisionRecord.Read(record.Write(), out var error));
        Assert.Null(error);
        var without = record with { Amount = null, Currency = null, OnBehalfOf = null };
        Assert.Equal(without, DecisionRecord.Read(without.Write(), out _));
    }

    [Theory]
    [InlineData("{\"form\":\"a2aconsole.approval/v2\"}")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("nothing")]
    public void What_is_no_record_is_refused_with_a_reason(string text)
    {
        Assert.Null(DecisionRecord.Read(Encoding.UTF8.GetBytes(text), out var error));
        Assert.NotNull(error);
    }

    [Theory]
    [InlineData("\"limit\":6400000", "\"limit\":6400000,\"limit\":1")]
    [InlineData("{\"form\"", "{ \"form\"")]
    [InlineData("\"limit\":6400000", "\"limit\":6.4e6")]
    [InlineData("\"approval\":7", "\"approval\":7,\"more\":1")]
    [InlineData("\"at\":\"2026-11-25T10:00:00.000Z\"", "\"at\":\"2026-11-25T10:00:00Z\"")]
    public void Another_writing_of_the_same_decision_is_refused(string part, string other)
    {
        var text = Encoding.UTF8.GetString(Authenticator.Record().Write());
        Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.Null(DecisionRecord.Read(Encoding.UTF8.GetBytes(text.Replace(part, other, StringComparison.Ordinal)), out var error));
        Assert.NotNull(error);
    }

    [Fact]
    public void A_challenge_hangs_on_the_record_and_on_the_nonce()
    {
        var (record, nonce) = (Authenticator.Record().Write(), new byte[32]);
        var challenge = DecisionRecord.ChallengeOf(record, nonce);
        Assert.Equal(32, challenge.Length);
        Assert.NotEqual(challenge, DecisionRecord.ChallengeOf(Authenticator.Record("refuse").Write(), nonce));
        nonce[31] = 1;
        Assert.NotEqual(challenge, DecisionRecord.ChallengeOf(record, nonce));
    }
}
