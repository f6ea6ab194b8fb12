using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class ConsoleUserConfiguration : IEntityTypeConfiguration<ConsoleUser>
{
    public void Configure(EntityTypeBuilder<ConsoleUser> builder)
    {
        builder.Property(u => u.Id).HasMaxLength(64);
        builder.Property(u => u.DisplayName).HasMaxLength(Columns.Name);
        builder.Property(u => u.VerifiedRoot).IsIdentifier(Columns.Code);
        builder.Property(u => u.Theme).IsIdentifier(Columns.Code);
        builder.Property(u => u.Tables).HasMaxLength(2000);
        builder.Property(u => u.PasswordHash).HasMaxLength(1024);
        builder.Property(u => u.SecurityStamp).HasMaxLength(128);
        builder.Property(u => u.ConcurrencyStamp).HasMaxLength(128);
        builder.Property(u => u.PhoneNumber).HasMaxLength(32);
    }
}
