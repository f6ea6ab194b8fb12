using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class StateTransitionConfiguration : IEntityTypeConfiguration<StateTransition>
{
    public void Configure(EntityTypeBuilder<StateTransition> builder)
    {
        builder.HasKey(t => new { t.Id, t.AgentNumber, t.Serial });
        builder.Property(t => t.Serial).IsIdentifier(Columns.Code);
        builder.Property(t => t.From).IsIdentifier(Columns.Code);
        builder.Property(t => t.To).IsIdentifier(Columns.Code);
        builder.Property(t => t.Actor).HasMaxLength(Columns.Name);
        builder.Property(t => t.Reason).HasMaxLength(Columns.Sentence);
        builder.HasOne(t => t.Agent).WithMany().HasForeignKey(t => t.AgentNumber).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(t => new { t.AgentNumber, t.Id });
    }
}

internal sealed class RevocationConfiguration : IEntityTypeConfiguration<Revocation>
{
    public void Configure(EntityTypeBuilder<Revocation> builder)
    {
        builder.HasKey(r => r.Id);
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.Scope).IsName();
        builder.Property(r => r.Target).HasMaxLength(Columns.Name);
        builder.Property(r => r.Reason).IsName();
        builder.Property(r => r.Note).HasMaxLength(Columns.Sentence);
        builder.Property(r => r.Actor).HasMaxLength(Columns.Name);
    }
}

internal sealed class FindingConfiguration : IEntityTypeConfiguration<Finding>
{
    public void Configure(EntityTypeBuilder<Finding> builder)
    {
        builder.HasKey(f => f.Id);
        builder.Property(f => f.Id).ValueGeneratedNever();
        builder.Property(f => f.Kind).IsName();
        builder.Property(f => f.Subject).IsIdentifier(Columns.Name);
        builder.Property(f => f.Detail).HasMaxLength(Columns.Sentence);
        builder.Property(f => f.Measured).HasMaxLength(Columns.Sentence);
        builder.Property(f => f.Reference).HasMaxLength(Columns.Sentence);
        builder.Property(f => f.ClosedBy).HasMaxLength(Columns.Name);
        builder.Property(f => f.ClosedReason).HasMaxLength(Columns.Sentence);
        builder.HasOne(f => f.Agent).WithMany().HasForeignKey(f => f.AgentNumber).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(f => new { f.Kind, f.Subject, f.ClosedAt });
        builder.HasIndex(f => new { f.ClosedAt, f.Id });
        builder.HasIndex(f => new { f.AgentNumber, f.ClosedAt });
        // What still holds, closed or not: the rest is history.
        builder.HasIndex(f => f.OverAt).HasFilter("[OverAt] IS NULL");
    }
}

internal sealed class ResponsibilityConfiguration : IEntityTypeConfiguration<Responsibility>
{
    public void Configure(EntityTypeBuilder<Responsibility> builder)
    {
        builder.HasKey(r => new { r.AgentNumber, r.Duty });
        builder.Property(r => r.Duty).IsName();
        builder.Property(r => r.Holder).HasMaxLength(Columns.Name);
        builder.HasOne(r => r.Agent).WithMany().HasForeignKey(r => r.AgentNumber).OnDelete(DeleteBehavior.Restrict);
    }
}
