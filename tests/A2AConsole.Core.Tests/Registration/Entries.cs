using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;

namespace A2AConsole.Core.Tests.Registration;

/// <summary>Entries to start from.</summary>
internal static class Entries
{
    public static EntryTerms Terms(string environment = "prod", string role = "planner", string name = EntryTerms.EveryName, params EvidenceTerm[] evidence) => new()
    {
        Environment = environment, Role = role, Name = name, Organisation = "Acme", Owner = "olga@acme.example", Tier = RiskTier.Low,
        Lifetime = TimeSpan.FromHours(4), KeyAlgorithms = [AlgorithmRegistry.EcdsaP256.Id],
        Evidence = evidence.Length > 0 ? evidence : [JoinToken],
    };

    public static EvidenceTerm JoinToken => new(EvidenceKind.JoinToken, "{}", AtRenewal: false);

    public static EvidenceTerm Of(string kind, bool atRenewal = false) => new(kind, "{}", atRenewal);

    public static SpiffeId Id(string environment = "prod", string role = "planner", string name = "p-1") => SpiffeId.Create("acme.example", environment, role, name);
}
