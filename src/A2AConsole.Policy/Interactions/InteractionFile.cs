namespace A2AConsole.Policy.Interactions;

/// <summary>The files that declare interactions, and their JSON Schema.</summary>
public static class InteractionFile
{
    public static bool IsInteractionFile(string path) => path == "interactions.json" || path.EndsWith(".interactions.json", StringComparison.Ordinal);

    /// <summary>The JSON Schema (2020-12) of such a file, for editors.</summary>
    public static string Schema()
    {
        using var stream = typeof(InteractionFile).Assembly.GetManifestResourceStream("interactions.schema.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
