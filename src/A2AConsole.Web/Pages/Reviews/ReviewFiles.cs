using System.Globalization;
using A2AConsole.Core.Reviews;
using A2AConsole.Trust;

namespace A2AConsole.Web.Pages.Reviews;

/// <summary>The signed record of a finished campaign, for whoever may see the console.</summary>
internal static class ReviewFiles
{
    public static string RecordHref(int campaign) => string.Create(CultureInfo.InvariantCulture, $"{ReviewView.Path}/{campaign}/record");

    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapGet(ReviewView.Path + "/{campaign:int}/record", async (int campaign, IReviews reviews, CancellationToken cancellationToken)
            => await reviews.ExportAsync(campaign, cancellationToken) is { } file
                ? Results.File(file, "application/json", string.Create(CultureInfo.InvariantCulture, $"review-{campaign}{ReviewRecord.FileExtension}"))
                : Results.NotFound())
            .RequireAuthorization();
}
