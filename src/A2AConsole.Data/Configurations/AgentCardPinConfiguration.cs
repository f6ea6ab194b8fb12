using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class AgentCardPinConfiguration : IEntityTypeConfiguration<AgentCardPin>
{
    public void Configure(EntityTypeBuilder<AgentCardPin> builder)
    {
        builder.HasKey(p => p.SpiffeId);
        builder.Property(p => p.SpiffeId).IsIdentifier(Core.Identity.SpiffeId.MaxLength);
        builder.Property(p => p.Digest).IsIdentifier(Columns.Code);
    }
}
