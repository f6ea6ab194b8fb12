using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class RegistrationEntryConfiguration : IEntityTypeConfiguration<RegistrationEntry>
{
    public void Configure(EntityTypeBuilder<RegistrationEntry> builder)
    {
        builder.HasKey(e => e.Id);
        builder.Property(e => e.Environment).IsIdentifier(Columns.Code);
        builder.Property(e => e.Role).IsIdentifier(Columns.EventType);
        builder.Property(e => e.Name).IsIdentifier(Columns.EventType);
        builder.Property(e => e.Organisation).HasMaxLength(Columns.Name);
        builder.Property(e => e.Owner).HasMaxLength(Columns.Name);
        builder.Property(e => e.Tier).IsName();
        builder.Property(e => e.KeyAlgorithms).IsIdentifier(Columns.Name);
        builder.Property(e => e.CreatedBy).HasMaxLength(Columns.Name);
        builder.Property(e => e.ChangedBy).HasMaxLength(Columns.Name);
        builder.HasIndex(e => new { e.Environment, e.Role, e.Name }).IsUnique();
    }
}

internal sealed class RequiredEvidenceConfiguration : IEntityTypeConfiguration<RequiredEvidence>
{
    public void Configure(EntityTypeBuilder<RequiredEvidence> builder)
    {
        builder.HasKey(e => new { e.EntryId, e.Kind });
        builder.Property(e => e.Kind).IsIdentifier(Columns.Code);
        // Certificates and allow-lists: too long for a bounded column, and never searched.
        builder.Property(e => e.Reference);
        builder.HasOne(e => e.Entry).WithMany(e => e.Evidence).HasForeignKey(e => e.EntryId).OnDelete(DeleteBehavior.Cascade);
    }
}
