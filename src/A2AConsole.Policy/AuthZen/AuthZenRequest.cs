using System.Text.Json;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Engine;
using A2AConsole.Policy.Json;

namespace A2AConsole.Policy.AuthZen;

/// <summary>A thing named in an AuthZEN request: subject or resource (Authorization API 1.0, §5.1 and §5.2).</summary>
public sealed record AuthZenThing(string Type, string Id, PolicyValue.Fields Properties);

/// <summary>One question (Authorization API 1.0, §6.1). Members that are not known are left unread, as the specification has it.</summary>
/// <param name="Context">As it came: what its texts mean, the schema says.</param>
public sealed record AuthZenQuestion(AuthZenThing Subject, string Action, AuthZenThing Resource, JsonElement? Context)
{
    /// <summary>Reads a question; null, and what is wrong, when something is missing or of another kind.</summary>
    /// <param name="defaults">Where members are looked up that the question itself lacks (§7.1.1); replaced as a whole, never merged.</param>
    public static AuthZenQuestion? Read(JsonElement question, JsonElement? defaults, out string? error)
    {
        error = null;
        try
        {
            if (question.ValueKind != JsonValueKind.Object)
                throw new FormatException("a question is an object");
            var action = Member(question, defaults, "action") ?? throw new FormatException("'action' is missing");
            var context = Member(question, defaults, "context");
            if (context is { ValueKind: not JsonValueKind.Object })
                throw new FormatException("'context' must be an object");
            return new AuthZenQuestion(Thing(Member(question, defaults, "subject"), "subject"), Text(Object(action, "action"), "name", "action"),
                Thing(Member(question, defaults, "resource"), "resource"), context?.Clone());
        }
        catch (FormatException e)
        {
            error = e.Message;
            return null;
        }
    }

    private static JsonElement? Member(JsonElement question, JsonElement? defaults, string name)
        => question.TryGetProperty(name, out var own) ? own : defaults is { ValueKind: JsonValueKind.Object } d && d.TryGetProperty(name, out var shared) ? shared : null;

    private static AuthZenThing Thing(JsonElement? element, string name)
    {
        var thing = Object(element ?? throw new FormatException($"'{name}' is missing"), name);
        return new AuthZenThing(Text(thing, "type", name), Text(thing, "id", name),
            thing.TryGetProperty("properties", out var properties) ? ForeignValue.Fields(Object(properties, name + ".properties")) : PolicyValue.Of());
    }

    private static JsonElement Object(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object ? element : throw new FormatException($"'{name}' must be an object");

    private static string Text(JsonElement element, string member, string name)
        => !element.TryGetProperty(member, out var value) ? throw new FormatException($"'{name}.{member}' is missing")
            : value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : throw new FormatException($"'{name}.{member}' must be a text that is not empty");
}

/// <summary>Makes of a stranger's question what policy is asked: with the facts that <em>we</em> know about subject, resource and moment.</summary>
public interface IAuthZenFacts
{
    /// <summary>The request for policy. Throws <see cref="FormatException"/> saying what is wrong with the question.</summary>
    ValueTask<DecisionRequest> RequestAsync(AuthZenQuestion question, CancellationToken cancellationToken);
}

/// <summary>
/// Takes types, identifiers and context as they come and attributes from a source of ours; what subjects say of themselves in <c>properties</c> counts only where
/// the asking party is trusted with it.
/// </summary>
/// <param name="bundle">Whose schema says what the texts of a context mean.</param>
/// <param name="actionType">The entity type of actions, for example <c>Scm::Action</c>.</param>
/// <param name="known">What we know about an entity, and whatever it refers to; empty when nothing.</param>
/// <param name="ours">Members of the context that we set ourselves, over what was sent: the time, evidence.</param>
/// <param name="trustProperties">Whether <c>properties</c> are taken for entities that we do not know.</param>
public sealed class KnownFacts(
    PolicyBundle bundle, string actionType, Func<EntityUid, IReadOnlyList<PolicyEntity>> known, Func<AuthZenQuestion, PolicyValue.Fields>? ours = null, bool trustProperties = false) : IAuthZenFacts
{
    public ValueTask<DecisionRequest> RequestAsync(AuthZenQuestion question, CancellationToken cancellationToken)
    {
        var (subject, resource) = (Uid(question.Subject.Type, question.Subject.Id), Uid(question.Resource.Type, question.Resource.Id));
        var action = Uid(actionType, question.Action);
        var type = bundle.Actions.TryGetValue(action, out var declared) ? declared.Context : SchemaType.Plain;
        var context = new Dictionary<string, PolicyValue>(StringComparer.Ordinal);
        if (question.Context is { } given)
        {
            foreach (var (name, value) in TypedValue.Fields(given, type).Members)
                context[name] = value;
        }
        if (ours is not null)
        {
            foreach (var (name, value) in ours(question).Members)
                context[name] = value;
        }
        PolicyEntity[] entities = [.. About(subject, question.Subject), .. About(resource, question.Resource), .. References(context.Values).SelectMany(known)];
        return new(new DecisionRequest(subject, action, resource, new PolicyValue.Fields(context), [.. entities.DistinctBy(e => e.Uid)]));
    }

    private IEnumerable<PolicyEntity> About(EntityUid uid, AuthZenThing thing)
    {
        var found = known(uid);
        return trustProperties && !found.Any(e => e.Uid == uid) ? [.. found, new PolicyEntity(uid, thing.Properties.Members, [])] : found;
    }

    private static IEnumerable<EntityUid> References(IEnumerable<PolicyValue> values) => values.SelectMany(v => v switch
    {
        PolicyValue.Reference reference => (IEnumerable<EntityUid>)[reference.Uid],
        PolicyValue.Many many => References(many.Items),
        PolicyValue.Fields fields => References(fields.Members.Values),
        _ => [],
    });

    private static EntityUid Uid(string type, string id)
    {
        var uid = new EntityUid(type, id);
        return uid.Check() is { } broken ? throw new FormatException(broken) : uid;
    }
}
