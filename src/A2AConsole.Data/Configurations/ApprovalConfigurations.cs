using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class ApprovalConfiguration : IEntityTypeConfiguration<Approval>
{
    public void Configure(EntityTypeBuilder<Approval> builder)
    {
        builder.HasKey(a => a.Id);
        builder.Property(a => a.MessageId).IsIdentifier(Columns.EventType);
        builder.Property(a => a.Digest).IsIdentifier(64);
        builder.Property(a => a.Action).IsIdentifier(Columns.Code);
        builder.Property(a => a.Owner).HasMaxLength(Columns.Name);
        builder.Property(a => a.Asked).HasMaxLength(Columns.Sentence);
        builder.Property(a => a.Why).HasMaxLength(Columns.Sentence);
        builder.Property(a => a.Amount).IsIdentifier(Columns.Code);
        builder.Property(a => a.Currency).IsIdentifier(3);
        builder.Property(a => a.CostCurrency).IsIdentifier(3);
        builder.Property(a => a.Tier).IsIdentifier(Columns.Code);
        builder.Property(a => a.ApproverRole).IsIdentifier(Columns.Code);
        builder.Property(a => a.GroupKey).IsIdentifier(64);
        builder.Property(a => a.State).IsName();
        builder.Property(a => a.Outcome).HasMaxLength(Columns.Sentence);
        builder.Property(a => a.Demo).IsIdentifier(Columns.Code);
        builder.HasOne(a => a.HeldMessage).WithMany().HasForeignKey(a => a.HeldMessageId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(a => a.Agent).WithMany().HasForeignKey(a => a.AgentNumber).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(a => new { a.State, a.ExpiresAt });
        builder.HasIndex(a => new { a.AgentNumber, a.State });
        builder.HasIndex(a => new { a.GroupKey, a.State });
        builder.HasIndex(a => a.Digest);
    }
}

internal sealed class ApprovalVoteConfiguration : IEntityTypeConfiguration<ApprovalVote>
{
    public void Configure(EntityTypeBuilder<ApprovalVote> builder)
    {
        builder.HasKey(v => v.Id);
        builder.Property(v => v.Approver).HasMaxLength(Columns.Name);
        builder.Property(v => v.OnBehalfOf).HasMaxLength(Columns.Name);
        builder.Property(v => v.Choice).IsName();
        builder.Property(v => v.Reason).HasMaxLength(Columns.Sentence);
        builder.HasOne(v => v.Approval).WithMany(a => a.Votes).HasForeignKey(v => v.ApprovalId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(v => new { v.Approver, v.At });
    }
}

internal sealed class ApprovalDelegationConfiguration : IEntityTypeConfiguration<ApprovalDelegation>
{
    public void Configure(EntityTypeBuilder<ApprovalDelegation> builder)
    {
        builder.HasKey(d => d.Id);
        builder.Property(d => d.From).HasMaxLength(Columns.Name);
        builder.Property(d => d.To).HasMaxLength(Columns.Name);
        builder.Property(d => d.Reason).HasMaxLength(Columns.Sentence);
        builder.HasIndex(d => new { d.To, d.NotAfter });
        builder.HasIndex(d => new { d.From, d.NotAfter });
    }
}
