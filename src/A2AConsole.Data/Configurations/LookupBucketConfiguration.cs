using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace A2AConsole.Data.Configurations;

internal sealed class LookupBucketConfiguration : IEntityTypeConfiguration<LookupBucket>
{
    public void Configure(EntityTypeBuilder<LookupBucket> builder)
    {
        builder.HasKey(b => new { b.Bucket, b.Segment });
    }
}
