using System.Text.RegularExpressions;

namespace A2AConsole.Cli.Tests;

/// <summary>
/// Signature algorithms are named in one place, so that giving one up is one decision. Read from the source itself: an OID or an
/// id in a string shows in no reference.
/// </summary>
public sealed partial class AlgorithmNamesTests
{
    // What others sign with is theirs to choose: evidence of hardware and platforms, and custody's keys at rest, are formats that
    // we read, not algorithms that we offer. The bill of materials writes names down for people.
    private static readonly string[] Elsewhere =
    [
        "A2AConsole.Core/Crypto/", "A2AConsole.Core/Attestation/", "A2AConsole.Trust/Attestation/", "A2AConsole.Core/Inventory/",
    ];

    [Fact]
    public void Nothing_but_the_registry_names_an_algorithm()
    {
        var source = SourceDirectory();
        var files = Directory.GetFiles(source, "*.cs", SearchOption.AllDirectories)
            .Select(f => (Name: Path.GetRelativePath(source, f).Replace('\\', '/'), File: f))
            .Where(f => !f.Name.Contains("/obj/", StringComparison.Ordinal) && !f.Name.Contains("/bin/", StringComparison.Ordinal)
                && !Elsewhere.Any(e => f.Name.StartsWith(e, StringComparison.Ordinal)))
            .ToList();
        Assert.True(files.Count > 300, $"only {files.Count} source files were found under {source}");
        var found = files.SelectMany(f => File.ReadLines(f.File).Select((line, i) => (f.Name, Number: i + 1, Line: line)))
            .Where(l => !l.Line.TrimStart().StartsWith("//", StringComparison.Ordinal) && Names().IsMatch(l.Line))
            .Select(l => $"{l.Name}:{l.Number}: {l.Line.Trim()}").ToList();
        Assert.True(found.Count == 0, "Ask AlgorithmRegistry instead:\n" + string.Join('\n', found));
    }

    [Theory]
    [InlineData("""if (oid == "1.2.840.10045.4.3.2")""")]
    [InlineData("""Find("ml-dsa-44")""")]
    [InlineData("ECDsa.Create(ECCurve.NamedCurves.nistP256)")]
    [InlineData("MLDsaParameters.ml_dsa_65")]
    public void The_look_finds_what_it_looks_for(string line) => Assert.Matches(Names(), line);

    // OIDs of keys and signatures, ids of the registry in strings, curves and parameter sets by their library's names.
    [GeneratedRegex("""1\.2\.840\.10045\.|1\.2\.840\.113549\.1\.1\b|1\.3\.101\.11|1\.3\.132\.0\.|2\.16\.840\.1\.101\.3\.4\.3\.|"(ecdsa-p\d|ed25519|ml-dsa-|rsa-p|ES256|EdDSA)[^"]*"|NamedCurves\.|ml_dsa_\d""")]
    private static partial Regex Names();

    private static string SourceDirectory()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "A2AConsole.sln")))
                return Path.Combine(directory.FullName, "src");
        }
        throw new InvalidOperationException("The test does not run inside of the repository.");
    }
}
