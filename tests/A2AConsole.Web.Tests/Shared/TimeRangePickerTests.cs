using A2AConsole.Web.Pages.Audit;
using A2AConsole.Web.Shared;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Shared;

public sealed class TimeRangePickerTests : BunitContext
{
    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    public TimeRangePickerTests() => Services.AddSingleton(TimeProvider.System);

    [Fact]
    public async Task From_and_to_are_typed_in_utc_and_end_up_in_the_address_without_the_old_place()
    {
        Navigation.NavigateTo("/quarantine?code=stale&before=77");
        var picker = Render<TimeRangePicker>(p => p.Add(x => x.Range, null).Add(x => x.All, "All"));
        Assert.Equal("true", picker.Find(".segment a").GetAttribute("aria-current"));
        Assert.Contains("(UTC)", picker.Find("label[for=range-from]").TextContent, StringComparison.Ordinal);
        // As the browser's part of Blazor sends them: with seconds.
        picker.Find("#range-from").Input("2026-11-03T02:10:00");
        picker.Find("#range-to").Input("2026-11-03T02:10:00");
        await picker.Find("form").SubmitAsync();
        Assert.Contains("has to be before", picker.Find("#range-fault").TextContent, StringComparison.Ordinal);
        picker.Find("#range-to").Input("2026-11-03T02:40:00");
        // What it is where the viewer sits is written beside it, by the browser.
        Assert.Equal("2026-11-03T02:40Z", picker.Find("#range-to-local time[data-local]").GetAttribute("datetime"));
        await picker.Find("form").SubmitAsync();
        var query = Uri.UnescapeDataString(new Uri(Navigation.Uri).Query);
        Assert.Contains("range=2026-11-03T02:10:00Z..2026-11-03T02:40:00Z", query, StringComparison.Ordinal);
        Assert.Contains("code=stale", query, StringComparison.Ordinal);
        Assert.DoesNotContain("before", query, StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_that_stands_still_fills_the_fields_and_is_named()
    {
        var picker = Render<TimeRangePicker>(p => p.Add(x => x.Range, TimeRange.Parse("2026-11-03T02:10Z..2026-11-03T02:40Z")));
        Assert.StartsWith("2026-11-03T02:10", picker.Find("#range-from").GetAttribute("value"), StringComparison.Ordinal);
        Assert.Contains("3 Nov 02:10 to 02:40 UTC", picker.Find(".segment [aria-current]").TextContent, StringComparison.Ordinal);
        Assert.Equal("the last 90 days", TimeRange.Parse("90d").Words);
    }

    [Theory]
    [InlineData("administration", "admin@", null, "2026-10-01T00:00Z..2026-11-01T00:00Z", "/audit/records/export.csv?kind=administration&actor=admin@&range=2026-10-01T00:00Z..2026-11-01T00:00Z")]
    [InlineData("nonsense", " ", "a1b2", null, "/audit/records/export.csv?q=a1b2")]
    public void What_the_audit_page_is_asked_for_is_what_its_file_has(string kind, string actor, string? text, string? range, string href)
        => Assert.Equal(href, Uri.UnescapeDataString(RecordsView.Of(kind, actor, text, range, "12").ExportUrl("csv")));
}
