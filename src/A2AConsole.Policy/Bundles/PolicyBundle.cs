using A2AConsole.Core.Policies;
using A2AConsole.Policy.Engine;
using A2AConsole.Policy.Interactions;

namespace A2AConsole.Policy.Bundles;

/// <summary>One policy of a bundle.</summary>
/// <param name="Id">Its <c>@id</c>, unique in the bundle.</param>
/// <param name="IsForbid">Whether it forbids; else it permits.</param>
/// <param name="Text">Its source, verbatim.</param>
/// <param name="Annotations">All its annotations by name, <c>@id</c> among them.</param>
/// <param name="File">Where it stands.</param>
/// <param name="Line">The line on which it begins, from 1.</param>
public sealed record PolicyText(string Id, bool IsForbid, string Text, IReadOnlyDictionary<string, string> Annotations, string File, int Line)
{
    /// <summary>The evidence that lifts it (a forbid), or null.</summary>
    public string? Requires => Annotations.GetValueOrDefault("requires");

    /// <summary>What it means, for people: <c>@reason</c>, else <c>@title</c>, else null.</summary>
    public string? Reason => Annotations.GetValueOrDefault("reason") ?? Annotations.GetValueOrDefault("title");

    /// <summary>Its syntax tree in the engine's JSON form.</summary>
    internal string Tree { get; init; } = "";

    /// <summary>What replaces <see cref="Text"/> for the engine, in mutants; JSON.</summary>
    internal string? Replacement { get; init; }

    internal PolicyScope Scope { get; init; } = null!;
}

/// <summary>
/// Policies, schema, risk table and tests that were loaded and validated together: the unit that is reviewed, tested, activated and rolled back.
/// Immutable; made by <see cref="BundleLoader"/> only.
/// </summary>
public sealed class PolicyBundle
{
    internal PolicyBundle(BundleId id, BundleManifest manifest, IReadOnlyDictionary<string, PolicyText> policies, string schema,
        IReadOnlyDictionary<EntityUid, SchemaAction> actions, BundleEntities entities, BundleFiles files)
        => (Id, Manifest, Policies, Schema, Actions, Entities, Files) = (id, manifest, policies, schema, actions, entities, files);

    public BundleId Id { get; }

    public BundleManifest Manifest { get; }

    /// <summary>The policies by <c>@id</c>, in ordinal order.</summary>
    public IReadOnlyDictionary<string, PolicyText> Policies { get; }

    /// <summary>The schema's source.</summary>
    public string Schema { get; }

    public BundleFiles Files { get; }

    /// <summary>The declared flows; null when the bundle declares none.</summary>
    public InteractionModel? Interactions { get; internal init; }

    /// <summary>Which fields of an answer a role may see; a role that is not named sees none.</summary>
    public FieldScopes FieldScopes { get; internal init; } = new([]);

    /// <summary>What messages would change, by type; a type that is not here changes nothing and is not asked about.</summary>
    public IReadOnlyDictionary<string, MessageAction> MessageActions { get; internal init; } = new Dictionary<string, MessageAction>();

    /// <summary>The bundle's tests.</summary>
    public IReadOnlyList<PolicyTest> Tests => field ??= PolicyTests.Of(this);

    /// <summary>The roles that policies name, in ordinal order: a grant of another one permits nothing.</summary>
    public IReadOnlyList<string> GrantRoles => field ??= [.. Policies.Values.SelectMany(p => p.Scope.Literals).Where(l => l.Type.EndsWith("::Role", StringComparison.Ordinal))
        .Select(l => l.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    internal IReadOnlyDictionary<EntityUid, SchemaAction> Actions { get; }

    internal BundleEntities Entities { get; }

    /// <summary>The actions that requests may name, in ordinal order.</summary>
    public IReadOnlyList<EntityUid> ActionUids => [.. Actions.Values.Where(a => a.PrincipalTypes.Count > 0).Select(a => a.Uid).OrderBy(u => u.ToString(), StringComparer.Ordinal)];

    /// <summary>The same bundle with other policies, as mutants are made. It keeps its id: nothing activates it.</summary>
    internal PolicyBundle With(IReadOnlyDictionary<string, PolicyText> policies) => new(Id, Manifest, policies, Schema, Actions, Entities, Files) { Interactions = Interactions, FieldScopes = FieldScopes, MessageActions = MessageActions };
}
