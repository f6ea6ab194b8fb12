using A2AConsole.Core.Provenance.Lineage;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class LineageMessageConfiguration : IEntityTypeConfiguration<LineageMessage>
{
    public void Configure(EntityTypeBuilder<LineageMessage> builder)
    {
        builder.HasKey(m => m.Leaf);
        builder.Property(m => m.Leaf).ValueGeneratedNever();
        builder.Property(m => m.MessageId).IsIdentifier(Columns.EventType);
        builder.Property(m => m.Digest).IsIdentifier(64);
        builder.Property(m => m.Body).IsIdentifier(64);
        builder.Property(m => m.Type).IsIdentifier(Columns.EventType);
        builder.Property(m => m.Audience).IsIdentifier(Columns.Name);
        builder.Property(m => m.Document).HasMaxLength(Columns.EventType);
        builder.Property(m => m.Currency).IsIdentifier(3);
        builder.Property(m => m.Demo).HasMaxLength(Columns.Code);
        builder.HasIndex(m => m.MessageId);
        builder.HasIndex(m => m.Digest);
        builder.HasIndex(m => m.Body);
        builder.HasIndex(m => m.Document);
    }
}

internal sealed class LineageLinkConfiguration : IEntityTypeConfiguration<LineageLink>
{
    public void Configure(EntityTypeBuilder<LineageLink> builder)
    {
        builder.HasKey(l => new { l.From, l.Place });
        builder.Property(l => l.Kind).IsName();
        builder.Property(l => l.Target).HasMaxLength(Columns.EventType);
        builder.Property(l => l.Name).HasMaxLength(Columns.Name);
        builder.HasIndex(l => new { l.To, l.From });
        builder.HasIndex(l => l.Target);
    }
}

internal sealed class LineageCursorConfiguration : IEntityTypeConfiguration<LineageCursor>
{
    public void Configure(EntityTypeBuilder<LineageCursor> builder)
    {
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
    }
}
