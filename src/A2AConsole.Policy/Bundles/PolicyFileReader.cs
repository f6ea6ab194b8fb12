using System.Text;
using System.Text.Json;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Engine;

namespace A2AConsole.Policy.Bundles;

/// <summary>Reads the policies of one <c>*.cedar</c> file: each with its <c>@id</c>, its syntax tree and the place where it stands.</summary>
internal sealed class PolicyFileReader(CedarInstance engine, List<BundleProblem> problems)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private const int MaxIdLength = 128;

    /// <summary>Where each policy begins in its file, in bytes.</summary>
    public Dictionary<string, (SourceText Source, int Offset)> Places { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, PolicyText> Policies { get; } = new(StringComparer.Ordinal);

    public void Read(SourceText source)
    {
        using var parts = JsonDocument.Parse(engine.CallText("policySetTextToParts", source.Text, Deadline).ToArray());
        if (parts.RootElement.GetProperty("type").GetString() != "success")
        {
            problems.AddRange(EngineErrors.Of(parts.RootElement.GetProperty("errors"), "policy-syntax", source, 0));
            return;
        }
        if (parts.RootElement.GetProperty("policy_templates").GetArrayLength() > 0)
            problems.Add(source.Problem("policy-template", 0, "templates are not used here: write policies without ?principal and ?resource"));
        // The engine hands the policies out in no order that we could rely on; their texts are slices of the source.
        var from = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in parts.RootElement.GetProperty("policies").EnumerateArray().Select(p => p.GetString()!))
        {
            var at = source.Text.IndexOf(text, from.GetValueOrDefault(text), StringComparison.Ordinal);
            from[text] = at + 1;
            Add(source, text, Encoding.UTF8.GetByteCount(source.Text.AsSpan(0, Math.Max(at, 0))));
        }
    }

    private void Add(SourceText source, string text, int offset)
    {
        using var answer = JsonDocument.Parse(engine.Call("policyToJson", JsonSerializer.SerializeToUtf8Bytes(text), Deadline).ToArray());
        if (answer.RootElement.GetProperty("type").GetString() != "success")
        {
            problems.AddRange(EngineErrors.Of(answer.RootElement.GetProperty("errors"), "policy-syntax", source, offset));
            return;
        }
        var tree = answer.RootElement.GetProperty("json");
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        if (tree.TryGetProperty("annotations", out var given))
        {
            foreach (var annotation in given.EnumerateObject())
                annotations[annotation.Name] = annotation.Value.GetString() ?? "";
        }
        var forbid = tree.GetProperty("effect").GetString() == "forbid";
        if (!annotations.TryGetValue("id", out var id) || !IsId(id))
        {
            problems.Add(source.Problem("policy-id", offset, $"a policy needs an @id of letters, digits, '-', '_' and '.', at most {MaxIdLength}"));
            return;
        }
        if (annotations.TryGetValue("requires", out var requires))
        {
            if (!forbid)
                problems.Add(source.Problem("policy-requires", offset, $"{id}: @requires is for a forbid, which that evidence lifts; a permit has nothing to lift"));
            else if (EvidenceRule.Unknown([requires]) is not null)
                problems.Add(source.Problem("policy-requires", offset, $"{id}: @requires(\"{requires}\") is no evidence that can be given: {EvidenceRule.SecondVerification} or {EvidenceRule.HumanApproval}"));
        }
        var policy = new PolicyText(id, forbid, text, annotations, source.Path, source.At(offset).Line) { Tree = tree.GetRawText(), Scope = new PolicyScope(tree) };
        if (Policies.TryAdd(id, policy))
            Places[id] = (source, offset);
        else
            problems.Add(source.Problem("policy-id", offset, $"@id(\"{id}\") is used twice: first in {Policies[id].File}, line {Policies[id].Line}"));
    }

    private static bool IsId(string id) => id.Length is > 0 and <= MaxIdLength && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
