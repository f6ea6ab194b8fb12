using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class PolicyVersionConfiguration : IEntityTypeConfiguration<PolicyVersion>
{
    public void Configure(EntityTypeBuilder<PolicyVersion> builder)
    {
        builder.HasKey(v => v.Id);
        builder.Property(v => v.Name).IsIdentifier(Columns.Code);
        builder.Property(v => v.Version).IsIdentifier(Columns.Code);
        builder.Property(v => v.Digest).IsIdentifier(80);
        builder.Property(v => v.State).IsName();
        builder.Property(v => v.CreatedBy).HasMaxLength(Columns.Name);
        builder.Property(v => v.Note).HasMaxLength(Columns.Sentence);
        builder.Property(v => v.ApprovedBy).HasMaxLength(Columns.Name);
        builder.Property(v => v.ActivatedBy).HasMaxLength(Columns.Name);
        builder.HasIndex(v => v.State);
        builder.HasIndex(v => v.Digest);
    }
}

internal sealed class GrantConfiguration : IEntityTypeConfiguration<Grant>
{
    public void Configure(EntityTypeBuilder<Grant> builder)
    {
        builder.HasKey(g => g.Id);
        builder.Property(g => g.Role).IsIdentifier(Columns.Code);
        builder.Property(g => g.Task).IsIdentifier(Columns.EventType);
        builder.Property(g => g.Environments).IsIdentifier(Columns.Name);
        builder.Property(g => g.CreatedBy).HasMaxLength(Columns.Name);
        builder.Property(g => g.Reason).HasMaxLength(Columns.Sentence);
        builder.Property(g => g.RevokedBy).HasMaxLength(Columns.Name);
        builder.HasOne(g => g.Agent).WithMany().HasForeignKey(g => g.AgentNumber).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(g => new { g.AgentNumber, g.NotAfter });
    }
}
