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
}

/// <summary>Who plays: ten agents that send, and the counterparts of three of them that have been invited but not come yet.</summary>
public static class Cast
{
    /// <summary>The demo's trust domain.</summary>
    public const string TrustDomain = "acme.example";

    private const string OwnerUser = "owner@acme.example";
    private const string ManagerUser = "manager@acme.example";
    private const string AdminUser = "admin@acme.example";

    public static CastMember DemandFeed { get; } = new("demand-feed", "sensing", "prod", "Acme", OwnerUser, RiskTier.Low);
    public static CastMember Forecast { get; } = new("forecast", "planning", "prod", "Acme", OwnerUser, RiskTier.Low);
    public static CastMember Replenishment { get; } = new("replenishment", "planning", "prod", "Acme", OwnerUser, RiskTier.Medium);
    public static CastMember ProcurementApprover { get; } = new("procurement-approver", "buying", "prod", "Acme", ManagerUser, RiskTier.High);
    public static CastMember WarehouseRelease { get; } = new("warehouse-release", "warehouse", "partner", "Dockyard", ManagerUser, RiskTier.High);
    public static CastMember RouteOptimizer { get; } = new("route-optimizer", "logistics", "prod", "Acme", OwnerUser, RiskTier.Medium);
    public static CastMember LogisticsException { get; } = new("logistics-exception", "logistics", "partner", "NordShip", OwnerUser, RiskTier.Medium);
    public static CastMember CustomsCompliance { get; } = new("customs-compliance", "customs", "partner", "Portside", AdminUser, RiskTier.High);
    /// <summary>Nobody answers for this one: a gap for the console to show.</summary>
    public static CastMember SupplierSupport { get; } = new("supplier-support", "support", "partner", "Kestrel Components", null, RiskTier.Medium);
    public static CastMember ApPayment { get; } = new("ap-payment", "finance", "prod", "Acme", ManagerUser, RiskTier.Critical);

    public static CastMember ErpConnector { get; } = new("erp-connector", "erp", "prod", "Acme", AdminUser, RiskTier.High);
    public static CastMember CarrierPortal { get; } = new("carrier-portal", "carrier", "partner", "NordShip", OwnerUser, RiskTier.Medium);
    public static CastMember BrokerDesk { get; } = new("broker-desk", "customs", "partner", "Portside", OwnerUser, RiskTier.High);

    /// <summary>The ten that send.</summary>
    public static IReadOnlyList<CastMember> Senders { get; } =
    [
        DemandFeed, Forecast, Replenishment, ProcurementApprover, WarehouseRelease, RouteOptimizer, LogisticsException, CustomsCompliance,
        SupplierSupport, ApPayment,
    ];

    /// <summary>Those that are only written to: invited, not enrolled.</summary>
    public static IReadOnlyList<CastMember> Invited { get; } = [ErpConnector, CarrierPortal, BrokerDesk];
}
