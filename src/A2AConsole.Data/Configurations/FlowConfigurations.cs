using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class FlowDayConfiguration : IEntityTypeConfiguration<FlowDay>
{
    public void Configure(EntityTypeBuilder<FlowDay> builder)
    {
        // An agent's days lie together: what it did in a month is one range.
        builder.HasKey(f => new { f.AgentNumber, f.Day, f.Peer, f.Type });
        builder.Property(f => f.Peer).IsIdentifier(SpiffeId.MaxLength);
        builder.Property(f => f.Type).IsIdentifier(Columns.EventType);
        builder.HasIndex(f => f.Day);
    }
}

internal sealed class FlowMoneyDayConfiguration : IEntityTypeConfiguration<FlowMoneyDay>
{
    public void Configure(EntityTypeBuilder<FlowMoneyDay> builder)
    {
        builder.HasKey(f => new { f.AgentNumber, f.Day, f.Peer, f.Type, f.Currency });
        builder.Property(f => f.Peer).IsIdentifier(SpiffeId.MaxLength);
        builder.Property(f => f.Type).IsIdentifier(Columns.EventType);
        builder.Property(f => f.Currency).IsIdentifier(3);
        builder.HasIndex(f => f.Day);
    }
}
