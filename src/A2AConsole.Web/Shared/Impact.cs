using Microsoft.AspNetCore.Components;

namespace A2AConsole.Web.Shared;

/// <summary>What an act does, as a list before it is done.</summary>
public static class Impact
{
    /// <summary>One sentence an item; as text, never as markup.</summary>
    public static RenderFragment List(IEnumerable<string> sentences) => builder =>
    {
        builder.OpenElement(0, "p");
        builder.AddContent(1, "What will happen:");
        builder.CloseElement();
        builder.OpenElement(2, "ul");
        builder.AddAttribute(3, "class", "impact");
        foreach (var sentence in sentences)
        {
            builder.OpenElement(4, "li");
            builder.AddContent(5, sentence);
            builder.CloseElement();
        }
        builder.CloseElement();
    };

    /// <summary>One paragraph.</summary>
    public static RenderFragment Text(string sentence) => builder =>
    {
        builder.OpenElement(0, "p");
        builder.AddContent(1, sentence);
        builder.CloseElement();
    };
}
