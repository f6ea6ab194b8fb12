using System.Text;
using Wasmtime;

namespace A2AConsole.Policy.Engine;

/// <summary>
/// One instance of the engine, for one caller at a time. Its bindings move every value as JSON text (stringify in, parse out), so that no value of
/// the host language is ever made: references are null, and the texts lie in buffers here. After any fault the instance is dead.
/// </summary>
internal sealed class CedarInstance : IDisposable
{
    private const string Namespace = "./cedar_wasm_bg.js";
    private const int HashLength = 16;

    private readonly CedarModule _module;
    private readonly Store _store;
    private readonly Instance _instance;
    private readonly Memory _memory;
    private readonly Func<int, int, int> _allocate;
    private readonly Dictionary<string, Func<object?, object?>> _functions = new(StringComparer.Ordinal);
    private ReadOnlyMemory<byte> _input;
    private byte[] _output = new byte[4096];
    private int _outputLength;

    internal CedarInstance(CedarModule module, long memoryBytes)
    {
        _module = module;
        _store = new Store(module.Runtime);
        _store.SetEpochDeadline(EpochClock.TicksOf(TimeSpan.FromSeconds(60)));
        _store.SetLimits(memorySize: memoryBytes, tableElements: 65_536, instances: 1, tables: 8, memories: 1);
        using var linker = new Linker(module.Runtime);
        Instance? instance = null;
        Memory? memory = null;
        Func<int, int, int>? allocate = null;
        foreach (var import in module.Module.Imports)
            Define(linker, import, () => instance!, () => memory!, () => allocate!);
        _instance = instance = linker.Instantiate(_store, module.Module);
        _memory = memory = _instance.GetMemory("memory") ?? throw new CedarFaultException("the policy engine exports no memory");
        _allocate = allocate = _instance.GetFunction<int, int, int>("__wbindgen_malloc") ?? throw new CedarFaultException("the policy engine exports no allocator");
        _instance.GetAction("__wbindgen_start")!();
    }

    /// <summary>Whether it failed once, and must be thrown away.</summary>
    public bool IsDead { get; private set; }

    /// <summary>The memory that it has taken so far, in bytes. It never gives any back.</summary>
    public long MemoryBytes => _memory.GetLength();

    /// <summary>Calls a function of one JSON value. The answer is valid until the next call.</summary>
    public ReadOnlySpan<byte> Call(string function, ReadOnlyMemory<byte> json, TimeSpan deadline)
    {
        if (!_functions.TryGetValue(function, out var call))
            _functions[function] = call = _instance.GetFunction<object?, object?>(function) ?? throw new CedarFaultException("the policy engine has no function " + function);
        return Run(json, deadline, () => call(null));
    }

    /// <summary>Calls a function of a text and a JSON value. The answer is valid until the next call.</summary>
    public ReadOnlySpan<byte> CallNamed(string function, string name, ReadOnlyMemory<byte> json, TimeSpan deadline)
    {
        var call = _instance.GetFunction<int, int, object?, object?>(function) ?? throw new CedarFaultException("the policy engine has no function " + function);
        return Run(json, deadline, () =>
        {
            var (pointer, length) = Pass(name);
            call(pointer, length, null);
        });
    }

    /// <summary>Calls a function of one text. The answer is valid until the next call.</summary>
    public ReadOnlySpan<byte> CallText(string function, string text, TimeSpan deadline)
    {
        var call = _instance.GetFunction<int, int, object?>(function) ?? throw new CedarFaultException("the policy engine has no function " + function);
        return Run(default, deadline, () =>
        {
            var (pointer, length) = Pass(text);
            call(pointer, length);
        });
    }

    private ReadOnlySpan<byte> Run(ReadOnlyMemory<byte> input, TimeSpan deadline, Action call)
    {
        if (IsDead)
            throw new CedarFaultException("this instance of the policy engine has failed before");
        _input = input;
        _outputLength = 0;
        _store.SetEpochDeadline(EpochClock.TicksOf(deadline));
        _module.Clock.Enter();
        try
        {
            call();
        }
        catch (Exception e)
        {
            IsDead = true;
            throw e as CedarFaultException ?? e.InnerException as CedarFaultException
                ?? new CedarFaultException(FirstLine(e), e) { IsDeadline = e is TrapException { Type: TrapCode.Interrupt } };
        }
        finally
        {
            _module.Clock.Leave();
        }
        return _output.AsSpan(0, _outputLength);
    }

    // What the runtime says of a trap is a back-trace of the engine's insides; its last line is the cause.
    private static string FirstLine(Exception e)
    {
        var lines = e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? e.GetType().Name : lines[^1];
    }

    /// <summary>Puts a text into the engine's memory; the engine owns it from then on.</summary>
    private (int Pointer, int Length) Pass(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var pointer = _allocate(length, 1);
        Encoding.UTF8.GetBytes(text, _memory.GetSpan(pointer & 0xffffffffL, length));
        return (pointer, length);
    }

    private void Define(Linker linker, Import import, Func<Instance> instance, Func<Memory> memory, Func<Func<int, int, int>> allocate)
    {
        if (import.ModuleName != Namespace)
            throw new CedarFaultException($"the policy engine imports from {import.ModuleName}, which this host does not know");
        switch (Stem(import.Name))
        {
            case "parse":
                linker.DefineFunction<int, int, object?>(Namespace, import.Name, (pointer, length) =>
                {
                    if (_output.Length < length)
                        _output = new byte[Math.Max(length, _output.Length * 2)];
                    memory().GetSpan(pointer & 0xffffffffL, length).CopyTo(_output);
                    _outputLength = length;
                    return null;
                });
                break;
            case "stringify":
                linker.DefineFunction<object?, object?>(Namespace, import.Name, _ => null);
                break;
            case "__wbindgen_is_undefined":
                linker.DefineFunction<object?, int>(Namespace, import.Name, _ => 0);
                break;
            case "__wbindgen_string_get":
                linker.DefineFunction<int, object?>(Namespace, import.Name, (target, _) =>
                {
                    var pointer = allocate()(_input.Length, 1);
                    _input.Span.CopyTo(memory().GetSpan(pointer & 0xffffffffL, _input.Length));
                    memory().WriteInt32((target & 0xffffffffL) + 4, _input.Length);
                    memory().WriteInt32(target & 0xffffffffL, pointer);
                });
                break;
            case "__wbindgen_throw":
                linker.DefineFunction<int, int>(Namespace, import.Name, (pointer, length)
                    => throw new CedarFaultException(memory().ReadString(pointer & 0xffffffffL, length, Encoding.UTF8)));
                break;
            case "__wbindgen_init_externref_table":
                // Four places for undefined, null, true and false.
                linker.DefineFunction(Namespace, import.Name, () => { instance().GetTable("__wbindgen_externrefs")!.Grow(4, null); });
                break;
            default:
                throw new CedarFaultException($"the policy engine imports {import.Name}, which this host does not know");
        }
    }

    /// <summary>An import's name without the hash that each build of the engine changes.</summary>
    internal static string Stem(string name)
    {
        if (!name.StartsWith("__wbg_", StringComparison.Ordinal))
            return name;
        name = name["__wbg_".Length..];
        var hash = name.LastIndexOf('_');
        return hash > 0 && name.Length - hash - 1 == HashLength ? name[..hash] : name;
    }

    public void Dispose() => _store.Dispose();
}
