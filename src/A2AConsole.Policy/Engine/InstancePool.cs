using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using A2AConsole.Policy.Bundles;

namespace A2AConsole.Policy.Engine;

/// <summary>An instance with the sets of policies that it has already parsed.</summary>
internal sealed class PrimedInstance(CedarInstance instance) : IDisposable
{
    public CedarInstance Instance { get; } = instance;

    public HashSet<string> PolicySets { get; } = new(StringComparer.Ordinal);

    public void Dispose() => Instance.Dispose();
}

/// <summary>
/// Instances for one bundle, at most so many at once. Parsed sets are never given back by the engine, so a new bundle gets a new pool; an instance that
/// failed or has grown is thrown away.
/// </summary>
internal sealed class InstancePool(CedarModule module, PolicyBundle bundle, int size, TimeSpan patience) : IDisposable
{
    private static readonly TimeSpan PrimingDeadline = TimeSpan.FromSeconds(20);
    private const long GrownBytes = 64L << 20;

    private readonly SemaphoreSlim _free = new(size);
    private readonly ConcurrentBag<PrimedInstance> _idle = [];
    private volatile bool _disposed;

    /// <summary>An instance, or null when all are busy for as long as a caller may wait.</summary>
    public PrimedInstance? Rent(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_free.Wait(patience, cancellationToken))
            return null;
        if (_idle.TryTake(out var idle))
            return idle;
        try
        {
            return New();
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    public void Return(PrimedInstance instance)
    {
        if (_disposed || instance.Instance.IsDead || instance.Instance.MemoryBytes > GrownBytes)
            instance.Dispose();
        else
            _idle.Add(instance);
        _free.Release();
        if (_disposed)
            Drain();
    }

    /// <summary>Lets an instance parse a set of policies, once.</summary>
    public static void Prime(PrimedInstance instance, string name, ReadOnlyMemory<byte> policySet)
    {
        if (!instance.PolicySets.Contains(name))
        {
            Check(instance.Instance.CallNamed("preparsePolicySet", name, policySet, PrimingDeadline));
            instance.PolicySets.Add(name);
        }
    }

    private PrimedInstance New()
    {
        var instance = module.NewInstance();
        try
        {
            Check(instance.CallNamed("preparseSchema", RequestEncoder.SchemaName, JsonSerializer.SerializeToUtf8Bytes(bundle.Schema), PrimingDeadline));
            return new PrimedInstance(instance);
        }
        catch
        {
            instance.Dispose();
            throw;
        }
    }

    private static void Check(ReadOnlySpan<byte> answer)
    {
        var reader = new Utf8JsonReader(answer);
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.GetProperty("type").GetString() != "success")
            throw new CedarFaultException(EngineAnswer.FailureOf(document.RootElement));
    }

    private void Drain()
    {
        while (_idle.TryTake(out var idle))
            idle.Dispose();
    }

    public void Dispose()
    {
        _disposed = true;
        Drain();
    }
}
