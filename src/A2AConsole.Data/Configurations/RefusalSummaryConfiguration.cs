using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class RefusalSummaryConfiguration : IEntityTypeConfiguration<RefusalSummary>
{
    public void Configure(EntityTypeBuilder<RefusalSummary> builder)
    {
        builder.HasKey(s => new { s.AgentNumber, s.Minute });
        builder.Property(s => s.Codes).IsIdentifier(Columns.Sentence);
        builder.Property(s => s.Demo).HasMaxLength(40);
        builder.HasOne(s => s.Agent).WithMany().HasForeignKey(s => s.AgentNumber).OnDelete(DeleteBehavior.Restrict);
    }
}
