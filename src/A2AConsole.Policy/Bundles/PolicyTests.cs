using System.Text.Json;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Json;

namespace A2AConsole.Policy.Bundles;

/// <summary>One test of a bundle: a request, and what must come of it.</summary>
/// <param name="Because">The determining policies, when they matter.</param>
/// <param name="Errors">How many policies must fail to evaluate; such a test always expects a deny.</param>
/// <param name="File">Where it stands, with its line.</param>
public sealed record PolicyTest(
    string Name, DecisionRequest Request, PolicyVerdict Expected, IReadOnlyList<string>? Because, int Errors, string File, int Line);

/// <summary>
/// Reads <c>tests.json</c> (and <c>*.tests.json</c>): <c>{defaults?: {context}, entities?: […], tests: [{name, principal, action, resource, context?,
/// entities?, expect, because?, errors?}]}</c>. A test's context is laid over the defaults, record by record.
/// </summary>
internal static class PolicyTests
{
    public static bool IsTestFile(string path) => path == "tests.json" || path.EndsWith(".tests.json", StringComparison.Ordinal);

    public static IReadOnlyList<PolicyTest> Of(PolicyBundle bundle)
    {
        var tests = new List<PolicyTest>();
        foreach (var path in bundle.Files.Paths.Where(IsTestFile))
        {
            var source = SourceText.Read(path, bundle.Files[path])!;
            foreach (var (test, offset) in Read(JsonNodeAt.Parse(source.Bytes.Span)))
                tests.Add(test with { File = path, Line = source.At(offset).Line });
        }
        return tests;
    }

    public static List<(PolicyTest Test, long Offset)> Read(JsonNodeAt root)
    {
        root.Expect(JsonValueKind.Object, "a file of tests").Only("$comment", "defaults", "entities", "tests");
        var defaults = root.Optional("defaults", JsonValueKind.Object)?.Only("context").Optional("context", JsonValueKind.Object) is { } context
            ? PolicyValueReader.Fields(context) : PolicyValue.Of();
        var entities = Entities(root);
        var tests = new List<(PolicyTest, long)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in root.Member("tests", JsonValueKind.Array).Items)
        {
            item.Expect(JsonValueKind.Object, "a test").Only("name", "principal", "action", "resource", "context", "entities", "expect", "because", "errors");
            var name = item.Member("name", JsonValueKind.String);
            if (!names.Add(name.Text))
                throw name.Fault($"there are two tests called '{name.Text}'");
            var own = item.Optional("context", JsonValueKind.Object) is { } given ? PolicyValueReader.Fields(given) : PolicyValue.Of();
            var extra = Entities(item);
            var request = new DecisionRequest(Uid(item, "principal"), Uid(item, "action"), Uid(item, "resource"), Over(defaults, own),
                [.. entities.Where(e => extra.TrueForAll(x => x.Uid != e.Uid)), .. extra]);
            var errors = item.Optional("errors", JsonValueKind.Number) is { } count
                ? int.TryParse(count.Text, out var n) && n >= 0 ? n : throw count.Fault("'errors' is a count") : 0;
            tests.Add((new PolicyTest(name.Text, request, Verdict(item.Member("expect", JsonValueKind.String)),
                item.Optional("because", JsonValueKind.Array)?.Items.Select(i => i.Expect(JsonValueKind.String, "a policy's id").Text).Order(StringComparer.Ordinal).ToList(),
                errors, "", 0), item.Offset));
        }
        return tests;
    }

    private static List<PolicyEntity> Entities(JsonNodeAt node)
        => [.. (node.Optional("entities", JsonValueKind.Array)?.Items ?? []).Select(PolicyValueReader.Entity)];

    private static EntityUid Uid(JsonNodeAt node, string member)
        => PolicyValueReader.Uid(node.Members.GetValueOrDefault(member) ?? throw node.Fault($"'{member}' is missing"));

    private static PolicyVerdict Verdict(JsonNodeAt node) => VerdictNames.Parse(node.Text) ?? throw node.Fault("'expect' is allow, verify, human or deny");

    private static PolicyValue.Fields Over(PolicyValue.Fields below, PolicyValue.Fields above)
    {
        var members = new Dictionary<string, PolicyValue>(below.Members, StringComparer.Ordinal);
        foreach (var (name, value) in above.Members)
            members[name] = value is PolicyValue.Fields fields && members.GetValueOrDefault(name) is PolicyValue.Fields under ? Over(under, fields) : value;
        return new PolicyValue.Fields(members);
    }
}
