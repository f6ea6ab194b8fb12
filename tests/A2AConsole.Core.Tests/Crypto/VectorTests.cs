using System.Text.Json;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Core.Tests.Crypto;

/// <summary>Published signatures, good and bad, as the judge of what we accept: ours must be the published verdict, without exception.</summary>
public sealed class VectorTests
{
    [Theory]
    [InlineData("ed25519")]
    [InlineData("ml-dsa-44")]
    [InlineData("ml-dsa-65")]
    public void We_accept_exactly_what_the_published_vectors_accept(string id)
        => Check(Path.Combine(AppContext.BaseDirectory, "Crypto", "Vectors", $"{id}.json"), id);

    private static void Check(string file, string id)
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(file));
        var (accepted, refused) = (0, 0);
        foreach (var group in vectors.RootElement.GetProperty("groups").EnumerateArray())
        {
            Assert.Equal(id, group.GetProperty("algorithm").GetString());
            using var key = VerificationKey.TryCreate(group.GetProperty("publicKey").GetBytesFromBase64());
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                // We sign and verify without context: a signature made under one is no signature of ours, valid as it may be there.
                var expected = test.GetProperty("valid").GetBoolean() && !test.TryGetProperty("context", out _);
                var actual = key is not null && key.Verify(test.GetProperty("message").GetBytesFromBase64(), test.GetProperty("signature").GetBytesFromBase64());
                Assert.True(expected == actual, $"{id} vector {test.GetProperty("id")} ({test.GetProperty("flags")}): expected {expected}");
                if (actual)
                    accepted++;
                else
                    refused++;
            }
        }
        Assert.True(accepted >= 5 && refused >= 5, $"{accepted} accepted, {refused} refused: that judges nothing");
    }
}
