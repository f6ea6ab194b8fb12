using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class NoticeConfiguration : IEntityTypeConfiguration<Notice>
{
    public void Configure(EntityTypeBuilder<Notice> builder)
    {
        builder.HasKey(n => n.Id);
        builder.Property(n => n.Kind).IsName();
        builder.Property(n => n.Channel).IsIdentifier(Columns.Code);
        builder.Property(n => n.Outcome).HasMaxLength(Columns.Sentence);
        // Once a matter and way, however many look for what is to be told.
        builder.HasIndex(n => new { n.Kind, n.About, n.Channel }).IsUnique();
        builder.HasIndex(n => n.NextAt);
    }
}
