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
        // What a restart reads to know the nonces that still count.
        builder.HasIndex(p => p.ReplayUntil);
    }
}
