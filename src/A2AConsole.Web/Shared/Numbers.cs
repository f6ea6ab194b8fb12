using System.Globalization;

namespace A2AConsole.Web.Shared;

/// <summary>Numbers as the screen says them.</summary>
public static class Numbers
{
    /// <summary>"12,340".</summary>
    public static string Text(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>"1 agent", "12,340 agents".</summary>
    public static string Of(long value, string one, string? many = null) => Text(value) + " " + (value == 1 ? one : many ?? one + "s");
}
