using A2AConsole.Data.Queries;
using A2AConsole.Trust.Records;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Trust.Reviews;

/// <summary>Registers reviews and the signer of their records.</summary>
internal static class ReviewServices
{
    public static void AddReviews(this IServiceCollection services)
    {
        services.AddSingleton<IRecordSigner, RecordSigner>();
        services.AddSingleton<ReviewQueries>();
        services.AddSingleton<IReviews, ReviewService>();
        services.AddHostedService<ReviewUpkeep>();
    }
}
