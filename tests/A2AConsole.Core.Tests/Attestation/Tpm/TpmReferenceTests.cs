using System.Text.Json;
using A2AConsole.Core.Attestation.Tpm;

namespace A2AConsole.Core.Tests.Attestation.Tpm;

/// <summary>An entry's reference values for a TPM: what is taken, and what is said of what is not.</summary>
public sealed class TpmReferenceTests
{
    private const string Digest = "1111111111111111111111111111111111111111111111111111111111111111";

    [Fact]
    public void Registers_are_those_of_values_and_events()
    {
        Assert.True(Read($$"""{ "pcrs": { "0": ["{{Digest}}"], "14": ["{{Digest.Replace('1', 'A')}}"] }, "events": { "4": { "required": ["{{Digest}}"] } } }""", out var reference, out _));
        Assert.Equal(0x4011u, reference!.Registers);
        Assert.Equal([new string('a', 64)], reference.Values[14]);
        Assert.Equal([Digest], reference.Events[4].Required);
        Assert.Empty(reference.EndorsementRoots);
    }

    [Theory]
    [InlineData("[]", "JSON object")]
    [InlineData("{}", "No register")]
    [InlineData("""{ "pcrs": {} }""", "No register")]
    [InlineData("""{ "pcr": {} }""", "\"pcr\" is no member")]
    [InlineData("""{ "pcrs": { "24": ["D"] } }""", "numbered from 0 to 23")]
    [InlineData("""{ "pcrs": { "-1": ["D"] } }""", "numbered from 0 to 23")]
    [InlineData("""{ "pcrs": { "07": ["D"] } }""", "numbered from 0 to 23")]
    [InlineData("""{ "pcrs": { "7": ["D"], "7": ["D"] } }""", "twice")]
    [InlineData("""{ "pcrs": { "7": ["D"] }, "pcrs": { "6": ["D"] } }""", "twice")]
    [InlineData("""{ "pcrs": { "7": [] } }""", "no value at all")]
    [InlineData("""{ "pcrs": { "7": ["11"] } }""", "64 hexadecimal digits")]
    [InlineData("""{ "pcrs": { "7": [7] } }""", "64 hexadecimal digits")]
    [InlineData("""{ "pcrs": { "7": "D" } }""", "list")]
    [InlineData("""{ "events": { "7": ["D"] } }""", "\"required\"")]
    [InlineData("""{ "events": { "7": { "required": [] } } }""", "requires no event")]
    [InlineData("""{ "events": { "7": { "allowed": ["D"] } } }""", "requires no event")]
    [InlineData("""{ "events": { "17": { "required": ["D"] } } }""", "dynamic launch")]
    [InlineData("""{ "events": { "7": { "required": ["D"], "other": [] } } }""", "\"required\"")]
    [InlineData("""{ "ekRoots": [], "pcrs": { "7": ["D"] } }""", "ekRoots")]
    [InlineData("""{ "ekRoots": ["no PEM"], "pcrs": { "7": ["D"] } }""", "ekRoots")]
    [InlineData("""{ "ekRoots": [1], "pcrs": { "7": ["D"] } }""", "ekRoots")]
    public void What_cannot_be_used_is_refused_with_what_is_wrong(string json, string expected)
    {
        Assert.False(Read(json.Replace("\"D\"", $"\"{Digest}\"", StringComparison.Ordinal), out _, out var error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    private static bool Read(string json, out TpmReference? reference, out string? error)
    {
        using var document = JsonDocument.Parse(json);
        return TpmReference.TryRead(document.RootElement, out reference, out error);
    }
}
