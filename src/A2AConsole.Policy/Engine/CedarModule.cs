using System.Security.Cryptography;
using Wasmtime;

namespace A2AConsole.Policy.Engine;

/// <summary>How the engine is hosted.</summary>
/// <param name="CacheDirectory">Where the compiled engine is kept; null: the user's local application data.</param>
/// <param name="MemoryBytes">The most memory that one instance may have, in bytes.</param>
public sealed record CedarOptions(string? CacheDirectory = null, long MemoryBytes = 128L << 20);

/// <summary>
/// The Cedar engine, a WebAssembly module embedded in this assembly, compiled for this machine. Thread-safe; one a process is enough.
/// Its instances are what evaluates.
/// </summary>
public sealed class CedarModule : IDisposable
{
    /// <summary>SHA-256 of the module of @cedar-policy/cedar-wasm 4.13.0, in lower-case hexadecimal.</summary>
    public const string WasmSha256 = "9ed10461f45bceabbe2c364330500378b71f641b28f7c2a1f6e033c9be2f1d9a";

    private readonly Module _module;
    private readonly CedarOptions _options;

    private CedarModule(Wasmtime.Engine engine, Module module, CedarOptions options)
        => (Runtime, _module, _options, Clock) = (engine, module, options, new EpochClock(engine));

    internal Wasmtime.Engine Runtime { get; }

    internal Module Module => _module;

    internal EpochClock Clock { get; }

    /// <summary>Whether the compiled engine came from the cache.</summary>
    public bool FromCache { get; private init; }

    /// <summary>
    /// Loads the engine: from the cache when it holds one that is intact, else compiled (seconds of CPU) and put there.
    /// Throws <see cref="CedarFaultException"/> when the embedded module is not the one that this code was written for.
    /// </summary>
    public static CedarModule Load(CedarOptions? options = null) => Load(EmbeddedWasm(), options ?? new CedarOptions());

    internal static CedarModule Load(byte[] wasm, CedarOptions options)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(wasm));
        if (digest != WasmSha256)
            throw new CedarFaultException($"the embedded policy engine has SHA-256 {digest}, and {WasmSha256} is expected: build it anew from the lock file");
        var engine = new Wasmtime.Engine(new Config().WithReferenceTypes(true).WithBulkMemory(true).WithMultiValue(true)
            .WithOptimizationLevel(OptimizationLevel.Speed).WithEpochInterruption(true));
        var cache = new CompiledCache(options.CacheDirectory ?? CompiledCache.DefaultDirectory, digest);
        if (cache.Read() is { } compiled)
        {
            try
            {
                return new CedarModule(engine, Module.Deserialize(engine, "cedar", compiled), options) { FromCache = true };
            }
            catch (WasmtimeException)
            {
                // Compiled for another processor: compile it here.
            }
        }
        var module = Module.FromBytes(engine, "cedar", wasm);
        cache.Write(module.Serialize());
        return new CedarModule(engine, module, options);
    }

    /// <summary>A new instance, for one caller at a time.</summary>
    internal CedarInstance NewInstance()
    {
        try
        {
            return new CedarInstance(this, _options.MemoryBytes);
        }
        catch (WasmtimeException e)
        {
            throw new CedarFaultException("no instance of the policy engine could be made: " + e.Message, e);
        }
    }

    internal static byte[] EmbeddedWasm()
    {
        using var stream = typeof(CedarModule).Assembly.GetManifestResourceStream("cedar.wasm")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public void Dispose()
    {
        Clock.Dispose();
        _module.Dispose();
    }
}

/// <summary>The engine failed, or would not take what it was given.</summary>
public sealed class CedarFaultException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The engine was stopped because its time was over.</summary>
    public bool IsDeadline { get; init; }
}
