using MudBlazor;

namespace A2AConsole.Web.Layout;

/// <summary>
/// MudBlazor's shape and type. Its colours are not here: <c>wwwroot/css/tokens.css</c> maps its palette to our tokens, which know
/// light and dark by themselves, so that switching needs no render and nothing flashes on load.
/// </summary>
public static class ConsoleTheme
{
    private static readonly string[] Sans = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Helvetica Neue", "Arial", "sans-serif"];

    /// <summary>The theme that every layout hands to MudBlazor.</summary>
    public static MudTheme Shape { get; } = new()
    {
        LayoutProperties = new() { DefaultBorderRadius = "4px", AppbarHeight = "48px" },
        Typography = new()
        {
            Default = new DefaultTypography { FontFamily = Sans, FontSize = "0.875rem", LineHeight = "1.43", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontFamily = Sans, FontSize = "0.8125rem", FontWeight = "600", TextTransform = "none", LetterSpacing = "normal" },
            Body1 = new Body1Typography { FontFamily = Sans, FontSize = "0.875rem", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontFamily = Sans, FontSize = "0.8125rem", LetterSpacing = "normal" },
            H6 = new H6Typography { FontFamily = Sans, FontSize = "1rem", FontWeight = "600", LetterSpacing = "normal" },
            Caption = new CaptionTypography { FontFamily = Sans, FontSize = "0.75rem", LetterSpacing = "normal" },
        },
    };
}
