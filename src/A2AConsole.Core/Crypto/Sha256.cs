using System.Security.Cryptography;

namespace A2AConsole.Core.Crypto;

/// <summary>SHA-256 with one native context a thread, reset after each use: cheaper than <c>SHA256.HashData</c>, which sets one up each time.</summary>
internal static class Sha256
{
    /// <summary>Bytes of a digest.</summary>
    public const int Size = 32;

    [ThreadStatic]
    private static IncrementalHash? t_hash;

    /// <summary>This thread's context: append, then take and reset; never keep it across a call that may hash too.</summary>
    public static IncrementalHash Context => t_hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public static void Hash(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        var hash = Context;
        hash.AppendData(data);
        hash.GetHashAndReset(destination);
    }

    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        var digest = new byte[Size];
        Hash(data, digest);
        return digest;
    }
}
