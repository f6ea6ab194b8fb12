using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class DecisionConfiguration : IEntityTypeConfiguration<Decision>
{
    public void Configure(EntityTypeBuilder<Decision> builder)
    {
        builder.HasKey(d => d.Id);
        builder.Property(d => d.Id).ValueGeneratedNever();
        builder.Property(d => d.MessageId).IsIdentifier(Columns.EventType);
        builder.Property(d => d.Digest).IsIdentifier(64);
        builder.Property(d => d.Code).IsIdentifier(Columns.Code);
        builder.Property(d => d.RiskReasons).HasMaxLength(2 * Columns.Sentence);
        builder.Property(d => d.Receiver).IsIdentifier(Columns.Name);
        builder.Property(d => d.Type).IsIdentifier(Columns.EventType);
        builder.Property(d => d.Action).IsIdentifier(Columns.Code);
        builder.Property(d => d.Verdict).IsName();
        builder.Property(d => d.Policies).IsIdentifier(1000);
        builder.Property(d => d.Reason).HasMaxLength(Columns.Sentence);
        builder.Property(d => d.Fault).IsIdentifier(Columns.Code);
        builder.Property(d => d.BundleVersion).IsIdentifier(Columns.Code);
        builder.Property(d => d.BundleDigest).IsIdentifier(80);
        builder.Property(d => d.Amount).IsIdentifier(Columns.Code);
        builder.Property(d => d.Currency).IsIdentifier(3);
        builder.Property(d => d.Demo).IsIdentifier(Columns.Code);
        builder.HasOne(d => d.Agent).WithMany().HasForeignKey(d => d.AgentNumber).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(d => d.MessageLeaf);
        builder.HasIndex(d => d.MessageId);
        builder.HasIndex(d => new { d.AgentNumber, d.Id });
        builder.HasIndex(d => d.At);
    }
}

internal sealed class DecisionPolicyConfiguration : IEntityTypeConfiguration<DecisionPolicy>
{
    public void Configure(EntityTypeBuilder<DecisionPolicy> builder)
    {
        builder.HasKey(p => new { p.Policy, p.DecisionId });
        builder.Property(p => p.Policy).IsIdentifier(Columns.EventType);
        builder.HasIndex(p => new { p.Policy, p.At });
    }
}

internal sealed class CommitmentConfiguration : IEntityTypeConfiguration<Commitment>
{
    public void Configure(EntityTypeBuilder<Commitment> builder)
    {
        builder.HasKey(c => new { c.Agent, c.Action, c.Currency, c.MessageId });
        builder.Property(c => c.Agent).IsIdentifier(Columns.Name);
        builder.Property(c => c.Action).IsIdentifier(Columns.Code);
        builder.Property(c => c.Currency).IsIdentifier(3);
        builder.Property(c => c.MessageId).IsIdentifier(Columns.EventType);
        builder.HasIndex(c => c.At);
    }
}

internal sealed class HeldMessageConfiguration : IEntityTypeConfiguration<HeldMessage>
{
    public void Configure(EntityTypeBuilder<HeldMessage> builder)
    {
        builder.HasKey(m => m.Id);
        builder.Property(m => m.Id).ValueGeneratedNever();
        builder.Property(m => m.MessageId).IsIdentifier(Columns.EventType);
        builder.Property(m => m.Digest).IsIdentifier(64);
        builder.Property(m => m.Receiver).IsIdentifier(Columns.Name);
        builder.Property(m => m.Type).IsIdentifier(Columns.EventType);
        builder.Property(m => m.Action).IsIdentifier(Columns.Code);
        builder.Property(m => m.State).IsName();
        builder.Property(m => m.Needs).IsIdentifier(Columns.EventType);
        builder.Property(m => m.Outcome).HasMaxLength(Columns.Sentence);
        builder.Property(m => m.TaskId).IsIdentifier(Columns.EventType);
        builder.Property(m => m.ContextId).HasMaxLength(Columns.Name);
        builder.Property(m => m.Route).IsIdentifier(Columns.Name);
        builder.Property(m => m.Demo).IsIdentifier(Columns.Code);
        builder.HasOne(m => m.Agent).WithMany().HasForeignKey(m => m.AgentNumber).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(m => m.Digest);
        builder.HasIndex(m => m.TaskId);
        builder.HasIndex(m => new { m.State, m.ExpiresAt });
        builder.HasIndex(m => new { m.AgentNumber, m.State });
    }
}
