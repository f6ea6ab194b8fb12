using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Json;

namespace A2AConsole.Policy.Interactions;

/// <summary>
/// Reads a file of interactions: its JSON Schema is <c>interactions.schema.json</c>. Stops at the first thing that is wrong in the form, and says
/// where; what is right in form and doubtful in content (a goal that nothing meets) is a warning.
/// </summary>
internal static partial class InteractionReader
{
    private const int MaxAttempts = 100;
    private const int MaxDays = 36_500;

    /// <summary>The checks of admission and identity that a goal may name as its control.</summary>
    public static readonly IReadOnlySet<string> Checks = new HashSet<string>(StringComparer.Ordinal)
    {
        "admission:size", "admission:rate", "admission:parse", "admission:signature", "admission:source", "admission:freshness", "admission:replay",
        "admission:idempotency", "admission:schema", "identity:mtls", "identity:attestation", "identity:revocation", "ledger:proof", "policy:cumulative-limit",
        "policy:field-scope", "approval:digest-binding", "approval:queue-limit", "a2a:card-signature", "a2a:body-match", "detection:anomaly",
    };

    public static (InteractionModel? Model, IReadOnlyList<BundleProblem> Problems) Read(SourceText source)
    {
        var problems = new List<BundleProblem>();
        try
        {
            var root = JsonNodeAt.Parse(source.Bytes.Span).Expect(JsonValueKind.Object, "a file of interactions").Only("$schema", "undeclared", "interactions");
            var undeclared = Mode(root.Member("undeclared", JsonValueKind.Object).Only("failureMode").Member("failureMode", JsonValueKind.String));
            var flows = new List<Interaction>();
            var ids = new HashSet<string>(StringComparer.Ordinal);
            foreach (var item in root.Member("interactions", JsonValueKind.Array).Items)
            {
                var flow = Flow(item, source);
                if (!ids.Add(flow.Id))
                    throw item.Member("id", JsonValueKind.String).Fault($"there are two interactions called '{flow.Id}'");
                flows.Add(flow);
                foreach (var goal in flow.Goals.Where(g => g.Controls.Count == 0))
                    problems.Add(new BundleProblem(ProblemSeverity.Warning, "goal-without-control", source.Path, goal.Line, 1, $"{flow.Id}: nothing meets the attacker's goal '{goal.Id}'"));
            }
            return (new InteractionModel(flows, undeclared), problems);
        }
        catch (JsonFaultException e)
        {
            problems.Add(source.Problem("interaction", e.Offset, e.Message));
            return (null, problems);
        }
    }

    /// <summary>What a file names that the bundle lacks: an action, a policy.</summary>
    public static IEnumerable<BundleProblem> Against(InteractionModel model, string file, Func<string, bool> isPolicy, Func<string, bool> isAction)
    {
        foreach (var flow in model.Interactions)
        {
            foreach (var action in flow.Authorization.Where(a => !isAction(a)))
                yield return new BundleProblem(ProblemSeverity.Error, "interaction-action", file, flow.Line, 1, $"{flow.Id}: the schema has no action '{action}'");
            foreach (var goal in flow.Goals)
            {
                foreach (var control in goal.Controls.Where(c => !Checks.Contains(c) && !isPolicy(c)))
                    yield return new BundleProblem(ProblemSeverity.Error, "interaction-control", file, goal.Line, 1, $"{flow.Id}, {goal.Id}: '{control}' is neither a policy of this bundle nor one of our checks ({string.Join(", ", Checks.Order(StringComparer.Ordinal))})");
            }
        }
    }

