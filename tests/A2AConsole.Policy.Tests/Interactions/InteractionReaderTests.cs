using System.Text;
using System.Text.Json.Nodes;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Interactions;
using NJsonSchema;

namespace A2AConsole.Policy.Tests.Interactions;

/// <summary>The threat model as a file: its reader and its JSON Schema agree, and what is wrong is said where it stands.</summary>
public sealed class InteractionReaderTests
{
    private static readonly string Good = File.ReadAllText(Path.Combine(Cedar.SupplyChainDirectory, "interactions.json"));

    private static (InteractionModel? Model, IReadOnlyList<BundleProblem> Problems) Read(string json)
        => InteractionReader.Read(SourceText.Read("interactions.json", Encoding.UTF8.GetBytes(json))!);

    [Fact]
    public void Every_message_of_the_supply_chain_has_its_flow()
    {
        var (model, problems) = Read(Good);
        Assert.Equal(["goal-without-control"], problems.Select(p => p.Code));
        Assert.Equal(10, model!.Interactions.Count);
        Assert.Equal(FailureMode.Quarantine, model.UndeclaredMode);
        Assert.Equal("exception", model.Find("logistics-exception", "route-optimizer", "logistics.exception")?.Id);
        Assert.Null(model.Find("forecast", "erp-connector", "purchase.approved"));
        Assert.Equal(["other-account"], model.GoalsWithoutControl.Select(g => g.Goal.Id));
    }

    [Fact]
    public void Declared_and_observed_are_compared()
    {
        var model = Read(Good).Model!;
        var seen = model.Interactions.Skip(1).SelectMany(i => i.MessageTypes.Select(t => new ObservedFlow(i.Initiator.Role, i.Counterpart.Role, t, 3)));
        var comparison = InteractionComparison.Of(model, [.. seen, new ObservedFlow("forecast", "erp-connector", "purchase.approved", 1)]);
        Assert.Equal([("forecast", "erp-connector")], comparison.Undeclared.Select(u => (u.InitiatorRole, u.CounterpartRole)));
        Assert.Equal(["demand"], comparison.NeverSeen.Select(n => n.Flow.Id));
    }

    public static TheoryData<string, string, string> Broken => new()
    {
        { "/undeclared/failureMode", "\"shrug\"", "quarantine, manual-review, safe-fallback" },
        { "/interactions/0/id", "\"a b\"", "letters" },
        { "/interactions/0/authentication", "\"password\"", "mtls-svid" },
        { "/interactions/0/payloadSensitivity", "\"secret\"", "restricted" },
        { "/interactions/0/persistenceDays", "-1", "whole number" },
        { "/interactions/0/persistenceDays", "1.5", "whole number" },
        { "/interactions/0/retry/attempts", "0", "whole number" },
        { "/interactions/0/retry/idempotent", "\"yes\"", "true or false" },
        { "/interactions/0/messageTypes", "[]", "at least one" },
        { "/interactions/0/messageTypes/0", "\"Demand Signal\"", "message type" },
        { "/interactions/0/initiator/role", "\"\"", "letters" },
        { "/interactions/0/initiator/colour", "\"red\"", "no member here" },
        { "/interactions/0/attackerGoals/0/asi/0", "\"ASI11\"", "ASI01 to ASI10" },
        { "/interactions/0/attackerGoals/0/asi", "[]", "at least one" },
        { "/interactions/0/attackerGoals/0/atlas/0", "\"T1059\"", "MITRE ATLAS" },
        { "/interactions/0/attackerGoals/0/controls/0", "\"\"", "@id" },
        { "/interactions/0/failureMode", "\"safe-fallback\"", "'fallback'" },
        { "/interactions/0/title", "null", "a text" },
        { "/interactions/0/extra", "1", "no member here" },
        { "/interactions/0", "[]", "an object" },
    };

    [Theory, MemberData(nameof(Broken))]
    public async Task Reader_and_schema_refuse_the_same_and_the_reader_says_where(string path, string value, string message)
    {
        // The validator's dialect is older: it knows definitions by their former name.
        var schema = await JsonSchema.FromJsonAsync(InteractionFile.Schema().Replace("$defs", "definitions", StringComparison.Ordinal));
        Assert.Empty(schema.Validate(Good));
        var root = JsonNode.Parse(Good)!;
        var parts = path[1..].Split('/');
        var parent = parts[..^1].Aggregate(root, (node, part) => node is JsonArray list ? list[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)]! : node[part]!);
        if (parent is JsonArray array)
            array[0] = JsonNode.Parse(value);
        else
            parent[parts[^1]] = JsonNode.Parse(value);
        var text = root.ToJsonString(new() { WriteIndented = true });
        var problem = Read(text).Problems.First(p => p.Severity == ProblemSeverity.Error);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.InRange(problem.Line, 2, text.Split('\n').Length);
        // What depends on another member (a fallback for the mode of that name) is beyond this validator's dialect.
        if (parts[^1] != "failureMode" || parts.Length == 2)
            Assert.NotEmpty(schema.Validate(text));
    }

    [Fact]
    public void The_boundary_must_be_the_one_that_is_crossed()
        => Assert.Contains("'organisation'", Read(Good.Replace("\"trustBoundary\": \"organisation\"", "\"trustBoundary\": \"none\"", StringComparison.Ordinal)).Problems[0].Message, StringComparison.Ordinal);

    [Fact]
    public void Actions_and_controls_must_exist_in_the_bundle()
    {
        var files = BundleFiles.Read(Cedar.SupplyChainDirectory);
        BundleProblem Problem(string from, string to)
            => Cedar.Load(files.With("interactions.json", Encoding.UTF8.GetBytes(Good.Replace(from, to, StringComparison.Ordinal)))).Problems.First(p => p.Severity == ProblemSeverity.Error);
        Assert.Equal("interaction-action", Problem("\"proposeReroute\"", "\"proposeRerouting\"").Code);
        var control = Problem("\"reroute-cap\"", "\"reroute-hat\"");
        Assert.Equal("interaction-control", control.Code);
        Assert.Equal(Good.Split('\n').ToList().FindIndex(l => l.Contains("\"false-delay\"", StringComparison.Ordinal)), control.Line);
    }
}
