using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class QuarantineCaseConfiguration : IEntityTypeConfiguration<QuarantineCase>
{
    public void Configure(EntityTypeBuilder<QuarantineCase> builder)
    {
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.State).IsName();
        builder.Property(c => c.Assignee).HasMaxLength(Columns.Name);
        builder.HasOne<QuarantineItem>().WithOne(q => q.Case).HasForeignKey<QuarantineCase>(c => c.Id).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(c => new { c.State, c.Id });
        builder.HasIndex(c => new { c.Assignee, c.Id });
    }
}

internal sealed class QuarantineStepConfiguration : IEntityTypeConfiguration<QuarantineStep>
{
    public void Configure(EntityTypeBuilder<QuarantineStep> builder)
    {
        builder.HasKey(s => s.Id);
        builder.Property(s => s.Move).IsName();
        builder.Property(s => s.By).HasMaxLength(Columns.Name);
        builder.Property(s => s.To).HasMaxLength(Columns.Name);
        builder.Property(s => s.Note).HasMaxLength(Columns.Sentence);
        builder.Property(s => s.Outcome).HasMaxLength(Columns.Sentence);
        builder.HasOne<QuarantineCase>().WithMany(c => c.Steps).HasForeignKey(s => s.CaseId).OnDelete(DeleteBehavior.Restrict);
    }
}
