using A2AConsole.Data.Entities;
using A2AConsole.Trust.Domain;

namespace A2AConsole.Trust.Tests.Rotation;

public sealed class AuthorityRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Propagation = TimeSpan.FromHours(1);

    private AuthorityRoster _roster = AuthorityRoster.First(Now);

    [Fact]
    public void An_issuing_CA_goes_from_prepared_to_revoked_while_its_successor_signs()
    {
        Step(AuthorityStepKind.Prepare, "issuing-2");
        Assert.Equal("root:Active issuing:Active issuing-2:Prepared", Text());
        Step(AuthorityStepKind.Activate, "issuing-2");
        Assert.Equal("root:Active issuing:Retired issuing-2:Active", Text());
        Step(AuthorityStepKind.Taint, "issuing");
        Step(AuthorityStepKind.Revoke, "issuing");
        Assert.Equal("root:Active issuing:Revoked issuing-2:Active", Text());
        Assert.Equal(5, _roster.Sequence);
        Assert.Equal("issuing-3", AuthorityRules.NextName(_roster, AuthorityCertificate.Issuing));
    }

    [Fact]
    public void A_root_takes_its_issuing_CAs_along_in_every_step()
    {
        Step(AuthorityStepKind.Prepare, "root-2");
        Assert.Equal("root:Active issuing:Active root-2:Prepared issuing-2:Prepared", Text());
        Step(AuthorityStepKind.Activate, "root-2", after: Propagation);
        Assert.Equal("root:Retired issuing:Retired root-2:Active issuing-2:Active", Text());
        Step(AuthorityStepKind.Taint, "root");
        Assert.Equal("root:Tainted issuing:Tainted root-2:Active issuing-2:Active", Text());
        Step(AuthorityStepKind.Revoke, "root");
        Assert.Equal("root:Revoked issuing:Revoked root-2:Active issuing-2:Active", Text());
    }

    [Fact]
    public void A_revoked_issuing_CA_stays_revoked_when_its_root_is_tainted()
    {
        Step(AuthorityStepKind.Prepare, "issuing-2");
        Step(AuthorityStepKind.Activate, "issuing-2");
        Step(AuthorityStepKind.Taint, "issuing");
        Step(AuthorityStepKind.Revoke, "issuing");
        Step(AuthorityStepKind.Prepare, "root-2");
        Step(AuthorityStepKind.Activate, "root-2", forced: true);
        Step(AuthorityStepKind.Taint, "root");
        Assert.Equal("root:Tainted issuing:Revoked issuing-2:Tainted root-2:Active issuing-3:Active", Text());
    }

    [Fact]
    public void A_root_signs_only_after_everybody_has_had_time_to_learn_of_it()
    {
        Step(AuthorityStepKind.Prepare, "root-2");
        Assert.Equal("authority-not-propagated", Refused(AuthorityStepKind.Activate, "root-2", after: Propagation - TimeSpan.FromSeconds(1)));
        Step(AuthorityStepKind.Activate, "root-2", after: Propagation);
    }

    [Fact]
    public void Force_shortens_the_wait_and_nothing_else()
    {
        Assert.Equal("authority-active", Refused(AuthorityStepKind.Revoke, "issuing", forced: true));
        Assert.Equal("authority-active", Refused(AuthorityStepKind.Taint, "root", forced: true));
        Step(AuthorityStepKind.Prepare, "root-2");
        Step(AuthorityStepKind.Activate, "root-2", forced: true);
        Assert.Equal("authority-not-tainted", Refused(AuthorityStepKind.Revoke, "root", forced: true));
    }

    [Theory]
    [InlineData(AuthorityStepKind.Activate, "issuing", "authority-not-prepared")]
    [InlineData(AuthorityStepKind.Activate, "issuing-9", "authority-unknown")]
    [InlineData(AuthorityStepKind.Taint, "issuing", "authority-active")]
    [InlineData(AuthorityStepKind.Revoke, "root", "authority-active")]
    [InlineData(AuthorityStepKind.Prepare, "issuing", "authority-unknown")]
    [InlineData(AuthorityStepKind.Prepare, "root-7", "authority-unknown")]
    public void A_step_that_makes_no_sense_is_refused(AuthorityStepKind kind, string name, string code) => Assert.Equal(code, Refused(kind, name));

    [Fact]
    public void There_is_one_prepared_authority_at_a_time_and_it_can_be_given_up()
    {
        Step(AuthorityStepKind.Prepare, "root-2");
        Assert.Equal("authority-already-prepared", Refused(AuthorityStepKind.Prepare, "issuing-3"));
        Assert.Equal("authority-not-retired", Refused(AuthorityStepKind.Taint, "root-2"));
        Assert.Equal("authority-root-not-active", Refused(AuthorityStepKind.Activate, "issuing-2"));
        Assert.Equal("authority-root-not-active", Refused(AuthorityStepKind.Revoke, "issuing-2"));
        Step(AuthorityStepKind.Revoke, "root-2");
        Assert.Equal("root:Active issuing:Active root-2:Revoked issuing-2:Revoked", Text());
        Assert.Equal("authority-revoked", Refused(AuthorityStepKind.Revoke, "root-2"));
        Step(AuthorityStepKind.Prepare, "issuing-3");
    }

    [Fact]
    public void Whatever_is_done_in_whatever_order_one_root_and_one_issuing_CA_under_it_are_active()
    {
        var random = new Random(7);
        for (var round = 0; round < 3000; round++)
        {
            var names = _roster.Members.Select(m => m.Name).Append(AuthorityRules.NextName(_roster, AuthorityCertificate.Root)).Append(AuthorityRules.NextName(_roster, AuthorityCertificate.Issuing)).ToList();
            var step = new AuthorityStep((AuthorityStepKind)random.Next(4), names[random.Next(names.Count)], "user:test", "", Now, Forced: random.Next(2) == 0);
            var before = _roster;
            try
            {
                _roster = AuthorityRules.Apply(_roster, step, Propagation);
            }
            catch (AuthorityStepException)
            {
                Assert.Same(before, _roster);
                continue;
            }
            Assert.Equal(_roster.Active(AuthorityCertificate.Root).Name, _roster.Active(AuthorityCertificate.Issuing).Root);
            Assert.All(before.Members.Where(m => m.State == AnchorState.Revoked), m => Assert.Equal(AnchorState.Revoked, _roster.Find(m.Name)!.State));
            if (_roster.Members.Count > 40)
                _roster = AuthorityRoster.First(Now);
        }
    }

    private void Step(AuthorityStepKind kind, string name, TimeSpan after = default, bool forced = false)
        => _roster = AuthorityRules.Apply(_roster, new AuthorityStep(kind, name, "user:test", "", Now + after, forced), Propagation);

    private string Refused(AuthorityStepKind kind, string name, TimeSpan after = default, bool forced = false)
        => Assert.Throws<AuthorityStepException>(() => Step(kind, name, after, forced)).Code;

    private string Text() => string.Join(' ', _roster.Members.Select(m => $"{m.Name}:{m.State}"));
}
