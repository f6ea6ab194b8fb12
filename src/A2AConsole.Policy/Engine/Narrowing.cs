using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Bundles;

namespace A2AConsole.Policy.Engine;

/// <summary>The policies of a bundle that can say anything about one kind of request.</summary>
/// <param name="Name">Under which an instance knows the set.</param>
/// <param name="Count">How many policies it has.</param>
/// <param name="Json">The set for the engine.</param>
/// <param name="Literals">The bundle's entities that these policies name.</param>
/// <param name="ContextMembers">The members of the context that they read; null: any.</param>
internal sealed record NarrowedSet(string Name, int Count, ReadOnlyMemory<byte> Json, IReadOnlyCollection<EntityUid> Literals, IReadOnlySet<string>? ContextMembers);

/// <summary>
/// Narrows a bundle to the policies that can apply to a kind of request (action, types of principal and resource), since the engine copies the whole
/// set for every question. The kinds are those of the schema, so there are only so many.
/// </summary>
internal sealed class Narrowing(PolicyBundle bundle, bool narrow)
{
    private readonly ConcurrentDictionary<(EntityUid Action, string Principal, string Resource), NarrowedSet> _sets = new();

    /// <summary>The set for a kind of request that the schema knows.</summary>
    public NarrowedSet For(SchemaAction action, string principalType, string resourceType)
        => _sets.GetOrAdd((action.Uid, principalType, resourceType), static (key, state) => state.This.Build(state.action, key.Principal, key.Resource), (This: this, action));

    private NarrowedSet Build(SchemaAction action, string principalType, string resourceType)
    {
        var policies = bundle.Policies.Values.Where(p => !narrow || p.Scope.MayApply(action, principalType, resourceType)).ToList();
        var buffer = new ArrayBufferWriter<byte>(8192);
        using (var writer = new Utf8JsonWriter(buffer))
            BundleLoader.WritePolicySet(writer, policies);
        var literals = policies.SelectMany(p => p.Scope.Literals).Where(l => bundle.Entities.Owns(l.Type)).ToHashSet();
        var members = policies.Exists(p => p.Scope.ReadsWholeContext) ? null : policies.SelectMany(p => p.Scope.ContextMembers).ToHashSet(StringComparer.Ordinal);
        return new NarrowedSet($"{action.Uid.Type}::{action.Uid.Id}|{principalType}|{resourceType}", policies.Count, buffer.WrittenMemory, literals, members);
    }
}
