using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using A2AConsole.Policy.Bundles;

namespace A2AConsole.Policy.Tests.Bundles;

/// <summary>A bundle is its bytes: the same from a directory and an archive, and nothing leads out of it.</summary>
public sealed class BundleFilesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("a2aconsole-bundle-").FullName;

    [Fact]
    public void A_directory_and_its_archive_have_the_same_digest_whatever_the_order()
    {
        var archive = Path.Combine(_directory, "b.zip");
        using (var zip = ZipFile.Open(archive, ZipArchiveMode.Create))
        {
            foreach (var file in Directory.GetFiles(Cedar.SupplyChainDirectory).OrderDescending(StringComparer.Ordinal))
                zip.CreateEntryFromFile(file, Path.GetFileName(file));
        }
        var (fromDirectory, fromArchive) = (BundleFiles.Read(Cedar.SupplyChainDirectory), BundleFiles.Read(archive));
        Assert.Equal(fromDirectory.Digest, fromArchive.Digest);
        Assert.Equal(fromDirectory.Paths, fromArchive.Paths);
    }

    [Fact]
    public async Task The_digest_is_what_sha256sum_says()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/sha256sum"), "there is no sha256sum here");
        var start = new ProcessStartInfo("/bin/sh", ["-c", "LC_ALL=C find . -type f | sed 's|^[.]/||' | LC_ALL=C sort | xargs sha256sum | sha256sum"]) { WorkingDirectory = Cedar.SupplyChainDirectory, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal("sha256:" + output.Split(' ')[0], BundleFiles.Read(Cedar.SupplyChainDirectory).Digest);
    }

    [Fact]
    public void Every_byte_and_every_name_counts()
    {
        var files = Cedar.Files("@id(\"p\") permit (principal, action, resource);");
        var digests = new HashSet<string> { files.Digest, files.With("q.cedar", []).Digest };
        foreach (var path in files.Paths)
        {
            var bytes = files[path].ToArray();
            bytes[^1] ^= 1;
            digests.Add(files.With(path, bytes).Digest);
        }
        Assert.Equal(files.Paths.Count + 2, digests.Count);
        Assert.NotEqual(BundleFiles.Of([KeyValuePair.Create("a.md", "x"u8.ToArray())]).Digest, BundleFiles.Of([KeyValuePair.Create("b.md", "x"u8.ToArray())]).Digest);
        Assert.Equal("sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{Convert.ToHexStringLower(SHA256.HashData("x"u8))}  a.md\n"))),
            BundleFiles.Of([KeyValuePair.Create("a.md", "x"u8.ToArray())]).Digest);
    }

    [Theory]
    [InlineData("../p.cedar")]
    [InlineData("/etc/p.cedar")]
    [InlineData("a/../../p.cedar")]
    [InlineData("a//p.cedar")]
    [InlineData("./p.cedar")]
    [InlineData("a\\p.cedar")]
    [InlineData("c:p.cedar")]
    [InlineData("p\u0430.cedar")]
    [InlineData("p .cedar")]
    public void Paths_lead_nowhere_else(string path)
    {
        Assert.Throws<BundleException>(() => BundleFiles.Of([KeyValuePair.Create(path, Array.Empty<byte>())]));
        var archive = Path.Combine(_directory, "b.zip");
        using (var zip = ZipFile.Open(archive, ZipArchiveMode.Create))
            zip.CreateEntry(path);
        Assert.Throws<BundleException>(() => BundleFiles.Read(archive));
    }

    [Fact]
    public void The_same_path_twice_in_an_archive()
    {
        var archive = Path.Combine(_directory, "b.zip");
        using (var zip = ZipFile.Open(archive, ZipArchiveMode.Create))
        {
            zip.CreateEntry("p.cedar");
            zip.CreateEntry("p.cedar");
        }
        Assert.Throws<BundleException>(() => BundleFiles.Read(archive));
    }

    [Fact]
    public void An_archive_that_unfolds_beyond_the_limit_is_left_at_the_limit()
    {
        var archive = Path.Combine(_directory, "b.zip");
        using (var zip = ZipFile.Open(archive, ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry("big.md").Open();
            entry.Write(new byte[BundleFiles.MaxFileBytes + 1]);
        }
        Assert.True(new FileInfo(archive).Length < 100_000);
        Assert.Contains("at most", Assert.Throws<BundleException>(() => BundleFiles.Read(archive)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_are_refused_and_hidden_files_left_out()
    {
        File.WriteAllText(Path.Combine(_directory, "a.md"), "x");
        var digest = BundleFiles.Read(_directory).Digest;
        File.WriteAllText(Path.Combine(_directory, ".hidden"), "x");
        Assert.Equal(digest, BundleFiles.Read(_directory).Digest);
        File.CreateSymbolicLink(Path.Combine(_directory, "b.md"), "/etc/hostname");
        Assert.Contains("links", Assert.Throws<BundleException>(() => BundleFiles.Read(_directory)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_neither_directory_nor_archive()
    {
        Assert.Throws<BundleException>(() => BundleFiles.Read(Path.Combine(_directory, "nothing")));
        var file = Path.Combine(_directory, "text");
        File.WriteAllText(file, "no archive");
        Assert.Throws<BundleException>(() => BundleFiles.Read(file));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
