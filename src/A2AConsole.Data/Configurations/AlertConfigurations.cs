using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class AlertConfiguration : IEntityTypeConfiguration<Alert>
{
    public void Configure(EntityTypeBuilder<Alert> builder)
    {
        builder.HasKey(a => a.Id);
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.Property(a => a.Kind).IsName();
        builder.Property(a => a.Group).IsName();
        // Severity and state are sorted by: kept as numbers.
        builder.Property(a => a.Severity).HasConversion<byte>();
        builder.Property(a => a.State).HasConversion<byte>();
        builder.Property(a => a.Verdict).HasConversion<string>().IsIdentifier(Columns.Code);
        builder.Property(a => a.AgentId).IsIdentifier(Columns.Name);
        builder.Property(a => a.Role).IsIdentifier(Columns.Code);
        builder.Property(a => a.Cause).HasMaxLength(Columns.Name);
        builder.Property(a => a.Sentence).HasMaxLength(Columns.Sentence);
        builder.Property(a => a.Currency).IsIdentifier(3);
        builder.Property(a => a.Assignee).HasMaxLength(Columns.Name);
        builder.Property(a => a.Leaves).IsIdentifier(1_100);
        builder.Property(a => a.Tags).IsIdentifier(Columns.Name);
        builder.Property(a => a.DetectionVersion).IsIdentifier(Columns.Code);
        builder.Property(a => a.Demo).IsIdentifier(Columns.Code);
        builder.HasOne(a => a.Agent).WithMany().HasForeignKey(a => a.AgentNumber).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(a => a.Incident).WithMany(i => i.Alerts).HasForeignKey(a => a.IncidentId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(a => new { a.State, a.Severity, a.Id });
        builder.HasIndex(a => new { a.AgentId, a.Kind, a.Id });
        builder.HasIndex(a => new { a.RaisedAt, a.Id });
        builder.HasIndex(a => new { a.Assignee, a.State });
    }
}

internal sealed class AlertStepConfiguration : IEntityTypeConfiguration<AlertStep>
{
    public void Configure(EntityTypeBuilder<AlertStep> builder)
    {
        builder.HasKey(s => s.Id);
        builder.Property(s => s.Move).IsName();
        builder.Property(s => s.By).HasMaxLength(Columns.Name);
        builder.Property(s => s.To).HasMaxLength(Columns.Name);
        builder.Property(s => s.Note).HasMaxLength(Columns.Sentence);
        builder.HasIndex(s => s.Leaf);
        builder.HasOne<Alert>().WithMany(a => a.Steps).HasForeignKey(s => s.AlertId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class DetectionThresholdConfiguration : IEntityTypeConfiguration<DetectionThreshold>
{
    public void Configure(EntityTypeBuilder<DetectionThreshold> builder)
    {
        builder.HasKey(t => t.Id);
        builder.Property(t => t.Kind).IsName();
        builder.Property(t => t.AgentId).IsIdentifier(Columns.Name);
        builder.Property(t => t.Cause).HasMaxLength(Columns.Name);
        builder.HasIndex(t => new { t.AgentId, t.Kind, t.Cause }).IsUnique();
    }
}

internal sealed class AlertSuppressionConfiguration : IEntityTypeConfiguration<AlertSuppression>
{
    public void Configure(EntityTypeBuilder<AlertSuppression> builder)
    {
        builder.HasKey(s => s.Id);
        builder.Property(s => s.Kind).HasConversion<string>().IsIdentifier(Columns.Code);
        builder.Property(s => s.AgentId).IsIdentifier(Columns.Name);
        builder.Property(s => s.Role).IsIdentifier(Columns.Code);
        builder.Property(s => s.Cause).HasMaxLength(Columns.Name);
        builder.Property(s => s.Owner).HasMaxLength(Columns.Name);
        builder.Property(s => s.Reason).HasMaxLength(Columns.Sentence);
        builder.Property(s => s.EndedBy).HasMaxLength(Columns.Name);
        builder.HasIndex(s => s.Until);
    }
}

internal sealed class DetectionCheckpointConfiguration : IEntityTypeConfiguration<DetectionCheckpoint>
{
    public void Configure(EntityTypeBuilder<DetectionCheckpoint> builder)
    {
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.Version).IsIdentifier(Columns.Code);
    }
}

internal sealed class DetectionModelConfiguration : IEntityTypeConfiguration<DetectionModel>
{
    public void Configure(EntityTypeBuilder<DetectionModel> builder)
    {
        builder.HasKey(m => m.Id);
        builder.Property(m => m.Kind).IsIdentifier(Columns.Code);
        builder.Property(m => m.Reason).HasMaxLength(Columns.Sentence);
        builder.HasIndex(m => new { m.Kind, m.Id });
    }
}

internal sealed class IncidentConfiguration : IEntityTypeConfiguration<Incident>
{
    public void Configure(EntityTypeBuilder<Incident> builder)
    {
        builder.HasKey(i => i.Id);
        builder.Property(i => i.Id).ValueGeneratedNever();
        builder.Property(i => i.Title).HasMaxLength(Columns.Name);
        builder.Property(i => i.Severity).HasConversion<byte>();
        builder.Property(i => i.State).HasConversion<byte>();
        builder.Property(i => i.Owner).HasMaxLength(Columns.Name);
        builder.Property(i => i.CreatedBy).HasMaxLength(Columns.Name);
        builder.Property(i => i.Lesson).HasMaxLength(4 * Columns.Sentence);
        builder.Property(i => i.PolicyChange).HasMaxLength(4 * Columns.Sentence);
        builder.Property(i => i.Demo).IsIdentifier(Columns.Code);
        builder.HasIndex(i => new { i.State, i.Id });
    }
}

internal sealed class IncidentStepConfiguration : IEntityTypeConfiguration<IncidentStep>
{
    public void Configure(EntityTypeBuilder<IncidentStep> builder)
    {
        builder.HasKey(s => s.Id);
        builder.Property(s => s.Move).IsName();
        builder.Property(s => s.By).HasMaxLength(Columns.Name);
        builder.Property(s => s.To).HasMaxLength(Columns.Name);
        builder.Property(s => s.Note).HasMaxLength(4 * Columns.Sentence);
        builder.HasIndex(s => s.Leaf);
        builder.HasOne<Incident>().WithMany(i => i.Steps).HasForeignKey(s => s.IncidentId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class IncidentTaskConfiguration : IEntityTypeConfiguration<IncidentTask>
{
    public void Configure(EntityTypeBuilder<IncidentTask> builder)
    {
        builder.HasKey(t => t.Id);
        builder.Property(t => t.Text).HasMaxLength(Columns.Sentence);
        builder.Property(t => t.Assignee).HasMaxLength(Columns.Name);
        builder.Property(t => t.DoneBy).HasMaxLength(Columns.Name);
        builder.HasOne<Incident>().WithMany(i => i.Tasks).HasForeignKey(t => t.IncidentId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class SavedViewConfiguration : IEntityTypeConfiguration<SavedView>
{
    public void Configure(EntityTypeBuilder<SavedView> builder)
    {
        builder.HasKey(v => v.Id);
        builder.Property(v => v.Page).IsIdentifier(Columns.Code);
        builder.Property(v => v.Name).HasMaxLength(Columns.Code);
        builder.Property(v => v.Owner).HasMaxLength(Columns.Name);
        builder.Property(v => v.Query).HasMaxLength(4 * Columns.Sentence);
        builder.HasIndex(v => new { v.Page, v.Owner, v.Name }).IsUnique();
    }
}

internal sealed class UserVisitConfiguration : IEntityTypeConfiguration<UserVisit>
{
    public void Configure(EntityTypeBuilder<UserVisit> builder)
    {
        builder.HasKey(v => v.User);
        builder.Property(v => v.User).HasMaxLength(Columns.Name);
    }
}
