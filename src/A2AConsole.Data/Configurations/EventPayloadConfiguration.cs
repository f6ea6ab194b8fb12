using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class EventPayloadConfiguration : IEntityTypeConfiguration<EventPayload>
{
    public void Configure(EntityTypeBuilder<EventPayload> builder)
    {
        builder.HasKey(p => p.FirstLeaf);
        builder.Property(p => p.FirstLeaf).ValueGeneratedNever();
    }
}
