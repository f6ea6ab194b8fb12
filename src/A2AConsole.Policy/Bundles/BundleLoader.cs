using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Engine;
using A2AConsole.Policy.Interactions;
using A2AConsole.Policy.Json;

namespace A2AConsole.Policy.Bundles;

/// <summary>A bundle, or what is wrong with it. <see cref="Bundle"/> is null when a problem is an error.</summary>
public sealed record LoadedBundle(PolicyBundle? Bundle, IReadOnlyList<BundleProblem> Problems);

/// <summary>Loads bundles and validates them: syntax, schema, risk table and the rules of a bundle, each problem with its place.</summary>
public sealed class BundleLoader(CedarModule module)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    internal const string RiskTableFile = "risk-table.json";

    /// <summary>Reads and validates a directory or a zip archive. Throws <see cref="BundleException"/> when it cannot be read.</summary>
    public LoadedBundle Load(string path) => Load(BundleFiles.Read(path));

    public LoadedBundle Load(BundleFiles files)
    {
        var problems = new List<BundleProblem>();
        using var engine = module.NewInstance();
        PolicyBundle? bundle = null;
        try
        {
            bundle = Load(files, engine, problems);
        }
        catch (CedarFaultException e)
        {
            problems.Add(new BundleProblem(ProblemSeverity.Error, "engine-fault", files.Source, 0, 0, e.IsDeadline ? "the policy engine did not end in time" : "the policy engine failed: " + e.Message));
        }
        return new LoadedBundle(problems.Exists(p => p.Severity == ProblemSeverity.Error) ? null : bundle, problems);
    }

    private static PolicyBundle? Load(BundleFiles files, CedarInstance engine, List<BundleProblem> problems)
    {
        var sources = Sources(files, problems);
        var manifest = ReadJson(sources, ManifestReader.File, problems, ManifestReader.Read);
        if (manifest is null && !files.Has(ManifestReader.File))
            problems.Add(new BundleProblem(ProblemSeverity.Error, "manifest-missing", ManifestReader.File, 0, 0, "a bundle has a bundle.json with its name, version, currency and approver"));
        var schemas = sources.Values.Where(s => s.Path.EndsWith(".cedarschema", StringComparison.Ordinal)).ToList();
        if (schemas.Count != 1)
            problems.Add(new BundleProblem(ProblemSeverity.Error, "schema-missing", schemas.ElementAtOrDefault(1)?.Path ?? files.Source, 0, 0, $"a bundle has one schema (*.cedarschema), not {schemas.Count}"));
        var actions = schemas.Count == 1 ? ReadSchema(schemas[0], engine, problems) : null;
        var policies = new PolicyFileReader(engine, problems);
        foreach (var source in sources.Values.Where(s => s.Path.EndsWith(".cedar", StringComparison.Ordinal)))
            policies.Read(source);
        if (policies.Policies.Count == 0 && !problems.Exists(p => p.Code == "policy-syntax"))
            problems.Add(new BundleProblem(ProblemSeverity.Error, "policy-missing", files.Source, 0, 0, "a bundle has at least one policy (*.cedar)"));
        foreach (var test in sources.Values.Where(s => PolicyTests.IsTestFile(s.Path)))
            ReadJson(sources, test.Path, problems, PolicyTests.Read);
        var scopes = ReadJson(sources, FieldScopesReader.File, problems, FieldScopesReader.Read);
        var messages = ReadJson(sources, MessageActionReader.File, problems, MessageActionReader.Read) ?? [];
        if (actions is not null)
            problems.AddRange(messages.SelectMany(m => MessageActionReader.Against(m, actions)).Select(p => new BundleProblem(ProblemSeverity.Error, "message-action", MessageActionReader.File, 0, 0, p)));
        var models = new List<InteractionModel>();
        foreach (var file in sources.Values.Where(s => InteractionFile.IsInteractionFile(s.Path)))
        {
            var (model, found) = InteractionReader.Read(file);
            problems.AddRange(found);
            if (model is null)
                continue;
            models.Add(model);
            problems.AddRange(InteractionReader.Against(model, file.Path, policies.Policies.ContainsKey, a => actions is null || actions.Keys.Any(u => u.Id == a)));
        }
        if (manifest is null || actions is null)
            return null;
        Validate(policies, schemas[0], engine, problems);
        var entities = ReadRiskTable(sources, schemas[0], engine, problems);
        CheckLiterals(policies, entities, problems);
        return new PolicyBundle(new BundleId(manifest.Name, manifest.Version, files.Digest), manifest, policies.Policies, schemas[0].Text, actions, entities, files)
        {
            FieldScopes = new FieldScopes(scopes ?? []),
            MessageActions = messages.ToDictionary(m => m.MessageType, StringComparer.Ordinal),
            Interactions = models.Count == 0 ? null : new InteractionModel([.. models.SelectMany(m => m.Interactions)], models[0].UndeclaredMode),
        };
    }

    private static SortedDictionary<string, SourceText> Sources(BundleFiles files, List<BundleProblem> problems)
    {
        var sources = new SortedDictionary<string, SourceText>(StringComparer.Ordinal);
        foreach (var path in files.Paths)
        {
            if (!IsKnown(path))
                problems.Add(new BundleProblem(ProblemSeverity.Error, "file-unknown", path, 0, 0,
                    "no kind of file that a bundle has: bundle.json, *.cedar, *.cedarschema, risk-table.json, actions.json, fields.json, tests.json, interactions.json, *.md"));
            else if (SourceText.Read(path, files[path]) is { } source)
                sources[path] = source;
            else
                problems.Add(new BundleProblem(ProblemSeverity.Error, "file-encoding", path, 0, 0, "the file is no UTF-8"));
        }
        return sources;
    }

    private static bool IsKnown(string path)
        => path is ManifestReader.File or RiskTableFile or FieldScopesReader.File or MessageActionReader.File || PolicyTests.IsTestFile(path) || InteractionFile.IsInteractionFile(path)
            || Path.GetExtension(path) is ".cedar" or ".cedarschema" or ".md";

    private static T? ReadJson<T>(SortedDictionary<string, SourceText> sources, string path, List<BundleProblem> problems, Func<JsonNodeAt, T> read)
        where T : class
    {
        if (!sources.TryGetValue(path, out var source))
            return null;
        try
        {
            return read(JsonNodeAt.Parse(source.Bytes.Span));
        }
        catch (JsonFaultException e)
        {
            problems.Add(source.Problem("file-content", e.Offset, e.Message));
            return null;
        }
    }

    private static Dictionary<EntityUid, SchemaAction>? ReadSchema(SourceText schema, CedarInstance engine, List<BundleProblem> problems)
    {
        using var answer = JsonDocument.Parse(engine.CallText("schemaToJsonWithResolvedTypes", schema.Text, Deadline).ToArray());
        if (answer.RootElement.GetProperty("type").GetString() == "success")
            return SchemaAction.ReadAll(answer.RootElement.GetProperty("json"));
        problems.AddRange(EngineErrors.Of(answer.RootElement.GetProperty("errors"), "schema-syntax", schema, 0));
        return null;
    }

    private static void Validate(PolicyFileReader policies, SourceText schema, CedarInstance engine, List<BundleProblem> problems)
    {
        var found = new HashSet<BundleProblem>();
        using var answer = JsonDocument.Parse(engine.Call("validate", ValidationCall(schema.Text, policies.Policies.Values), Deadline).ToArray());
        if (answer.RootElement.GetProperty("type").GetString() != "success")
        {
            problems.AddRange(EngineErrors.Of(answer.RootElement.GetProperty("errors"), "schema-validation", schema, 0));
            return;
        }
        foreach (var (list, severity) in new[] { ("validationErrors", ProblemSeverity.Error), ("validationWarnings", ProblemSeverity.Warning) })
        {
            foreach (var error in answer.RootElement.GetProperty(list).EnumerateArray())
            {
                var (source, offset) = policies.Places[error.GetProperty("policyId").GetString()!];
                // The engine says the same once for each action that a policy covers: once is enough.
                var problem = EngineErrors.One(error.GetProperty("error"), "policy-validation", source, offset, severity);
                if (found.Add(problem with { Message = "" }))
                    problems.Add(problem);
            }
        }
    }

    /// <summary>The engine's validation call; used for mutants as well.</summary>
    internal static ReadOnlyMemory<byte> ValidationCall(string schema, IEnumerable<PolicyText> policies)
    {
        var buffer = new ArrayBufferWriter<byte>(16_384);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("schema", schema);
        writer.WritePropertyName("policies");
        WritePolicySet(writer, policies);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>A policy set for the engine, each policy under its own id (the engine ignores <c>@id</c>).</summary>
    internal static void WritePolicySet(Utf8JsonWriter writer, IEnumerable<PolicyText> policies)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("staticPolicies");
        foreach (var policy in policies)
        {
            writer.WritePropertyName(policy.Id);
            if (policy.Replacement is { } tree)
                writer.WriteRawValue(tree);
            else
                writer.WriteStringValue(policy.Text);
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static BundleEntities ReadRiskTable(SortedDictionary<string, SourceText> sources, SourceText schema, CedarInstance engine, List<BundleProblem> problems)
    {
        if (!sources.TryGetValue(RiskTableFile, out var source))
            return new BundleEntities([]);
        if (ReadJson(sources, RiskTableFile, problems, RiskTable.Read) is not { } entities)
            return new BundleEntities([]);
        var call = new JsonObject { ["schema"] = schema.Text, ["entities"] = JsonNode.Parse(source.Bytes.Span) };
        using var answer = JsonDocument.Parse(engine.Call("checkParseEntities", Encoding.UTF8.GetBytes(call.ToJsonString()), Deadline).ToArray());
        if (answer.RootElement.GetProperty("type").GetString() != "success")
            problems.Add(new BundleProblem(ProblemSeverity.Error, "risk-table", RiskTableFile, 0, 0, EngineAnswer.FailureOf(answer.RootElement)));
        return new BundleEntities(entities);
    }

    /// <summary>A row that a policy names and the table lacks makes that policy fail in every evaluation: better now than then.</summary>
    private static void CheckLiterals(PolicyFileReader policies, BundleEntities entities, List<BundleProblem> problems)
    {
        foreach (var (id, policy) in policies.Policies)
        {
            foreach (var missing in policy.Scope.Literals.Where(l => entities.Owns(l.Type) && !entities.All.Any(e => e.Uid == l)))
            {
                var (source, offset) = policies.Places[id];
                problems.Add(source.Problem("risk-row-missing", offset, $"{id} names {missing}, and {RiskTableFile} has no such row"));
            }
        }
    }
}
