using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class TreeHeadConfiguration : IEntityTypeConfiguration<TreeHead>
{
    public void Configure(EntityTypeBuilder<TreeHead> builder)
    {
        builder.HasKey(h => h.Id);
        builder.Property(h => h.Id).ValueGeneratedNever();
        builder.Property(h => h.Root).HasMaxLength(32);
        builder.Property(h => h.Checkpoint).IsIdentifier(4000);
    }
}
