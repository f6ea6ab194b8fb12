using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class ReviewCampaignConfiguration : IEntityTypeConfiguration<ReviewCampaign>
{
    public void Configure(EntityTypeBuilder<ReviewCampaign> builder)
    {
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Title).HasMaxLength(Columns.Name);
        builder.Property(c => c.Covers).HasMaxLength(Columns.Sentence);
        builder.Property(c => c.State).IsName();
        builder.Property(c => c.CreatedBy).HasMaxLength(Columns.Name);
        builder.Property(c => c.FinishedBy).HasMaxLength(Columns.Name);
        builder.HasIndex(c => new { c.State, c.DueAt });
    }
}

internal sealed class ReviewItemConfiguration : IEntityTypeConfiguration<ReviewItem>
{
    public void Configure(EntityTypeBuilder<ReviewItem> builder)
    {
        builder.HasKey(i => new { i.CampaignId, i.AgentNumber });
        builder.Property(i => i.Reviewer).HasMaxLength(Columns.Name);
        builder.Property(i => i.Delegate).HasMaxLength(Columns.Name);
        builder.Property(i => i.Decision).IsName();
        builder.Property(i => i.Reason).HasMaxLength(Columns.Sentence);
        builder.Property(i => i.Changes).HasMaxLength(Columns.Sentence);
        builder.Property(i => i.DecidedBy).HasMaxLength(Columns.Name);
        builder.HasOne(i => i.Campaign).WithMany(c => c.Items).HasForeignKey(i => i.CampaignId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(i => i.Agent).WithMany().HasForeignKey(i => i.AgentNumber).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(i => new { i.AgentNumber, i.CampaignId });
        // What waits in a campaign, and what waits for one person.
        builder.HasIndex(i => new { i.CampaignId, i.Decision, i.LapsedAt });
        builder.HasIndex(i => new { i.Reviewer, i.Decision });
        builder.HasIndex(i => new { i.Delegate, i.Decision });
    }
}
