using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;

namespace A2AConsole.Core.Tests.Registration;

public sealed class EntryCheckTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public void A_proper_entry_has_no_fault() => Assert.Empty(Check(Entries.Terms()));

    [Theory]
    [InlineData("", "missing")]
    [InlineData("Prod", "lower-case")]
    [InlineData("prod/role/x", "lower-case")]
    [InlineData("prod/role/r/agent/x", "lower-case")]
    [InlineData("*", "lower-case")]
    [InlineData("pröd", "lower-case")]
    [InlineData("..", "lower-case")]
    public void An_environment_is_one_part_of_an_identity(string environment, string message)
        => Faulty(Entries.Terms(environment), nameof(EntryTerms.Environment), message);

    [Fact]
    public void Names_are_bounded()
    {
        Faulty(Entries.Terms(new string('e', 65)), nameof(EntryTerms.Environment), "64");
        Faulty(Entries.Terms(role: new string('r', 129)), nameof(EntryTerms.Role), "128");
        Faulty(Entries.Terms(name: new string('n', 129)), nameof(EntryTerms.Name), "128");
        Faulty(Entries.Terms(role: "*"), nameof(EntryTerms.Role), "lower-case");
        Assert.Empty(Check(Entries.Terms(new string('e', 64), new string('r', 60), new string('n', 60))));
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(60, true)]
    [InlineData(86_400, true)]
    [InlineData(86_401, false)]
    [InlineData(-1, false)]
    public void A_lifetime_is_a_minute_to_a_day(int seconds, bool isRight)
    {
        var terms = Entries.Terms() with { Lifetime = TimeSpan.FromSeconds(seconds) };
        if (isRight)
            Assert.Empty(Check(terms));
        else
            Faulty(terms, nameof(EntryTerms.Lifetime), "1 minute to 24 hours");
    }

    [Fact]
    public void A_lifetime_is_whole_seconds() => Faulty(Entries.Terms() with { Lifetime = TimeSpan.FromSeconds(90.5) }, nameof(EntryTerms.Lifetime), "whole");

    [Fact]
    public void Texts_are_there_and_bounded()
    {
        Faulty(Entries.Terms() with { Organisation = " " }, nameof(EntryTerms.Organisation), "missing");
        Faulty(Entries.Terms() with { Organisation = "Acme\n" }, nameof(EntryTerms.Organisation), "control");
        Faulty(Entries.Terms() with { Owner = "" }, nameof(EntryTerms.Owner), "1 to 200");
        Faulty(Entries.Terms() with { Owner = new string('o', 201) }, nameof(EntryTerms.Owner), "1 to 200");
        Assert.Empty(Check(Entries.Terms() with { Owner = null }));
        Faulty(Entries.Terms() with { Tier = (RiskTier)9 }, nameof(EntryTerms.Tier), "critical");
    }

    [Fact]
    public void Algorithms_are_known_and_agents_may_use_them()
    {
        Faulty(Entries.Terms() with { KeyAlgorithms = [] }, nameof(EntryTerms.KeyAlgorithms), "at least one");
        Faulty(Entries.Terms() with { KeyAlgorithms = ["rot13"] }, nameof(EntryTerms.KeyAlgorithms), "rot13");
        Faulty(Entries.Terms() with { KeyAlgorithms = ["ecdsa-p384-sha384"] }, nameof(EntryTerms.KeyAlgorithms), "not accepted");
        Faulty(Entries.Terms() with { KeyAlgorithms = ["ecdsa-p256-sha256", "ecdsa-p256-sha256"] }, nameof(EntryTerms.KeyAlgorithms), "twice");
    }

    [Fact]
    public void Two_signatures_can_be_required_while_somebody_can_make_the_second()
    {
        var dual = Entries.Terms() with { RequiresDualSignature = true };
        Assert.Empty(Check(dual));
        var policy = new AlgorithmPolicy([.. AlgorithmRegistry.All.Where(a => a.IsPostQuantum).Select(a => new AlgorithmDecision(a.Id, AlgorithmUses.Envelope, AlgorithmStatus.Forbidden, null))]);
        var fault = Assert.Single(EntryCheck.Check(dual, policy, Now));
        Assert.Equal(nameof(EntryTerms.RequiresDualSignature), fault.Field);
        Assert.Empty(EntryCheck.Check(dual with { RequiresDualSignature = false }, policy, Now));
    }

    [Fact]
    public void Evidence_is_required_of_known_kinds_once_each()
    {
        Faulty(Entries.Terms() with { Evidence = [] }, nameof(EntryTerms.Evidence), "at least one");
        Faulty(Entries.Terms(evidence: [Entries.Of("horoscope")]), nameof(EntryTerms.Evidence), "horoscope");
        Faulty(Entries.Terms(evidence: [Entries.JoinToken, Entries.JoinToken]), nameof(EntryTerms.Evidence), "twice");
        Faulty(Entries.Terms(evidence: [Entries.JoinToken with { AtRenewal = true }]), nameof(EntryTerms.Evidence), "spent");
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("{", "not valid JSON")]
    [InlineData("{} {}", "not valid JSON")]
    [InlineData("""{"a":1,"a":2}""", "not valid JSON")]
    [InlineData("[]", "one JSON object")]
    [InlineData("null", "one JSON object")]
    public void Reference_values_are_one_JSON_object(string reference, string message)
        => Faulty(Entries.Terms(evidence: [new(EvidenceKind.Tpm, reference, false)]), "evidence:tpm", message);

    [Fact]
    public void Reference_values_are_bounded()
        => Faulty(Entries.Terms(evidence: [new(EvidenceKind.Tpm, "{\"a\":\"" + new string('x', EntryCheck.MaxReference) + "\"}", false)]), "evidence:tpm", "at most");

    [Fact]
    public void The_kind_judges_its_own_reference_values()
    {
        var terms = Entries.Terms(evidence: [Entries.JoinToken, new(EvidenceKind.Tpm, """{"pcrs":7}""", false)]);
        string? Judge(string kind, JsonElement reference) => kind == EvidenceKind.Tpm && reference.GetProperty("pcrs").ValueKind != JsonValueKind.Object ? "pcrs is an object" : null;
        Assert.Equal([new EntryFault("evidence:tpm", "pcrs is an object")], EntryCheck.Check(terms, AlgorithmPolicy.Default, Now, Judge));
    }

    [Theory]
    [InlineData(AssuranceLevel.Hardware, 14_400, 14_400)]
    [InlineData(AssuranceLevel.Platform, 14_400, 7_200)]
    [InlineData(AssuranceLevel.Invited, 14_400, 3_600)]
    [InlineData(AssuranceLevel.Invited, 61, 60)]
    [InlineData(AssuranceLevel.Invited, 1_001, 250)]
    public void A_certificates_lifetime_follows_the_assurance(AssuranceLevel assurance, int entry, int expected)
        => Assert.Equal(expected, LifetimeRule.Of(Entries.Terms() with { Lifetime = TimeSpan.FromSeconds(entry) }, assurance).TotalSeconds);

    [Fact]
    public void The_entrys_lifetime_can_be_found_from_the_lowest_one()
    {
        Assert.Equal(TimeSpan.FromHours(4), LifetimeRule.EntryLifetimeFor(TimeSpan.FromHours(1)));
        Assert.Equal(TimeSpan.FromHours(24), LifetimeRule.EntryLifetimeFor(TimeSpan.FromDays(5000)));
        Assert.Equal(TimeSpan.FromMinutes(1), LifetimeRule.EntryLifetimeFor(TimeSpan.FromSeconds(1)));
    }

    [Theory]
    [InlineData(RiskTier.Low, "join-token", true)]
    [InlineData(RiskTier.Medium, "join-token", false)]
    [InlineData(RiskTier.Medium, "join-token image", false)]
    [InlineData(RiskTier.Medium, "kubernetes", true)]
    [InlineData(RiskTier.Medium, "tpm", true)]
    [InlineData(RiskTier.High, "kubernetes", false)]
    [InlineData(RiskTier.High, "kubernetes image", true)]
    [InlineData(RiskTier.High, "sev-snp", true)]
    [InlineData(RiskTier.Critical, "tpm", false)]
    [InlineData(RiskTier.Critical, "tpm!", true)]
    [InlineData(RiskTier.Critical, "kubernetes! image", false)]
    [InlineData(RiskTier.Critical, "kubernetes! image!", true)]
    public void A_tier_asks_for_evidence_that_is_worth_it(RiskTier tier, string kinds, bool isEnough)
    {
        var evidence = kinds.Split(' ').Select(k => Entries.Of(k.TrimEnd('!'), k.EndsWith('!'))).ToArray();
        var shortfall = TierRule.Of(Entries.Terms(evidence: evidence) with { Tier = tier });
        Assert.Equal(isEnough, shortfall is null);
        if (shortfall is not null)
            Assert.Equal((tier, TierRule.Requirement(tier)), (shortfall.Tier, shortfall.Required));
    }

    private static IReadOnlyList<EntryFault> Check(EntryTerms terms) => EntryCheck.Check(terms, AlgorithmPolicy.Default, Now);

    private static void Faulty(EntryTerms terms, string field, string message)
    {
        var fault = Assert.Single(Check(terms));
        Assert.Equal(field, fault.Field);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }
}
