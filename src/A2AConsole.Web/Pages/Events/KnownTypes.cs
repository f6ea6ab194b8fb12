namespace A2AConsole.Web.Pages.Events;

/// <summary>The registered event types, as the filter suggests them.</summary>
internal static class KnownTypes
{
    private const string Suffix = ".v1.json";

    /// <summary>In alphabetical order.</summary>
    public static IReadOnlyList<string> All { get; } = Read();

    // The schemas are embedded in Core under a folder; what is left between folder and version is the type.
    private static string[] Read()
    {
        var names = typeof(Core.Admission.Refusal).Assembly.GetManifestResourceNames();
        return [.. names.Where(n => n.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(n => n[..^Suffix.Length])
            .Select(n => n.LastIndexOf("Schemas.", StringComparison.Ordinal) is var at and >= 0 ? n[(at + "Schemas.".Length)..] : n)
            .Where(n => n != "common").Order(StringComparer.Ordinal)];
    }
}
