using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Policies;
using A2AConsole.Testing;
using CsCheck;

namespace A2AConsole.Policy.Tests.Engine;

/// <summary>
/// The judge: Cedar's own package in node, with all policies, all rows and requests written by this test, not by our encoder. Verdicts, determining
/// policies and failed policies must be the same, for the bundle's tests and for random requests.
/// </summary>
public sealed class OfficialCedarTests
{
    private const int Random = 400;

    private const string Script = """
        import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
        let text = ''; for await (const part of process.stdin) text += part;
        const { schema, policies, requests } = JSON.parse(text);
        cedar.preparseSchema('s', schema); cedar.preparsePolicySet('p', { staticPolicies: policies });
        const ask = q => {
          const a = cedar.statefulIsAuthorized({ ...q, preparsedSchemaName: 's', preparsedPolicySetId: 'p', validateRequest: true });
          if (a.type !== 'success') return { failure: true };
          return { allow: a.response.decision === 'allow', reason: a.response.diagnostics.reason.sort(), errors: a.response.diagnostics.errors.map(e => e.policyId).sort() };
        };
        console.log(JSON.stringify(requests.map(ask)));
        """;

    [Fact]
    public async Task Cedars_own_package_decides_the_same()
    {
        var directory = await NodePackages.RequireAsync("@cedar-policy/cedar-wasm@4.13.0");
        var requests = Cedar.SupplyChain.Tests.Select(t => t.Request).ToList();
        // A number in node is exact up to 2^53 only; ours beyond that are judged elsewhere.
        RandomRequests.Any.Where(r => r.Context.Members["costCents"] is PolicyValue.Whole { Value: > -(1L << 53) and < 1L << 53 }).Array[Random].Sample(requests.AddRange, iter: 1, threads: 1);
        var input = new JsonObject
        {
            ["schema"] = Cedar.SupplyChain.Schema,
            ["policies"] = new JsonObject(Cedar.SupplyChain.Policies.Values.Select(p => KeyValuePair.Create(p.Id, (JsonNode?)p.Text))),
            ["requests"] = new JsonArray([.. requests.Select(Written)]),
        };
        var answers = JsonNode.Parse(await NodePackages.RunAsync(directory, Script, input.ToJsonString()))!.AsArray();
        Assert.Equal(requests.Count, answers.Count);
        var (allowed, failed) = (0, 0);
        for (var i = 0; i < requests.Count; i++)
        {
            var (ours, theirs) = (Cedar.Decider.Evaluate(requests[i]), answers[i]!);
            Assert.Null(theirs["failure"]);
            Assert.Null(ours.Failure);
            string[] errors = [.. theirs["errors"]!.AsArray().Select(e => (string)e!)];
            Assert.Equal((bool)theirs["allow"]! && errors.Length == 0, ours.Allowed);
            Assert.Equal(theirs["reason"]!.AsArray().Select(e => (string)e!).Order(StringComparer.Ordinal), ours.Determining);
            Assert.Equal(errors.Order(StringComparer.Ordinal), ours.FailedPolicies);
            allowed += ours.Allowed ? 1 : 0;
            failed += errors.Length > 0 ? 1 : 0;
        }
        Assert.True(allowed > 5 && failed > 5, $"the requests say little: {allowed} allowed, {failed} with errors, of {requests.Count}");
    }

    private static JsonObject Written(DecisionRequest request) => new()
    {
        ["principal"] = Uid(request.Principal),
        ["action"] = Uid(request.Action),
        ["resource"] = Uid(request.Resource),
        ["context"] = Value(request.Context),
        ["entities"] = new JsonArray([.. request.Entities.Concat(Cedar.SupplyChain.Entities.All.Select(e => e.Value)).Select(e => new JsonObject
        {
            ["uid"] = Uid(e.Uid), ["attrs"] = Value(new PolicyValue.Fields(e.Attributes)), ["parents"] = new JsonArray([.. e.Parents.Select(Uid)]),
        })]),
    };

    private static JsonObject Uid(EntityUid uid) => new() { ["type"] = uid.Type, ["id"] = uid.Id };

    private static JsonNode Value(PolicyValue value) => value switch
    {
        PolicyValue.Truth v => v.Value,
        PolicyValue.Whole v => JsonNode.Parse(v.Value.ToString(CultureInfo.InvariantCulture))!,
        PolicyValue.Text v => v.Value,
        PolicyValue.Reference v => new JsonObject { ["__entity"] = Uid(v.Uid) },
        PolicyValue.Instant v => new JsonObject { ["__extn"] = new JsonObject { ["fn"] = "datetime", ["arg"] = v.Value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff", CultureInfo.InvariantCulture) + "Z" } },
        PolicyValue.Many v => new JsonArray([.. v.Items.Select(Value)]),
        PolicyValue.Fields v => new JsonObject(v.Members.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)Value(m.Value)))),
        _ => throw new NotSupportedException(value.GetType().Name),
    };
}
