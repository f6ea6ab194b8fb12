using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class TrustAnchorConfiguration : IEntityTypeConfiguration<TrustAnchor>
{
    public void Configure(EntityTypeBuilder<TrustAnchor> builder)
    {
        builder.HasKey(a => a.Fingerprint);
        builder.Property(a => a.Fingerprint).IsIdentifier(Columns.Code);
        builder.Property(a => a.Purpose).IsIdentifier(Columns.Code);
        builder.Property(a => a.Der).HasMaxLength(8000);
        builder.Property(a => a.KeyId).IsIdentifier(Columns.Code);
        builder.Property(a => a.State).IsName();
        builder.HasIndex(a => new { a.Purpose, a.NotAfter });
    }
}
