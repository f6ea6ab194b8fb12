using System.Buffers;
using System.Text.Json;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Engine;
using A2AConsole.Policy.Json;

namespace A2AConsole.Policy.Bundles;

/// <summary><c>risk-table.json</c>: entities in the policy engine's JSON, one row a kind of action; thresholds as data, reviewed with the policies.</summary>
internal static class RiskTable
{
    private static readonly RequestLimits Limits = new(Bytes: 1 << 20, Entities: 10_000, Values: 100_000);

    public static List<BundleEntity> Read(JsonNodeAt root)
    {
        var entities = new List<BundleEntity>();
        var seen = new HashSet<EntityUid>();
        foreach (var item in root.Expect(JsonValueKind.Array, "the risk table").Items)
        {
            var entity = PolicyValueReader.Entity(item);
            if (!seen.Add(entity.Uid))
                throw item.Fault($"{entity.Uid} is there twice");
            var buffer = new ArrayBufferWriter<byte>(256);
            using var writer = new Utf8JsonWriter(buffer);
            var values = new ValueWriter(writer, Limits, supposed: null);
            try
            {
                RequestEncoder.WriteEntity(entity, values, writer);
            }
            catch (RequestFaultException e)
            {
                throw item.Fault(e.Message);
            }
            writer.Flush();
            entities.Add(new BundleEntity(entity.Uid, buffer.WrittenMemory, [.. values.References], entity));
        }
        return entities;
    }
}
