using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class LedgerMinuteConfiguration : IEntityTypeConfiguration<LedgerMinute>
{
    public void Configure(EntityTypeBuilder<LedgerMinute> builder)
    {
        builder.HasKey(m => m.Minute);
        builder.Property(m => m.Minute).ValueGeneratedNever();
    }
}
