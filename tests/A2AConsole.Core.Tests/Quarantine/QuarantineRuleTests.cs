using A2AConsole.Core.Admission;
using A2AConsole.Core.Quarantine;

namespace A2AConsole.Core.Tests.Quarantine;

public sealed class QuarantineRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly QuarantineActor Analyst = new("ana", false), Manager = new("max", true);

    private static QuarantineCaseFacts Item(string code = "rate-limited") => new(code, QuarantineState.Waiting, "olga", true, false, false, Now.AddMinutes(5));

    private static string? CodeOf(QuarantineMove move, QuarantineCaseFacts item, QuarantineActor? actor = null) => QuarantineRules.Check(move, item, actor ?? Analyst, Now)?.Code;

    [Fact]
    public void Only_what_a_person_can_answer_for_is_ever_released()
    {
        string[] again = ["rate-limited", "stale", "not-yet-valid", "unknown-type", "schema-violation"];
        Assert.Equal(again.Order(), Refusal.All.Where(r => ReleaseRule.Of(r.Text).Way == ReleaseWay.Checks).Select(r => r.Text).Order());
        Assert.Equal(Refusal.All.Count - again.Length, Refusal.All.Count(r => ReleaseRule.Of(r.Text).Way == ReleaseWay.Never));
        // Whatever has to do with identity, signature or a second use, whoever asks.
        Assert.All(Refusal.All.Where(r => r.Check is AdmissionCheck.Signature or AdmissionCheck.Replay or AdmissionCheck.Idempotency or AdmissionCheck.Parse), r =>
        {
            Assert.Equal("quarantine-never", CodeOf(QuarantineMove.Released, Item(r.Text), Manager));
            Assert.False(string.IsNullOrWhiteSpace(ReleaseRule.Of(r.Text).Why));
        });
    }

    [Theory, InlineData("summary"), InlineData("certificate-revoked"), InlineData("a-code-of-tomorrow"), InlineData(""), InlineData("POLICY-DENIED")]
    public void A_code_that_is_no_messages_is_never_released(string code) => Assert.Equal("quarantine-never", CodeOf(QuarantineMove.Released, Item(code), Manager));

    [Theory, InlineData("policy-denied"), InlineData("policy-fault"), InlineData("approvals-full")]
    public void What_policy_refused_goes_through_policy_again_even_after_its_senders_end(string code)
    {
        Assert.Equal(ReleaseWay.Policy, ReleaseRule.Of(code).Way);
        Assert.Null(CodeOf(QuarantineMove.Released, Item(code) with { Expires = Now.AddHours(-1) }));
        Assert.Equal("quarantine-task", CodeOf(QuarantineMove.Released, Item(code) with { IsTask = true }));
        Assert.Equal("quarantine-gone", CodeOf(QuarantineMove.Released, Item(code) with { IsKept = false }));
    }

    [Fact]
    public void A_release_ends_with_the_senders_own_end_and_needs_what_was_received()
    {
        Assert.Null(CodeOf(QuarantineMove.Released, Item()));
        Assert.Null(CodeOf(QuarantineMove.Released, Item() with { Expires = null }));
        Assert.Equal("quarantine-expired", CodeOf(QuarantineMove.Released, Item() with { Expires = Now }, Manager));
        Assert.Equal("quarantine-gone", CodeOf(QuarantineMove.Released, Item() with { IsKept = false }));
        Assert.Equal("quarantine-never", CodeOf(QuarantineMove.Released, Item() with { IsBatched = true }));
    }

    [Theory, InlineData("olga"), InlineData("OLGA")]
    public void Nobody_releases_what_her_own_agent_sent(string name)
    {
        Assert.Equal("quarantine-owner", CodeOf(QuarantineMove.Released, Item(), new QuarantineActor(name, true)));
        // She may still stop it.
        Assert.Null(CodeOf(QuarantineMove.Rejected, Item(), new QuarantineActor(name, true)));
        Assert.Null(CodeOf(QuarantineMove.Released, Item() with { Owner = null }, new QuarantineActor(name, true)));
    }

    [Fact]
    public void What_was_decided_stays_decided()
    {
        foreach (var state in new[] { QuarantineState.Released, QuarantineState.Rejected })
            foreach (var move in new[] { QuarantineMove.Assigned, QuarantineMove.Unassigned, QuarantineMove.Escalated, QuarantineMove.Released, QuarantineMove.Rejected })
                Assert.Equal("quarantine-decided", CodeOf(move, Item() with { State = state }, Manager));
        Assert.Null(CodeOf(QuarantineMove.Noted, Item() with { State = QuarantineState.Rejected }));
    }

    [Fact]
    public void What_was_escalated_is_for_managers()
    {
        var escalated = Item() with { State = QuarantineState.Escalated };
        foreach (var move in new[] { QuarantineMove.Assigned, QuarantineMove.Released, QuarantineMove.Rejected })
        {
            Assert.Equal("quarantine-managers", CodeOf(move, escalated));
            Assert.Null(CodeOf(move, escalated, Manager));
        }
        Assert.Equal("quarantine-escalated", CodeOf(QuarantineMove.Escalated, escalated, Manager));
        Assert.Null(CodeOf(QuarantineMove.Noted, escalated));
    }

    [Fact]
    public void A_note_has_bounds_and_so_has_the_number_of_items()
    {
        Assert.Equal("quarantine-note-missing", QuarantineRules.CheckNote("    x   ")?.Code);
        Assert.Equal("quarantine-note-missing", QuarantineRules.CheckNote(null)?.Code);
        Assert.Equal("quarantine-note-long", QuarantineRules.CheckNote(new string('x', 401))?.Code);
        Assert.Null(QuarantineRules.CheckNote(new string('x', 400)));
        Assert.Equal(("quarantine-none", "quarantine-many"), (QuarantineRules.CheckCount(0)?.Code, QuarantineRules.CheckCount(201)?.Code));
        Assert.Null(QuarantineRules.CheckCount(200));
    }
}
