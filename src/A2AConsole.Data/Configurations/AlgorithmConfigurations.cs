using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class AlgorithmRuleConfiguration : IEntityTypeConfiguration<AlgorithmRule>
{
    public void Configure(EntityTypeBuilder<AlgorithmRule> builder)
    {
        builder.HasKey(r => new { r.Algorithm, r.Use });
        builder.Property(r => r.Algorithm).IsIdentifier(Columns.Code);
        builder.Property(r => r.Use).IsIdentifier(Columns.Code);
        builder.Property(r => r.Status).IsIdentifier(Columns.Code);
        builder.Property(r => r.ChangedBy).HasMaxLength(Columns.Name);
        builder.Property(r => r.Reason).HasMaxLength(Columns.Sentence);
    }
}

internal sealed class AlgorithmUseConfiguration : IEntityTypeConfiguration<AlgorithmUse>
{
    public void Configure(EntityTypeBuilder<AlgorithmUse> builder)
    {
        builder.HasKey(u => new { u.AgentNumber, u.Algorithm, u.Use });
        builder.Property(u => u.Algorithm).IsIdentifier(Columns.Code);
        builder.Property(u => u.Use).IsIdentifier(Columns.Code);
        builder.HasOne(u => u.Agent).WithMany().HasForeignKey(u => u.AgentNumber).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(u => new { u.Algorithm, u.Use, u.LastSeenAt });
    }
}
