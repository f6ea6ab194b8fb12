using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class AgentHourConfiguration : IEntityTypeConfiguration<AgentHour>
{
    public void Configure(EntityTypeBuilder<AgentHour> builder)
    {
        builder.HasKey(h => new { h.AgentNumber, h.Hour, h.Code });
        builder.Property(h => h.Code).IsIdentifier(Columns.Code);
        builder.HasIndex(h => h.Hour);
    }
}
