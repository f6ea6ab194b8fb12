using A2AConsole.Data.Configurations;
using A2AConsole.Data.Entities;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Data;

/// <summary>The model. Each provider has its own subclass, so that each keeps its own migrations.</summary>
public abstract class ConsoleDbContext(DbContextOptions options) : IdentityDbContext<ConsoleUser, IdentityRole, string>(options)
{
    // Identity asks the application's services for its schema version and silently leaves the passkey table out when they say
    // nothing, as at design time. So the model brings its own answer and is the same in the host, the tools and the tests.
    private static readonly IServiceProvider IdentitySchema = new ServiceCollection()
        .Configure<IdentityOptions>(options => options.Stores.SchemaVersion = IdentitySchemaVersions.Version3)
        .BuildServiceProvider();

    public DbSet<Agent> Agents => Set<Agent>();
    public DbSet<Certificate> Certificates => Set<Certificate>();
    public DbSet<JoinToken> JoinTokens => Set<JoinToken>();
    public DbSet<TrustAnchor> TrustAnchors => Set<TrustAnchor>();
    public DbSet<LedgerBlock> LedgerBlocks => Set<LedgerBlock>();
    public DbSet<EventPayload> EventPayloads => Set<EventPayload>();
    public DbSet<LedgerTile> LedgerTiles => Set<LedgerTile>();
    public DbSet<TreeHead> TreeHeads => Set<TreeHead>();
    public DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();
    public DbSet<QuarantineItem> QuarantineItems => Set<QuarantineItem>();
    public DbSet<QuarantineCase> QuarantineCases => Set<QuarantineCase>();
    public DbSet<QuarantineStep> QuarantineSteps => Set<QuarantineStep>();
    public DbSet<TrafficMinute> TrafficMinutes => Set<TrafficMinute>();
    public DbSet<AgentHour> AgentHours => Set<AgentHour>();
    public DbSet<Counterparty> Counterparties => Set<Counterparty>();
    public DbSet<FlowDay> FlowDays => Set<FlowDay>();
    public DbSet<FlowMoneyDay> FlowMoneyDays => Set<FlowMoneyDay>();
    public DbSet<LookupBucket> LookupBuckets => Set<LookupBucket>();
    public DbSet<RefusalSummary> RefusalSummaries => Set<RefusalSummary>();
    public DbSet<LedgerMinute> LedgerMinutes => Set<LedgerMinute>();
    public DbSet<RegistrationEntry> RegistrationEntries => Set<RegistrationEntry>();
    public DbSet<RequiredEvidence> RequiredEvidence => Set<RequiredEvidence>();
    public DbSet<AttestationRecord> AttestationRecords => Set<AttestationRecord>();
    public DbSet<StateTransition> StateTransitions => Set<StateTransition>();
    public DbSet<Revocation> Revocations => Set<Revocation>();
    public DbSet<Finding> Findings => Set<Finding>();
    public DbSet<Responsibility> Responsibilities => Set<Responsibility>();
    public DbSet<ReviewCampaign> ReviewCampaigns => Set<ReviewCampaign>();
    public DbSet<ReviewItem> ReviewItems => Set<ReviewItem>();
    public DbSet<RekeyRun> RekeyRuns => Set<RekeyRun>();
    public DbSet<RekeyAgent> RekeyAgents => Set<RekeyAgent>();
    public DbSet<AlgorithmRule> AlgorithmRules => Set<AlgorithmRule>();
    public DbSet<AgentCardPin> AgentCardPins => Set<AgentCardPin>();
    public DbSet<AlgorithmUse> AlgorithmUses => Set<AlgorithmUse>();
    public DbSet<PolicyVersion> PolicyVersions => Set<PolicyVersion>();
    public DbSet<Grant> Grants => Set<Grant>();
    public DbSet<Decision> Decisions => Set<Decision>();
    public DbSet<DecisionPolicy> DecisionPolicies => Set<DecisionPolicy>();
    public DbSet<Commitment> Commitments => Set<Commitment>();
    public DbSet<HeldMessage> HeldMessages => Set<HeldMessage>();
    public DbSet<Approval> Approvals => Set<Approval>();
    public DbSet<ApprovalVote> ApprovalVotes => Set<ApprovalVote>();
    public DbSet<ApprovalDelegation> ApprovalDelegations => Set<ApprovalDelegation>();
    public DbSet<LineageMessage> LineageMessages => Set<LineageMessage>();
    public DbSet<LineageLink> LineageLinks => Set<LineageLink>();
    public DbSet<LineageCursor> LineageCursors => Set<LineageCursor>();
    public DbSet<Notice> Notices => Set<Notice>();
    public DbSet<Alert> Alerts => Set<Alert>();
    public DbSet<AlertStep> AlertSteps => Set<AlertStep>();
    public DbSet<AlertSuppression> AlertSuppressions => Set<AlertSuppression>();
    public DbSet<DetectionThreshold> DetectionThresholds => Set<DetectionThreshold>();
    public DbSet<DetectionCheckpoint> DetectionCheckpoints => Set<DetectionCheckpoint>();
    public DbSet<DetectionModel> DetectionModels => Set<DetectionModel>();
    public DbSet<Incident> Incidents => Set<Incident>();
    public DbSet<IncidentStep> IncidentSteps => Set<IncidentStep>();
    public DbSet<IncidentTask> IncidentTasks => Set<IncidentTask>();
    public DbSet<SavedView> SavedViews => Set<SavedView>();
    public DbSet<UserVisit> UserVisits => Set<UserVisit>();
    public DbSet<ApiToken> ApiTokens => Set<ApiToken>();
    public DbSet<ExportCursor> ExportCursors => Set<ExportCursor>();

    /// <inheritdoc/>
    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder)
    {
        base.OnConfiguring(optionsBuilder);
        optionsBuilder.UseApplicationServiceProvider(IdentitySchema);
    }

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMillisecondsConverter>();
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(ConsoleDbContext).Assembly);
        BoundIdentityColumns(builder);
        Queries.CertificateLife.MapTo(builder);
    }

    // Identity leaves these unbounded; an unbounded column can neither be indexed nor fail early.
    private static void BoundIdentityColumns(ModelBuilder builder)
    {
        builder.Entity<IdentityRole>(role =>
        {
            role.Property(r => r.Id).HasMaxLength(64);
            role.Property(r => r.ConcurrencyStamp).HasMaxLength(128);
        });
        builder.Entity<IdentityUserClaim<string>>(claim =>
        {
            claim.Property(c => c.ClaimType).HasMaxLength(256);
            claim.Property(c => c.ClaimValue).HasMaxLength(1024);
        });
        builder.Entity<IdentityRoleClaim<string>>(claim =>
        {
            claim.Property(c => c.ClaimType).HasMaxLength(256);
            claim.Property(c => c.ClaimValue).HasMaxLength(1024);
        });
        builder.Entity<IdentityUserLogin<string>>().Property(l => l.ProviderDisplayName).HasMaxLength(256);
        builder.Entity<IdentityUserToken<string>>().Property(t => t.Value).HasMaxLength(2048);
    }
}
