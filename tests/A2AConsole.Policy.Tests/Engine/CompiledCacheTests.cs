using A2AConsole.Policy.Engine;

namespace A2AConsole.Policy.Tests.Engine;

/// <summary>The compiled engine is machine code: what was altered on disk is never run.</summary>
public sealed class CompiledCacheTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("a2aconsole-engine-").FullName;

    private CompiledCache Cache => new(_directory, CedarModule.WasmSha256);

    [Fact]
    public void What_was_written_is_read()
    {
        Assert.Null(Cache.Read());
        Cache.Write([1, 2, 3]);
        Assert.Equal([1, 2, 3], Cache.Read()!);
    }

    [Fact]
    public void One_altered_bit_anywhere_or_a_cut_is_not_read()
    {
        Cache.Write([.. Enumerable.Range(0, 64).Select(i => (byte)i)]);
        var good = File.ReadAllBytes(Cache.FileName);
        for (var i = 0; i < good.Length; i++)
        {
            var bad = (byte[])good.Clone();
            bad[i] ^= 1;
            File.WriteAllBytes(Cache.FileName, bad);
            Assert.Null(Cache.Read());
            File.WriteAllBytes(Cache.FileName, good[..i]);
            Assert.Null(Cache.Read());
        }
    }

    [Fact]
    public void What_others_could_have_written_is_not_read()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("file modes are Unix'");
            return;
        }
        Cache.Write([1, 2, 3]);
        File.SetUnixFileMode(Cache.FileName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        Assert.Null(Cache.Read());
        File.SetUnixFileMode(Cache.FileName, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.NotNull(Cache.Read());
        File.SetUnixFileMode(_directory, File.GetUnixFileMode(_directory) | UnixFileMode.GroupWrite);
        Assert.Null(Cache.Read());
    }

    [Fact]
    public void Another_engine_than_the_one_this_code_was_written_for_is_refused()
    {
        Cedar.Require();
        var wasm = CedarModule.EmbeddedWasm();
        wasm[^1] ^= 1;
        var fault = Assert.Throws<CedarFaultException>(() => CedarModule.Load(wasm, new CedarOptions(_directory)));
        Assert.Contains(CedarModule.WasmSha256, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("__wbg_parse_708461a1feddfb38", "parse")]
    [InlineData("__wbg_stringify_8d1cc6ff383e8bae", "stringify")]
    [InlineData("__wbg___wbindgen_throw_b855445ff6a94295", "__wbindgen_throw")]
    [InlineData("__wbindgen_init_externref_table", "__wbindgen_init_externref_table")]
    [InlineData("__wbg_parse_short", "parse_short")]
    public void Imports_are_known_by_their_stems(string name, string stem) => Assert.Equal(stem, CedarInstance.Stem(name));

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
