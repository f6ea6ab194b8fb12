using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class QuarantineItemConfiguration : IEntityTypeConfiguration<QuarantineItem>
{
    public void Configure(EntityTypeBuilder<QuarantineItem> builder)
    {
        builder.HasKey(q => q.Id);
        builder.Property(q => q.Id).ValueGeneratedNever();
        builder.Property(q => q.Code).IsIdentifier(Columns.Code);
        builder.Property(q => q.Detail).HasMaxLength(Columns.Sentence);
        builder.Property(q => q.MessageId).IsIdentifier(Columns.Code);
        builder.Property(q => q.Type).HasMaxLength(Columns.EventType);
        builder.Property(q => q.Digest).IsIdentifier(Columns.Code);
        builder.Property(q => q.RemoteAddress).IsIdentifier(Columns.Code);
        builder.Property(q => q.Demo).HasMaxLength(40);
        builder.HasOne(q => q.Agent).WithMany().HasForeignKey(q => q.AgentNumber).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(q => new { q.AgentNumber, q.Id });
        builder.HasIndex(q => new { q.Code, q.Id });
        builder.HasIndex(q => new { q.RecordedAt, q.Id });
        builder.HasIndex(q => q.MessageId);
        builder.HasIndex(q => q.Digest);
        builder.HasIndex(q => q.RemoteAddress);
    }
}
