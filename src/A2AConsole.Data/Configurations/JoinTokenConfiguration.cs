using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class JoinTokenConfiguration : IEntityTypeConfiguration<JoinToken>
{
    public void Configure(EntityTypeBuilder<JoinToken> builder)
    {
        builder.HasKey(t => t.Hash);
        builder.Property(t => t.Hash).HasMaxLength(32).IsFixedLength();
        builder.Property(t => t.CreatedBy).HasMaxLength(Columns.Name);
        builder.HasOne(t => t.Agent).WithMany().HasForeignKey(t => t.AgentNumber).OnDelete(DeleteBehavior.Restrict);
    }
}
