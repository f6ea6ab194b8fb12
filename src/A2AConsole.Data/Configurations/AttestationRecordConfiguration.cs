using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class AttestationRecordConfiguration : IEntityTypeConfiguration<AttestationRecord>
{
    public void Configure(EntityTypeBuilder<AttestationRecord> builder)
    {
        builder.HasKey(r => r.Id);
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.Kind).IsIdentifier(Columns.Code);
        builder.Property(r => r.Code).IsIdentifier(Columns.Code);
        builder.Property(r => r.Detail).HasMaxLength(Columns.Sentence);
        builder.Property(r => r.KeyId).IsIdentifier(Columns.Code);
        builder.Property(r => r.Runtime).IsIdentifier(Columns.Name);
        builder.HasOne(r => r.Agent).WithMany().HasForeignKey(r => r.AgentNumber).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(r => new { r.AgentNumber, r.Id });
        // Two identities on one runtime.
        builder.HasIndex(r => new { r.Runtime, r.AgentNumber });
    }
}
