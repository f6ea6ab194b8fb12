using System.Text;

namespace A2AConsole.Detection.Edges;

/// <summary>A node's name as 64 bits, the same in every process: what sketches and peer books keep instead of names.</summary>
public static class NodeHash
{
    /// <summary>FNV-1a over UTF-8, mixed once more.</summary>
    public static ulong Of(string name)
    {
        Span<byte> buffer = stackalloc byte[256];
        var bytes = Encoding.UTF8.GetMaxByteCount(name.Length) <= buffer.Length ? buffer[..Encoding.UTF8.GetBytes(name, buffer)] : Encoding.UTF8.GetBytes(name);
        var hash = 14695981039346656037UL;
        foreach (var b in bytes)
            hash = unchecked((hash ^ b) * 1099511628211UL);
        return Mix(hash);
    }

    /// <summary>A pair's hash; the order matters.</summary>
    public static ulong Of(ulong source, ulong target) => Mix(unchecked(source * 0x9E3779B97F4A7C15UL + target));

    internal static ulong Mix(ulong z)
    {
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return z ^ (z >> 31);
    }
}
