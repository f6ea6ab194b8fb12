using System.Globalization;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>Flows as the screen says them.</summary>
public static class FlowWords
{
    private const int MostTypes = 4;

    /// <summary>Messages a day on the average: "1,240", "3.5", "under 0.1".</summary>
    public static string ADay(long count, TimeSpan span)
    {
        var daily = count / span.TotalDays;
        return daily switch
        {
            >= 10 => Numbers.Text((long)Math.Round(daily)),
            >= 0.05 => daily.ToString("0.0", CultureInfo.InvariantCulture),
            > 0 => "under 0.1",
            _ => "0",
        };
    }

    /// <summary>"EUR 18,450.00".</summary>
    public static string Of(Money money) => string.Create(CultureInfo.InvariantCulture, $"{money.Currency} {money.Amount:N2}");

    /// <summary>The money that all of it named, by type and never summed over currencies; null when there was none.</summary>
    public static string? MoneyOf(FlowSummary summary)
    {
        if (summary.Money.Count == 0)
            return null;
        var byType = summary.Money.GroupBy(m => m.Type, StringComparer.Ordinal).ToList();
        return string.Join("; ", byType.Take(MostTypes).Select(t => $"{string.Join(", ", t.Select(m => Of(m.Money)))} in {t.Key}"))
            + (byType.Count > MostTypes ? $"; and {Numbers.Of(byType.Count - MostTypes, "more type")}" : "");
    }
}
