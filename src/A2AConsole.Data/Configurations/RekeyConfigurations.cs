using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class RekeyRunConfiguration : IEntityTypeConfiguration<RekeyRun>
{
    public void Configure(EntityTypeBuilder<RekeyRun> builder)
    {
        builder.HasKey(r => r.Id);
        builder.Property(r => r.Reason).HasMaxLength(Columns.Sentence);
        builder.Property(r => r.Step).IsName();
        builder.Property(r => r.StartedBy).HasMaxLength(Columns.Name);
        builder.Property(r => r.OldAuthority).IsIdentifier(Columns.Code);
        builder.Property(r => r.NewAuthority).IsIdentifier(Columns.Code);
    }
}

internal sealed class RekeyAgentConfiguration : IEntityTypeConfiguration<RekeyAgent>
{
    public void Configure(EntityTypeBuilder<RekeyAgent> builder)
    {
        builder.HasKey(a => new { a.RunId, a.AgentNumber });
        builder.Property(a => a.State).IsName();
        builder.Property(a => a.Detail).HasMaxLength(Columns.Sentence);
        builder.HasOne(a => a.Run).WithMany(r => r.Agents).HasForeignKey(a => a.RunId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(a => a.Agent).WithMany().HasForeignKey(a => a.AgentNumber).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(a => new { a.RunId, a.State, a.AgentNumber });
    }
}
