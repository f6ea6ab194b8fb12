using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class CertificateConfiguration : IEntityTypeConfiguration<Certificate>
{
    public void Configure(EntityTypeBuilder<Certificate> builder)
    {
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.Serial).IsIdentifier(Columns.Code);
        builder.Property(c => c.KeyId).IsIdentifier(Columns.Code);
        builder.Property(c => c.RevocationReason).HasMaxLength(Columns.Sentence);
        builder.Property(c => c.RevokedBy).HasMaxLength(Columns.Name);
        builder.Property(c => c.RevocationCode).HasConversion<string>().IsIdentifier(Columns.Code);
        builder.Property(c => c.IssuerKeyId).IsIdentifier(Columns.Code);
        builder.Property(c => c.Algorithm).IsIdentifier(Columns.Code);
        builder.Property(c => c.SigningKeyId).IsIdentifier(Columns.Code);
        builder.Property(c => c.SigningAlgorithm).IsIdentifier(Columns.Code);
        builder.Property(c => c.Der).HasMaxLength(8000);
        builder.HasOne(c => c.Agent).WithMany().HasForeignKey(c => c.AgentNumber).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(c => c.Serial).IsUnique();
        builder.HasIndex(c => new { c.AgentNumber, c.NotAfter });
        builder.HasIndex(c => new { c.NotAfter, c.Id });
        // What revocation lists are made of; nearly all rows are not in it.
        builder.HasIndex(c => new { c.RevokedAt, c.NotAfter }).HasFilter("[RevokedAt] IS NOT NULL");
        builder.HasIndex(c => c.WithdrawAt).HasFilter("[WithdrawAt] IS NOT NULL");
        // One key in two identities.
        builder.HasIndex(c => new { c.KeyId, c.AgentNumber });
    }
}
