namespace A2AConsole.Policy.Bundles;

/// <summary>The supply chain's bundle, which a new installation begins with.</summary>
public static class ShippedBundle
{
    private const string Prefix = "bundle/";

    public static BundleFiles Read()
    {
        var assembly = typeof(ShippedBundle).Assembly;
        return BundleFiles.Of(assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(name =>
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return KeyValuePair.Create(name[Prefix.Length..], bytes);
        }), "the shipped bundle");
    }
}