    private static Interaction Flow(JsonNodeAt item, SourceText source)
    {
        item.Expect(JsonValueKind.Object, "an interaction").Only("id", "title", "initiator", "counterpart", "messageTypes", "authentication", "authorization", "payloadSensitivity",
            "persistenceDays", "retry", "humanOverride", "trustBoundary", "failureMode", "fallback", "attackerGoals");
        var mode = Mode(item.Member("failureMode", JsonValueKind.String));
        var fallback = item.Optional("fallback", JsonValueKind.String)?.Text;
        if (mode == FailureMode.SafeFallback && fallback is null)
            throw item.Fault("a safe fallback is described in 'fallback'");
        var (initiator, counterpart) = (PartyOf(item.Member("initiator", JsonValueKind.Object)), PartyOf(item.Member("counterpart", JsonValueKind.Object)));
        var boundary = item.Member("trustBoundary", JsonValueKind.String);
        var crossed = initiator.Organisation != counterpart.Organisation ? TrustBoundary.Organisation : initiator.Zone != counterpart.Zone ? TrustBoundary.Zone : TrustBoundary.None;
        var named = One(boundary, ("none", TrustBoundary.None), ("zone", TrustBoundary.Zone), ("organisation", TrustBoundary.Organisation));
        if (named != crossed)
            throw boundary.Fault($"initiator and counterpart cross the boundary '{crossed.ToString().ToLowerInvariant()}'");
        var retry = item.Member("retry", JsonValueKind.Object).Only("attempts", "idempotent");
        return new Interaction(Matching(item, "id", IdPattern(), "letters, digits and '-'"), item.String("title"), initiator, counterpart,
            Texts(item.Member("messageTypes", JsonValueKind.Array), TypePattern(), "a message type, for example demand.signal", atLeastOne: true),
            One(item.Member("authentication", JsonValueKind.String), ("mtls-svid", "mtls-svid"), ("mtls", "mtls"), ("signed-envelope", "signed-envelope"), ("mtls-svid+signed-envelope", "mtls-svid+signed-envelope"), ("oauth", "oauth"), ("none", "none")),
            Texts(item.Member("authorization", JsonValueKind.Array), IdPattern(), "an action of the schema", atLeastOne: false),
            One(item.Member("payloadSensitivity", JsonValueKind.String), ("public", PayloadSensitivity.Public), ("internal", PayloadSensitivity.Internal), ("confidential", PayloadSensitivity.Confidential), ("restricted", PayloadSensitivity.Restricted)),
            Number(item.Member("persistenceDays", JsonValueKind.Number), 0, MaxDays),
            new RetryBehaviour(Number(retry.Member("attempts", JsonValueKind.Number), 1, MaxAttempts), Truth(retry, "idempotent")),
            item.Optional("humanOverride", JsonValueKind.String)?.Text, crossed, mode, fallback,
            [.. item.Member("attackerGoals", JsonValueKind.Array).Items.Select(g => Goal(g, source))], source.At(item.Offset).Line);
    }

    private static AttackerGoal Goal(JsonNodeAt item, SourceText source)
    {
        item.Expect(JsonValueKind.Object, "an attacker's goal").Only("id", "goal", "asi", "atlas", "controls");
        return new AttackerGoal(Matching(item, "id", IdPattern(), "letters, digits and '-'"), item.String("goal"),
            Texts(item.Member("asi", JsonValueKind.Array), AsiPattern(), "ASI01 to ASI10", atLeastOne: true),
            Texts(item.Member("atlas", JsonValueKind.Array), AtlasPattern(), "a MITRE ATLAS technique, for example AML.T0048.000", atLeastOne: false),
            Texts(item.Member("controls", JsonValueKind.Array), ControlPattern(), "a policy's @id or one of our checks", atLeastOne: false), source.At(item.Offset).Line);
    }

    private static Party PartyOf(JsonNodeAt node)
    {
        node.Only("role", "organisation", "zone");
        return new Party(Matching(node, "role", IdPattern(), "letters, digits and '-'"), Matching(node, "organisation", IdPattern(), "letters, digits and '-'"), Matching(node, "zone", IdPattern(), "letters, digits and '-'"));
    }

    private static FailureMode Mode(JsonNodeAt node)
        => One(node, ("quarantine", FailureMode.Quarantine), ("manual-review", FailureMode.ManualReview), ("safe-fallback", FailureMode.SafeFallback));

    private static T One<T>(JsonNodeAt node, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        foreach (var (name, value) in choices)
        {
            if (name == node.Text)
                return value;
        }
        var names = new List<string>();
        foreach (var (name, _) in choices)
            names.Add(name);
        throw node.Fault($"'{node.Text}' is none of {string.Join(", ", names)}");
    }

    private static string Matching(JsonNodeAt node, string member, Regex pattern, string what)
    {
        var value = node.Member(member, JsonValueKind.String);
        return pattern.IsMatch(value.Text) ? value.Text : throw value.Fault($"'{member}' is {what}");
    }

    private static List<string> Texts(JsonNodeAt list, Regex pattern, string what, bool atLeastOne)
    {
        if (atLeastOne && list.Items.Count == 0)
            throw list.Fault($"at least one is needed: {what}");
        var texts = new List<string>();
        foreach (var item in list.Items)
        {
            if (!pattern.IsMatch(item.Expect(JsonValueKind.String, what).Text))
                throw item.Fault($"'{item.Text}' is not {what}");
            if (texts.Contains(item.Text))
                throw item.Fault($"'{item.Text}' is there twice");
            texts.Add(item.Text);
        }
        return texts;
    }

    private static int Number(JsonNodeAt node, int least, int most)
        => int.TryParse(node.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value
            : throw node.Fault($"a whole number from {least} to {most} is expected");

    private static bool Truth(JsonNodeAt node, string member) => (node.Members.GetValueOrDefault(member) ?? throw node.Fault($"'{member}' is missing")).Kind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw node.Members[member].Fault($"'{member}' must be true or false"),
    };

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9-]{0,63}\z")]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"^[a-z0-9-]+(\.[a-z0-9-]+)*\z")]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"^ASI(0[1-9]|10)\z")]
    private static partial Regex AsiPattern();

    [GeneratedRegex(@"^AML\.T[0-9]{4}(\.[0-9]{3})?\z")]
    private static partial Regex AtlasPattern();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}\z")]
    private static partial Regex ControlPattern();
}
