using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
using CsCheck;

namespace A2AConsole.Core.Tests.Registration;

public sealed class EntryRulesTests
{
    private static readonly Gen<string> Part = Gen.OneOf(Gen.OneOf([.. ((string[])["prod", "staging", "partner", "test", "a", "role", "env"]).Select(Gen.Const)]), Gen.String[Gen.Char["abcdefghijklmnopqrstuvwxyz0123456789-_"], 1, 12]);

    [Fact]
    public void A_named_entry_goes_before_its_roles()
    {
        var (role, named) = (new RegisteredEntry(1, Entries.Terms()), new RegisteredEntry(2, Entries.Terms(name: "p-1")));
        var set = new EntrySet([role, named]);
        Assert.Same(named, set.Find(Entries.Id()));
        Assert.Same(role, set.Find(Entries.Id(name: "p-2")));
        Assert.Null(set.Find(Entries.Id(role: "buyer")));
        Assert.Null(set.Find(Entries.Id(environment: "test")));
    }

    [Fact]
    public void A_disabled_named_entry_does_not_fall_back_to_its_roles()
    {
        var set = new EntrySet([new(1, Entries.Terms()), new(2, Entries.Terms(name: "p-1"), isEnabled: false)]);
        var (entry, refusal) = EntryRules.Find(set, Entries.Id());
        Assert.Null(entry);
        Assert.Equal(EntryRefusalCodes.Disabled, refusal!.Code);
        Assert.Contains("prod/planner/p-1", refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void No_entry_no_certificate()
        => Assert.Equal(EntryRefusalCodes.Missing, EntryRules.Find(new EntrySet([]), Entries.Id()).Refusal!.Code);

    // Separate by construction: whatever entries there are and whatever identity is asked for, what allows it is of the identity's own
    // environment and role, and the identity that would be issued is the one that was asked for.
    [Fact]
    public void No_entry_and_no_request_yield_an_identity_of_another_environment()
    {
        var entries = Gen.Select(Part, Part, Gen.OneOf(Part, Gen.Const(EntryTerms.EveryName))).List[0, 12]
            .Select(all => all.Distinct().Select((e, i) => new RegisteredEntry(i + 1, Entries.Terms(e.Item1, e.Item2, e.Item3))).ToList());
        Gen.Select(entries, Part, Part, Part).Sample((all, environment, role, name) =>
        {
            var found = new EntrySet(all).Find(Entries.Id(environment, role, name));
            return found is null
                ? !all.Any(e => e.Terms.Environment == environment && e.Terms.Role == role && (e.Terms.Name == name || e.Terms.IsForEveryName))
                : found.Terms.Environment == environment && found.Terms.Role == role && (found.Terms.Name == name || found.Terms.IsForEveryName);
        });
    }

    // No text at all, however it is put together, reads as an identity whose environment is not the one between its slashes.
    [Fact]
    public void An_identity_is_of_the_environment_that_it_was_composed_for()
        => Gen.Select(Gen.String, Gen.String, Gen.String).Sample((environment, role, name) =>
            !SpiffeId.TryParse($"spiffe://acme.example/env/{environment}/role/{role}/agent/{name}", out var id, out _)
            || (id.Environment == environment && id.Role == role && id.Name == name));

    [Fact]
    public void Only_the_entrys_algorithms_pass()
    {
        Assert.Null(EntryRules.CheckKey(Entries.Terms(), AlgorithmRegistry.EcdsaP256.Id));
        Assert.Equal(EntryRefusalCodes.KeyAlgorithm, EntryRules.CheckKey(Entries.Terms() with { KeyAlgorithms = ["ed25519"] }, AlgorithmRegistry.EcdsaP256.Id)!.Code);
    }

    [Theory]
    [InlineData(IssuanceKind.Enrolment, true, "", null)]
    [InlineData(IssuanceKind.Enrolment, false, "", EntryRefusalCodes.EvidenceMissing)]
    [InlineData(IssuanceKind.Enrolment, true, "tpm", EntryRefusalCodes.EvidenceNotRequired)]
    [InlineData(IssuanceKind.Renewal, false, "", null)]
    [InlineData(IssuanceKind.Renewal, false, "image", EntryRefusalCodes.EvidenceNotRequired)]
    public void An_entry_for_join_tokens_takes_nothing_else(IssuanceKind step, bool isInvited, string given, string? code)
        => Assert.Equal(code, EntryRules.CheckEvidence(Entries.Terms(), step, isInvited, Split(given))?.Code);

    [Theory]
    [InlineData(IssuanceKind.Enrolment, true, "tpm kubernetes", null)]
    [InlineData(IssuanceKind.Enrolment, false, "tpm kubernetes", null)]
    [InlineData(IssuanceKind.Enrolment, true, "tpm", EntryRefusalCodes.EvidenceMissing)]
    [InlineData(IssuanceKind.Enrolment, true, "", EntryRefusalCodes.EvidenceMissing)]
    [InlineData(IssuanceKind.Enrolment, true, "tpm kubernetes image", EntryRefusalCodes.EvidenceNotRequired)]
    [InlineData(IssuanceKind.Enrolment, true, "tpm tpm kubernetes", EntryRefusalCodes.EvidenceTwice)]
    [InlineData(IssuanceKind.Enrolment, true, "tpm kubernetes join-token", EntryRefusalCodes.EvidenceNotRequired)]
    [InlineData(IssuanceKind.Renewal, false, "tpm", null)]
    [InlineData(IssuanceKind.Renewal, false, "", EntryRefusalCodes.EvidenceMissing)]
    [InlineData(IssuanceKind.Renewal, false, "kubernetes", EntryRefusalCodes.EvidenceMissing)]
    [InlineData(IssuanceKind.Renewal, false, "tpm kubernetes", EntryRefusalCodes.EvidenceNotRequired)]
    public void Exactly_what_the_entry_asks_for_must_come(IssuanceKind step, bool isInvited, string given, string? code)
    {
        var entry = Entries.Terms("prod", "planner", "p-1", Entries.Of(EvidenceKind.Tpm, atRenewal: true), Entries.Of(EvidenceKind.Kubernetes));
        Assert.Equal(code, EntryRules.CheckEvidence(entry, step, isInvited, Split(given))?.Code);
    }

    [Fact]
    public void Evidence_alone_does_not_choose_a_name()
    {
        var entry = Entries.Terms("prod", "planner", EntryTerms.EveryName, Entries.Of(EvidenceKind.Tpm));
        Assert.Equal(EntryRefusalCodes.InvitationRequired, EntryRules.CheckEvidence(entry, IssuanceKind.Enrolment, isInvited: false, [EvidenceKind.Tpm])!.Code);
        Assert.Null(EntryRules.CheckEvidence(entry, IssuanceKind.Enrolment, isInvited: true, [EvidenceKind.Tpm]));
    }

    [Theory]
    [InlineData(AssuranceLevel.Hardware, "ek-2", "ek-1", false, EntryRefusalCodes.RuntimeChanged)]
    [InlineData(AssuranceLevel.Hardware, null, "ek-1", false, EntryRefusalCodes.RuntimeChanged)]
    [InlineData(AssuranceLevel.Hardware, "ek-1", "ek-1", false, null)]
    [InlineData(AssuranceLevel.Hardware, "ek-2", "ek-1", true, null)]
    [InlineData(AssuranceLevel.Hardware, "ek-1", null, false, null)]
    [InlineData(AssuranceLevel.Platform, "pod-2", "pod-1", false, null)]
    public void Only_an_invitation_moves_an_agent_to_another_machine(AssuranceLevel assurance, string? runtime, string? before, bool isInvited, string? code)
        => Assert.Equal(code, EntryRules.CheckRuntime(EvidenceKind.Tpm, assurance, runtime, before, isInvited)?.Code);

    [Fact]
    public void Two_wordings_have_two_digests()
    {
        var terms = Entries.Terms(evidence: [Entries.JoinToken, Entries.Of(EvidenceKind.Tpm)]);
        EntryTerms[] wordings =
        [
            terms, terms with { Owner = null }, terms with { Tier = RiskTier.High }, terms with { Lifetime = TimeSpan.FromHours(5) }, terms with { Organisation = "acme" },
            terms with { RequiresDualSignature = true }, terms with { KeyAlgorithms = ["ed25519"] }, terms with { KeyAlgorithms = [AlgorithmRegistry.EcdsaP256.Id, "ed25519"] },
            terms with { Evidence = [Entries.JoinToken] }, terms with { Evidence = [Entries.JoinToken, Entries.Of(EvidenceKind.Tpm, atRenewal: true)] },
            terms with { Evidence = [Entries.JoinToken, new(EvidenceKind.Tpm, """{"pcrs":{}}""", false)] }, terms with { Environment = "pro", Role = "dplanner" },
        ];
        var digests = wordings.Select(w => Convert.ToHexString(new RegisteredEntry(1, w).Digest.Span)).Append(Convert.ToHexString(new RegisteredEntry(2, terms).Digest.Span)).ToList();
        Assert.Equal(digests.Count, digests.Distinct().Count());
        Assert.Equal(digests[0], Convert.ToHexString(new RegisteredEntry(1, terms with { Evidence = [.. terms.Evidence.Reverse()] }).Digest.Span));
    }

    [Fact]
    public void A_change_is_said_in_words()
    {
        var before = Entries.Terms();
        Assert.Empty(EntryDifference.Between(before, before with { Evidence = [Entries.JoinToken] }));
        Assert.Equal(["owner olga@acme.example → nobody", "tier low → high", "lifetime 14400 s → 3600 s", "join-token no longer required", "tpm required, also at renewal"],
            EntryDifference.Between(before, before with { Owner = null, Tier = RiskTier.High, Lifetime = TimeSpan.FromHours(1), Evidence = [Entries.Of(EvidenceKind.Tpm, atRenewal: true)] }));
        Assert.Equal(["reference values of join-token"], EntryDifference.Between(before, before with { Evidence = [Entries.JoinToken with { Reference = """{"a":1}""" }] }));
    }

    private static string[] Split(string kinds) => kinds.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
