using System.Text;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Engine;

namespace A2AConsole.Policy.Tests;

/// <summary>The engine, once for all tests, and bundles for them.</summary>
internal static class Cedar
{
    private static readonly Lazy<CedarModule> Loaded = new(() => CedarModule.Load());
    private static readonly Lazy<PolicyBundle> Chain = new(() => Good(BundleFiles.Read(SupplyChainDirectory)));
    private static readonly Lazy<CedarDecider> ChainDecider = new(() => new CedarDecider(Module, SupplyChain, Patient));

    /// <summary>Deadlines for a loaded machine, where the deadline is not the subject.</summary>
    public static readonly CedarDeciderOptions Patient = new(Deadline: TimeSpan.FromSeconds(60), Patience: TimeSpan.FromMinutes(2));

    /// <summary>The engine; where it could not be had the running test is skipped.</summary>
    public static CedarModule Module
    {
        get
        {
            Require();
            return Loaded.Value;
        }
    }

    /// <summary>Skips the running test where the engine could not be had.</summary>
    public static void Require() => Assert.SkipUnless(CedarModule.IsEmbedded, new CedarMissingException().Message);

    public static string SupplyChainDirectory => Path.Combine(AppContext.BaseDirectory, "policies", "supply-chain");

    public static PolicyBundle SupplyChain
    {
        get
        {
            Require();
            return Chain.Value;
        }
    }

    public static CedarDecider Decider
    {
        get
        {
            Require();
            return ChainDecider.Value;
        }
    }

    public const string Manifest = """{ "name": "test", "version": "1", "currency": "EUR", "approver": { "type": "T::Human" } }""";

    public const string Schema = """
        namespace T {
          entity Human;
          entity Agent = { tier: Long };
          entity Row = { limit: Long };
          entity Thing;
          action do appliesTo { principal: Agent, resource: Thing, context: { amount: Long, note: String, row?: Row, tags?: Set<String>, evidence: { secondVerification: Bool, approver?: Human } } };
          action look appliesTo { principal: Agent, resource: Thing, context: { amount: Long, note: String } };
        }
        """;

    /// <summary>Files of a small bundle.</summary>
    public static BundleFiles Files(string policies, string? riskTable = null, string? tests = null, string schema = Schema, string manifest = Manifest, params (string Path, string Text)[] more)
    {
        var files = new List<(string Path, string Text)> { ("bundle.json", manifest), ("t.cedarschema", schema), ("p.cedar", policies) };
        if (riskTable is not null)
            files.Add(("risk-table.json", riskTable));
        if (tests is not null)
            files.Add(("tests.json", tests));
        files.AddRange(more);
        return BundleFiles.Of(files.Select(f => KeyValuePair.Create(f.Path, Encoding.UTF8.GetBytes(f.Text))));
    }

    public static LoadedBundle Load(BundleFiles files) => new BundleLoader(Module).Load(files);

    public static PolicyBundle Good(BundleFiles files)
    {
        var loaded = Load(files);
        return loaded.Bundle ?? throw new InvalidOperationException(string.Join("\n", loaded.Problems));
    }

    public static CedarDecider DeciderOf(string policies, string? riskTable = null, CedarDeciderOptions? options = null)
        => new(Module, Good(Files(policies, riskTable)), options ?? Patient);

    public static readonly EntityUid Agent = new("T::Agent", "a"), Thing = new("T::Thing", "x"), Do = new("T::Action", "do"), Look = new("T::Action", "look");

    public static readonly PolicyEntity AgentEntity = new(Agent, PolicyValue.Of(("tier", 1)).Members, []);

    /// <summary>A request to the small bundle.</summary>
    public static DecisionRequest Request(long amount = 1, string note = "", EntityUid? action = null, IReadOnlyList<PolicyEntity>? entities = null, params (string Name, PolicyValue Value)[] more)
    {
        var context = new Dictionary<string, PolicyValue> { ["amount"] = amount, ["note"] = note };
        if (action is null || action == Do)
            context["evidence"] = PolicyValue.Of(("secondVerification", false));
        foreach (var (name, value) in more)
            context[name] = value;
        return new DecisionRequest(Agent, action ?? Do, Thing, new PolicyValue.Fields(context), entities ?? [AgentEntity]);
    }
}
