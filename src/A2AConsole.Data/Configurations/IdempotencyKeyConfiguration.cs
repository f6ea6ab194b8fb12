using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class IdempotencyKeyConfiguration : IEntityTypeConfiguration<IdempotencyKey>
{
    public void Configure(EntityTypeBuilder<IdempotencyKey> builder)
    {
        builder.HasKey(k => new { k.AgentNumber, k.Key });
        builder.Property(k => k.Key).IsIdentifier(Columns.Code);
        builder.Property(k => k.ContentDigest).HasMaxLength(32);
        // What retention purges by; keys come in this order, so keeping it is cheap.
        builder.HasIndex(k => k.ExpiresAt);
    }
}
