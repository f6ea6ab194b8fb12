using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class TrafficMinuteConfiguration : IEntityTypeConfiguration<TrafficMinute>
{
    public void Configure(EntityTypeBuilder<TrafficMinute> builder)
    {
        builder.HasKey(t => new { t.Minute, t.Code });
        builder.Property(t => t.Code).IsIdentifier(Columns.Code);
    }
}
