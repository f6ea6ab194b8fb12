using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class AgentConfiguration : IEntityTypeConfiguration<Agent>
{
    public void Configure(EntityTypeBuilder<Agent> builder)
    {
        builder.HasKey(a => a.Number);
        builder.Property(a => a.SpiffeId).IsIdentifier(SpiffeId.MaxLength);
        builder.Property(a => a.Environment).IsIdentifier(Columns.Code);
        builder.Property(a => a.Role).IsIdentifier(Columns.EventType);
        builder.Property(a => a.Name).IsIdentifier(Columns.EventType);
        builder.Property(a => a.Organisation).HasMaxLength(Columns.Name);
        builder.Property(a => a.Owner).HasMaxLength(Columns.Name);
        builder.Property(a => a.State).IsName();
        builder.Property(a => a.Tier).IsName();
        builder.Property(a => a.CertificateSerial).IsIdentifier(Columns.Code);
        builder.Property(a => a.Assurance).HasConversion<string>().IsIdentifier(Columns.Code);
        builder.Property(a => a.RotationRequestedBy).HasMaxLength(Columns.Name);
        builder.Property(a => a.RenewalHeldReason).HasMaxLength(Columns.Sentence);
        builder.HasOne(a => a.Entry).WithMany().HasForeignKey(a => a.EntryId).OnDelete(DeleteBehavior.Restrict);

        builder.HasIndex(a => a.SpiffeId).IsUnique();
        builder.HasIndex(a => new { a.Name, a.Number });
        // What the filters offer, with counts, without touching a row.
        builder.HasIndex(a => new { a.Environment, a.Role, a.State, a.Tier, a.Organisation });
        // The newest certificates by the share of their life that is used: of all, and of one owner.
        builder.HasIndex(a => new { a.State, a.CertificateNotAfter, a.CertificateNotBefore });
        builder.HasIndex(a => new { a.Owner, a.State, a.CertificateNotAfter, a.CertificateNotBefore });
    }
}
