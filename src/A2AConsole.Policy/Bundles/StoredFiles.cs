using System.Text;
using System.Text.Json;

namespace A2AConsole.Policy.Bundles;

/// <summary>A bundle's files as the store keeps them: one JSON object, path to text. The digest is that of the files, so it survives the way there and back.</summary>
public static class StoredFiles
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The JSON. Throws <see cref="BundleException"/> when a file is no UTF-8.</summary>
    public static byte[] Write(BundleFiles files)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in files.Paths)
        {
            try
            {
                texts[path] = Strict.GetString(files[path].Span);
            }
            catch (DecoderFallbackException)
            {
                throw new BundleException($"{path}: the file is no UTF-8");
            }
        }
        return JsonSerializer.SerializeToUtf8Bytes(texts);
    }

    /// <summary>The files. Throws <see cref="BundleException"/> when it is none of ours.</summary>
    public static BundleFiles Read(ReadOnlySpan<byte> stored, string source)
    {
        try
        {
            var texts = JsonSerializer.Deserialize<Dictionary<string, string>>(stored) ?? throw new JsonException();
            return BundleFiles.Of(texts.Select(t => KeyValuePair.Create(t.Key, Strict.GetBytes(t.Value))), source);
        }
        catch (JsonException e)
        {
            throw new BundleException($"{source}: the stored files cannot be read", e);
        }
    }
}
