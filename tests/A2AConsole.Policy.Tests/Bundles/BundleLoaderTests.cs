using A2AConsole.Policy.Bundles;

namespace A2AConsole.Policy.Tests.Bundles;

/// <summary>What is wrong in a bundle is said with its place, and a bundle with an error is none.</summary>
public sealed class BundleLoaderTests
{
    private const string Permit = "@id(\"p\") permit (principal, action, resource);";
    private const string Row = """[{"uid":{"type":"T::Row","id":"r"},"attrs":{"limit":10},"parents":[]}]""";

    private static BundleProblem Only(BundleFiles files, ProblemSeverity severity = ProblemSeverity.Error)
    {
        var loaded = Cedar.Load(files);
        Assert.Equal(severity == ProblemSeverity.Error, loaded.Bundle is null);
        return Assert.Single(loaded.Problems);
    }

    private static void Wrong(BundleFiles files, string code, int line, int column, string message)
    {
        var problem = Only(files);
        Assert.Equal((code, line, column), (problem.Code, problem.Line, problem.Column));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_good_bundle_has_its_policies_with_their_places()
    {
        var bundle = Cedar.Good(Cedar.Files($"// é\n{Permit}\n\n@id(\"f\")\n@requires(\"human-approval\")\nforbid (principal, action, resource) when {{ 1 > 2 }};", Row));
        Assert.Equal(["f", "p"], bundle.Policies.Keys);
        Assert.Equal((4, true, "human-approval"), (bundle.Policies["f"].Line, bundle.Policies["f"].IsForbid, bundle.Policies["f"].Requires));
        Assert.Equal(2, bundle.Policies["p"].Line);
    }

    [Fact]
    public void Syntax() => Wrong(Cedar.Files(Permit + "\n// ü\npermit (principal, action, resource) when { context.amount = 1 };"), "policy-syntax", 3, 45, "==");

    [Fact]
    public void A_member_that_the_schema_lacks_is_said_once_at_its_place()
        => Wrong(Cedar.Files(Permit + "\n\n@id(\"é\")\n".Replace("é", "q", StringComparison.Ordinal) + "permit (principal, action, resource)\n  when { context.amuont > 1 };"), "policy-validation", 5, 10, "amount");

    [Fact]
    public void No_id_a_bad_one_and_the_same_twice()
    {
        Wrong(Cedar.Files("permit (principal, action, resource);" + Permit), "policy-id", 1, 1, "@id");
        Wrong(Cedar.Files("@id(\"a b\") permit (principal, action, resource);" + Permit), "policy-id", 1, 1, "@id");
        Wrong(Cedar.Files(Permit + "\n" + Permit), "policy-id", 2, 1, "twice");
    }

    [Fact]
    public void Requires_only_on_a_forbid_and_only_what_can_be_given()
    {
        Wrong(Cedar.Files("@id(\"p\") @requires(\"human-approval\") permit (principal, action, resource);"), "policy-requires", 1, 1, "forbid");
        Wrong(Cedar.Files(Permit + "\n@id(\"f\") @requires(\"luck\") forbid (principal, action, resource) when { 1 > 2 };"), "policy-requires", 2, 1, "second-verification");
    }

    [Fact]
    public void Templates() => Assert.Contains(Cedar.Load(Cedar.Files(Permit + "@id(\"t\") permit (principal == ?principal, action, resource);")).Problems, p => p.Code == "policy-template");

    [Fact]
    public void A_row_that_a_policy_names_and_the_table_lacks()
        => Wrong(Cedar.Files(Permit + "\n@id(\"f\") forbid (principal, action, resource) when { context.amount > T::Row::\"missing\".limit };", Row), "risk-row-missing", 2, 1, "missing");

    [Fact]
    public void A_risk_table_that_is_not_of_the_schema_or_no_JSON()
    {
        Assert.Equal("risk-table", Only(Cedar.Files(Permit, Row.Replace("10", "\"10\"", StringComparison.Ordinal))).Code);
        Wrong(Cedar.Files(Permit, "[\n{\"uid\":{\"type\":\"T::Row\",\"id\":\"r\"},\"attrs\":{\"limit\":1.5}}]"), "file-content", 2, 52, "whole number");
        Wrong(Cedar.Files(Permit, "[\n  {]"), "file-content", 2, 4, "");
        Wrong(Cedar.Files(Permit, Row.Insert(1, Row[1..^1] + ",")), "file-content", 1, Row.Length + 1, "twice");
    }

    [Fact]
    public void Schema_missing_twice_or_broken()
    {
        Assert.Equal("schema-missing", Only(BundleFiles.Of([KeyValuePair.Create("bundle.json", "{}"u8.ToArray())]).With("bundle.json", System.Text.Encoding.UTF8.GetBytes(Cedar.Manifest)).With("p.cedar", System.Text.Encoding.UTF8.GetBytes(Permit))).Code);
        Assert.Equal("schema-missing", Only(Cedar.Files(Permit, more: ("u.cedarschema", ""))).Code);
        Wrong(Cedar.Files(Permit, schema: "namespace T {\n  entity ;\n}"), "schema-syntax", 2, 10, "expected");
    }

    [Theory]
    [InlineData("""{ "name": "Test", "version": "1", "currency": "EUR", "approver": { "type": "T::Human" } }""", 11)]
    [InlineData("""{ "name": "test", "version": "1", "currency": "EURO", "approver": { "type": "T::Human" } }""", 47)]
    [InlineData("""{ "name": "test", "version": "1", "currency": "EUR", "rates": { "USD": 0.9 }, "approver": { "type": "T::Human" } }""", 72)]
    [InlineData("""{ "name": "test", "version": "1", "currency": "EUR", "rates": { "USD": "-1" }, "approver": { "type": "T::Human" } }""", 72)]
    [InlineData("""{ "name": "test", "version": "1", "currency": "EUR" }""", 1)]
    [InlineData("""{ "name": "test", "version": "1", "curency": "EUR", "approver": { "type": "T::Human" } }""", 46)]
    [InlineData("""{ "name": "test", "name": "test", "version": "1", "currency": "EUR", "approver": { "type": "T::Human" } }""", 19)]
    public void Manifest(string manifest, int column) => Wrong(Cedar.Files(Permit, manifest: manifest), "file-content", 1, column, "");

    [Fact]
    public void Files_that_a_bundle_does_not_have_and_bytes_that_are_no_text()
    {
        Assert.Equal("file-unknown", Only(Cedar.Files(Permit, more: ("run.sh", "echo"))).Code);
        Assert.Equal("file-encoding", Only(Cedar.Files(Permit).With("q.cedar", [0xff, 0xfe])).Code);
        Assert.Equal("policy-missing", Only(Cedar.Files("// nothing\n")).Code);
        Assert.NotNull(Cedar.Load(Cedar.Files(Permit, more: ("README.md", "words"))).Bundle);
    }

    [Fact]
    public void Field_scopes_are_read_and_a_path_that_is_none_is_said()
    {
        const string scopes = """[ { "role": "support", "type": "terms", "fields": ["/a"] } ]""";
        var seen = Cedar.Good(Cedar.Files(Permit, more: ("fields.json", scopes))).FieldScopes.Apply("support", "terms", System.Text.Json.Nodes.JsonNode.Parse("""{"a":1,"b":2}"""));
        Assert.Equal("""{"a":1}""", seen.Answer!.ToJsonString());
        Wrong(Cedar.Files(Permit, more: ("fields.json", scopes.Replace("/a", "a", StringComparison.Ordinal))), "file-content", 1, 52, "/member");
    }

    [Fact]
    public void A_test_that_is_none()
    {
        const string tests = """
            { "tests": [
              { "name": "a", "principal": "T::Agent::\"a\"", "action": "T::Action::\"do\"", "resource": "T::Thing::\"x\"", "expect": "maybe" }
            ] }
            """;
        Wrong(Cedar.Files(Permit, tests: tests), "file-content", 2, 122, "allow, verify, human or deny");
    }

    [Fact]
    public void What_the_engine_only_warns_of_is_a_warning()
        => Assert.Equal((ProblemSeverity.Warning, "policy-validation", 1), Only(Cedar.Files("@id(\"p\") permit (principal is T::Agent, action, resource) when { principal is T::Human };"), ProblemSeverity.Warning) is var p ? (p.Severity, p.Code, p.Line) : default);
}
