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

        // Each list order ends in a unique column, which is what keyset paging goes on from.
        builder.HasIndex(a => a.SpiffeId).IsUnique();
        builder.HasIndex(a => new { a.State, a.SpiffeId });
        builder.HasIndex(a => new { a.Environment, a.SpiffeId });
        builder.HasIndex(a => new { a.Role, a.SpiffeId });
        builder.HasIndex(a => new { a.Owner, a.SpiffeId });
        builder.HasIndex(a => new { a.CertificateNotAfter, a.Number });
    }
}
