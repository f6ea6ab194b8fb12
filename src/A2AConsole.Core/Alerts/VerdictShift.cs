using System.Globalization;

namespace A2AConsole.Core.Alerts;

/// <summary>
/// What a verdict does to the threshold of an alert's kind, agent and cause, in −log10 p. Small steps within bounds: nobody makes detection blind
/// by closing alerts, and what a step did can be taken back.
/// </summary>
public static class VerdictShift
{
    /// <summary>Each benign one makes it ten times rarer before it is raised again.</summary>
    public const double Benign = 1;
    public const double TruePositive = -0.5;
    public const double Highest = 4;
    public const double Lowest = -2;

    /// <summary>How far a verdict moves a threshold that stands at <paramref name="shift"/>: 0 at the bounds, and for a duplicate, which says nothing about the kind.</summary>
    public static double Of(AlertVerdict verdict, double shift) => Math.Clamp(shift + verdict switch
    {
        AlertVerdict.Benign => Benign,
        AlertVerdict.TruePositive => TruePositive,
        AlertVerdict.Duplicate => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, null),
    }, Lowest, Highest) - shift;

    /// <summary>Where a threshold stands when a verdict's step is taken back.</summary>
    public static double Undo(double shift, double step) => Math.Clamp(shift - step, Lowest, Highest);

    /// <summary>How a step is kept with its verdict: <c>Benign +1</c>, <c>Duplicate</c>.</summary>
    public static string Text(AlertVerdict verdict, double step)
        => step == 0 ? verdict.ToString() : string.Create(CultureInfo.InvariantCulture, $"{verdict} {(step > 0 ? "+" : "")}{step:0.###}");

    /// <summary>The step in such a text; 0 when there is none.</summary>
    public static double StepOf(string? text)
        => text?.Split(' ') is [_, var step] && double.TryParse(step, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : 0;

    /// <summary>What became of the threshold, for whoever gave the verdict.</summary>
    public static string Sentence(double step, double shift) => step switch
    {
        0 => "Its threshold stays as it is.",
        > 0 => string.Create(CultureInfo.InvariantCulture, $"For this agent and cause the threshold is {step:0.#} higher ({Signed(shift)} from the site's): only something {Math.Pow(10, step):0.#} times rarer raises it again."),
        _ => string.Create(CultureInfo.InvariantCulture, $"For this agent and cause the threshold is {-step:0.#} lower ({Signed(shift)} from the site's): something {Math.Pow(10, -step):0.#} times less rare raises it already."),
    };

    private static string Signed(double shift) => string.Create(CultureInfo.InvariantCulture, $"{(shift > 0 ? "+" : "")}{shift:0.#}");
}
