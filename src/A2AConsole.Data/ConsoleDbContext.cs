using A2AConsole.Data.Entities;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data;

/// <summary>The model. Each provider has its own subclass, so that each keeps its own migrations.</summary>
public abstract class ConsoleDbContext(DbContextOptions options) : IdentityDbContext<ConsoleUser, IdentityRole, string>(options)
{
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
    public DbSet<TrafficMinute> TrafficMinutes => Set<TrafficMinute>();
    public DbSet<AgentHour> AgentHours => Set<AgentHour>();
    public DbSet<Counterparty> Counterparties => Set<Counterparty>();
    public DbSet<LookupBucket> LookupBuckets => Set<LookupBucket>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(ConsoleDbContext).Assembly);
    }
}
