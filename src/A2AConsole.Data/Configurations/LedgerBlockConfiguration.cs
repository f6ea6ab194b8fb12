using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class LedgerBlockConfiguration : IEntityTypeConfiguration<LedgerBlock>
{
    public void Configure(EntityTypeBuilder<LedgerBlock> builder)
    {
        builder.HasKey(b => b.FirstLeaf);
        builder.Property(b => b.FirstLeaf).ValueGeneratedNever();
        builder.HasIndex(b => new { b.AgentNumber, b.FirstLeaf });
        // Admitted blocks, nearly all of them, are not in this index: it finds the few others and costs the hot path nothing.
        builder.HasIndex(b => b.FirstLeaf, "IX_LedgerBlocks_NotAdmitted").HasFilter("[Content] <> 1");
    }
}
