using A2AConsole.Core.Attestation;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;

namespace A2AConsole.Demo.World;

/// <summary>One agent of the demo world.</summary>
/// <param name="Name">The last part of its identity.</param>
/// <param name="Role">Its role in the identity.</param>
/// <param name="Environment"><c>prod</c> for Acme's own, <c>partner</c> for the others'.</param>
/// <param name="Organisation">Whose it is.</param>
/// <param name="Owner">The user who answers for it; null is a gap that the console shows.</param>
/// <param name="Tier">How much harm its decisions can do.</param>
public sealed record CastMember(string Name, string Role, string Environment, string Organisation, string? Owner, RiskTier Tier)
{
    /// <summary>Its identity.</summary>
    public string SpiffeId { get; } = Core.Identity.SpiffeId.Create(Cast.TrustDomain, Environment, Role, Name).Text;

    /// <summary>The evidence that its registration entry asks for besides a join token (<see cref="EvidenceKind"/>).</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>Whether renewals need that evidence afresh.</summary>
    public bool AtRenewal { get; init; }

    /// <summary>Who answers for what, besides its owner; a duty that is not here is a gap that the console shows.</summary>
    public IReadOnlyDictionary<Duty, string?> Duties { get; init; } = new Dictionary<Duty, string?>();
}

/// <summary>
/// Who plays: ten agents that tell the story, the counterparts of three of them that have been invited but not come yet, and four whose
/// certificates are a story of their own.
/// </summary>
public static class Cast
{
    /// <summary>The demo's trust domain.</summary>
    public const string TrustDomain = "acme.example";

    private const string OwnerUser = "owner@acme.example";
    private const string ManagerUser = "manager@acme.example";
    private const string AdminUser = "admin@acme.example";

    private static readonly string[] Pod = [EvidenceKind.Kubernetes];
    private static readonly string[] PodAndImage = [EvidenceKind.Kubernetes, EvidenceKind.Image];
    private static readonly Dictionary<Duty, string?> AllNamed = new()
    {
        [Duty.Issues] = AdminUser, [Duty.ApprovesPolicy] = ManagerUser, [Duty.RotatesKeys] = OwnerUser, [Duty.Audits] = "auditor@acme.example", [Duty.RespondsToCompromise] = "analyst@acme.example",
    };
    private static readonly Dictionary<Duty, string?> SomeNamed = new() { [Duty.Issues] = AdminUser, [Duty.RespondsToCompromise] = "analyst@acme.example" };

    public static CastMember DemandFeed { get; } = new("demand-feed", "sensing", "prod", "Acme", OwnerUser, RiskTier.Low) { Duties = AllNamed };
    public static CastMember Forecast { get; } = new("forecast", "planning", "prod", "Acme", OwnerUser, RiskTier.Low) { Duties = AllNamed };
    public static CastMember Replenishment { get; } = new("replenishment", "planning", "prod", "Acme", OwnerUser, RiskTier.Medium) { Evidence = Pod, Duties = AllNamed };
    public static CastMember ProcurementApprover { get; } = new("procurement-approver", "buying", "prod", "Acme", OwnerUser, RiskTier.High) { Evidence = PodAndImage, Duties = AllNamed };
    public static CastMember WarehouseRelease { get; } = new("warehouse-release", "warehouse", "partner", "Dockyard", ManagerUser, RiskTier.High) { Duties = SomeNamed };
    public static CastMember RouteOptimizer { get; } = new("route-optimizer", "logistics", "prod", "Acme", OwnerUser, RiskTier.Medium) { Evidence = Pod, Duties = AllNamed };
    public static CastMember LogisticsException { get; } = new("logistics-exception", "logistics", "partner", "NordShip", OwnerUser, RiskTier.Medium) { Evidence = Pod, Duties = SomeNamed };
    public static CastMember CustomsCompliance { get; } = new("customs-compliance", "customs", "partner", "Portside", AdminUser, RiskTier.High) { Evidence = PodAndImage, Duties = AllNamed };
    /// <summary>Nobody answers for this one: a gap for the console to show.</summary>
    public static CastMember SupplierSupport { get; } = new("supplier-support", "support", "partner", "Kestrel Components", null, RiskTier.Medium);
    public static CastMember ApPayment { get; } = new("ap-payment", "finance", "prod", "Acme", OwnerUser, RiskTier.Critical) { Evidence = PodAndImage, AtRenewal = true, Duties = AllNamed };

    public static CastMember ErpConnector { get; } = new("erp-connector", "erp", "prod", "Acme", AdminUser, RiskTier.High);
    public static CastMember CarrierPortal { get; } = new("carrier-portal", "carrier", "partner", "NordShip", OwnerUser, RiskTier.Medium);
    public static CastMember BrokerDesk { get; } = new("broker-desk", "customs", "partner", "Portside", OwnerUser, RiskTier.High);

    /// <summary>Its image is exchanged for another after it enrolled: its renewals are refused, with what was measured beside what was expected.</summary>
    public static CastMember ReturnsDesk { get; } = new("returns-desk", "returns", "prod", "Acme", OwnerUser, RiskTier.High) { Evidence = PodAndImage, AtRenewal = true, Duties = AllNamed };
    /// <summary>Its process hangs: it misses its renewal and its certificate goes stale.</summary>
    public static CastMember TrackingGateway { get; } = new("tracking-gateway", "carrier", "partner", "NordShip", OwnerUser, RiskTier.Low) { Duties = SomeNamed };
    /// <summary>Was revoked some days ago, when its organisation reported a stolen laptop.</summary>
    public static CastMember SlotBroker { get; } = new("slot-broker", "terminal", "partner", "Harbour Lines", ManagerUser, RiskTier.Low) { Duties = SomeNamed };
    /// <summary>A partner's agent at work that the story does without: to be revoked by whoever wants to see a connection drop.</summary>
    public static CastMember BerthPlanner { get; } = new("berth-planner", "terminal", "partner", "Quayside Terminals", ManagerUser, RiskTier.Low) { Duties = SomeNamed };

    /// <summary>The ten that send.</summary>
    public static IReadOnlyList<CastMember> Senders { get; } =
    [
        DemandFeed, Forecast, Replenishment, ProcurementApprover, WarehouseRelease, RouteOptimizer, LogisticsException, CustomsCompliance,
        SupplierSupport, ApPayment,
    ];

    /// <summary>Those that are only written to: invited, not enrolled.</summary>
    public static IReadOnlyList<CastMember> Invited { get; } = [ErpConnector, CarrierPortal, BrokerDesk];

    /// <summary>Those with a story of their own.</summary>
    public static IReadOnlyList<CastMember> Apart { get; } = [ReturnsDesk, TrackingGateway, SlotBroker, BerthPlanner];

    /// <summary>Everybody.</summary>
    public static IReadOnlyList<CastMember> All { get; } = [.. Senders, .. Invited, .. Apart];
}
