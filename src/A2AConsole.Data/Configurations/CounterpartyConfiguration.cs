using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class CounterpartyConfiguration : IEntityTypeConfiguration<Counterparty>
{
    public void Configure(EntityTypeBuilder<Counterparty> builder)
    {
        builder.HasKey(c => new { c.AgentNumber, c.Peer, c.Type });
        builder.Property(c => c.Peer).IsIdentifier(SpiffeId.MaxLength);
        builder.Property(c => c.Type).IsIdentifier(Columns.EventType);
        // Who addresses an agent; written once a pair, since counting does not change it.
        builder.HasIndex(c => c.Peer);
    }
}
