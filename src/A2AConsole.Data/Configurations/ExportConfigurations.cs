using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class ApiTokenConfiguration : IEntityTypeConfiguration<ApiToken>
{
    public void Configure(EntityTypeBuilder<ApiToken> builder)
    {
        builder.HasKey(t => t.Id);
        builder.Property(t => t.Name).HasMaxLength(Columns.Code);
        builder.Property(t => t.Owner).HasMaxLength(Columns.Name);
        builder.Property(t => t.Role).IsIdentifier(Columns.Code);
        builder.Property(t => t.Hash).IsIdentifier(64);
        builder.Property(t => t.RevokedBy).HasMaxLength(Columns.Name);
        builder.HasIndex(t => t.Hash).IsUnique();
        builder.HasIndex(t => new { t.Owner, t.Id });
    }
}

internal sealed class ExportCursorConfiguration : IEntityTypeConfiguration<ExportCursor>
{
    public void Configure(EntityTypeBuilder<ExportCursor> builder)
    {
        builder.HasKey(c => c.Name);
        builder.Property(c => c.Name).IsIdentifier(Columns.Code);
        builder.Property(c => c.Outcome).HasMaxLength(Columns.Sentence);
    }
}
