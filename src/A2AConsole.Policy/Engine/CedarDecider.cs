using A2AConsole.Core.Policies;
using A2AConsole.Policy.Bundles;

namespace A2AConsole.Policy.Engine;

/// <summary>How a <see cref="CedarDecider"/> works.</summary>
/// <param name="Instances">The most evaluations at once; 0: one a processor.</param>
/// <param name="Deadline">How long one evaluation may take; then it is a deny. Null: half a second.</param>
/// <param name="Patience">How long a caller waits for a free instance; then it is a deny. Null: two seconds.</param>
/// <param name="Narrow">Whether only the policies that can apply are evaluated.</param>
/// <param name="CacheEntries">How many decisions are remembered; 0: none.</param>
public sealed record CedarDeciderOptions(int Instances = 0, TimeSpan? Deadline = null, TimeSpan? Patience = null, bool Narrow = true, int CacheEntries = 10_000)
{
    public RequestLimits Limits { get; init; } = new();
}

/// <summary>
/// Decides by one bundle with the Cedar engine. Safe for many callers at once. Whatever goes wrong is a deny with a fault: the engine itself would skip a forbid that
/// cannot be evaluated and might answer allow.
/// </summary>
public sealed class CedarDecider : IPolicyDecider, IDisposable
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(2);

    private readonly CedarDeciderOptions _options;
    private readonly TimeSpan _deadline;
    private readonly InstancePool _pool;
    private readonly Narrowing _narrowing;
    private readonly DecisionCache? _cache;

    public CedarDecider(CedarModule module, PolicyBundle bundle, CedarDeciderOptions? options = null)
    {
        _options = options ?? new CedarDeciderOptions();
        _deadline = _options.Deadline ?? DefaultDeadline;
        Bundle = bundle;
        _pool = new InstancePool(module, bundle, _options.Instances > 0 ? _options.Instances : Environment.ProcessorCount, _options.Patience ?? DefaultPatience);
        _narrowing = new Narrowing(bundle, _options.Narrow);
        _cache = _options.CacheEntries > 0 ? new DecisionCache(_options.CacheEntries) : null;
    }

    /// <summary>The bundle by which it decides.</summary>
    public PolicyBundle Bundle { get; }

    /// <inheritdoc/>
    public ValueTask<PolicyDecision> DecideAsync(DecisionRequest request, CancellationToken cancellationToken = default) => new(Decide(request, cancellationToken));

    /// <summary>Decides on the caller's thread: fractions of a millisecond as a rule.</summary>
    public PolicyDecision Decide(DecisionRequest request, CancellationToken cancellationToken = default)
    {
        try
        {
            return KindOf(request, out var set) ?? Decide(request, set!, cancellationToken);
        }
        catch (RequestFaultException e)
        {
            return Faulted(e.Code, e.Message);
        }
        catch (CedarFaultException e)
        {
            return e.IsDeadline
                ? Faulted(DecisionFaults.Deadline, $"evaluation did not end within {_deadline.TotalMilliseconds} ms and was stopped")
                : Faulted(DecisionFaults.EngineFault, "the policy engine failed: " + e.Message);
        }
    }

    /// <summary>How many policies are evaluated for a request of this kind; 0 when the schema knows no such kind.</summary>
    public int PoliciesFor(DecisionRequest request) => KindOf(request, out var set) is null ? set!.Count : 0;

    /// <summary>What the engine itself says of a request, without tiers and cache.</summary>
    internal EngineAnswer Evaluate(DecisionRequest request)
    {
        if (KindOf(request, out var set) is { } fault)
            throw new RequestFaultException(fault.Fault!.Code, fault.Fault.Message);
        var instance = _pool.Rent(default) ?? throw new CedarFaultException("busy");
        try
        {
            InstancePool.Prime(instance, set!.Name, set.Json);
            return Ask(instance, RequestEncoder.Encode(request, Bundle.Entities, set.Literals, set.Name, _options.Limits));
        }
        finally
        {
            _pool.Return(instance);
        }
    }

    /// <summary>The policies for this kind of request, or a fault when the schema knows no such kind.</summary>
    private PolicyDecision? KindOf(DecisionRequest request, out NarrowedSet? set)
    {
        set = null;
        foreach (var uid in (ReadOnlySpan<EntityUid>)[request.Principal, request.Action, request.Resource])
        {
            if (uid.Check() is { } broken)
                return Faulted(DecisionFaults.InvalidIdentifier, broken);
        }
        if (!Bundle.Actions.TryGetValue(request.Action, out var action) || action.PrincipalTypes.Count == 0)
            return Faulted(DecisionFaults.UnknownAction, $"the schema of {Bundle.Id.Name} {Bundle.Id.Version} has no action {request.Action} that can be asked for");
        if (!action.PrincipalTypes.Contains(request.Principal.Type))
            return Faulted(DecisionFaults.RequestInvalid, $"{request.Action} is for {string.Join(", ", action.PrincipalTypes.Order(StringComparer.Ordinal))}, not for {request.Principal.Type}");
        if (!action.ResourceTypes.Contains(request.Resource.Type))
            return Faulted(DecisionFaults.RequestInvalid, $"{request.Action} is done to {string.Join(", ", action.ResourceTypes.Order(StringComparer.Ordinal))}, not to {request.Resource.Type}");
        set = _narrowing.For(action, request.Principal.Type, request.Resource.Type);
        return null;
    }

    private PolicyDecision Decide(DecisionRequest request, NarrowedSet set, CancellationToken cancellationToken)
    {
        var question = RequestEncoder.Encode(request, Bundle.Entities, set.Literals, set.Name, _options.Limits);
        DecisionCache.Key key = default;
        if (_cache is not null)
        {
            key = DecisionCache.KeyOf(request, set, _options.Limits);
            if (_cache.Find(key) is { } known)
                return known;
        }
        var instance = _pool.Rent(cancellationToken);
        if (instance is null)
            return Faulted(DecisionFaults.Busy, "every instance of the policy engine is busy");
        PolicyDecision decision;
        try
        {
            InstancePool.Prime(instance, set.Name, set.Json);
            decision = Decide(request, set, Ask(instance, question), instance);
        }
        finally
        {
            _pool.Return(instance);
        }
        if (decision.Fault is null)
            _cache?.Add(key, decision);
        return decision;
    }

    private PolicyDecision Decide(DecisionRequest request, NarrowedSet set, EngineAnswer answer, PrimedInstance instance)
    {
        if (FaultOf(answer) is { } fault)
            return fault;
        if (answer.Allowed)
            return Decided(PolicyVerdict.Allow, answer.Determining, []);
        var needs = EvidenceRule.Needs(answer.Determining.Select(id => Bundle.Policies[id].Requires));
        if (needs is null)
            return Decided(PolicyVerdict.Deny, answer.Determining, []);
        if (EvidenceRule.Unknown(needs) is { } unknown)
            return Faulted(DecisionFaults.UnknownEvidence, $"'{unknown}' is no evidence that anybody can give", answer.Determining);
        var supposed = SupposedEvidence.Of(needs, Bundle.Manifest.ApproverType, Bundle.Manifest.ApproverAttributes);
        var second = Ask(instance, RequestEncoder.Encode(request, Bundle.Entities, set.Literals, set.Name, _options.Limits, supposed));
        if (FaultOf(second) is { } secondFault)
            return secondFault;
        return second.Allowed
            ? Decided(EvidenceRule.VerdictOf(needs), answer.Determining, needs)
            : Decided(PolicyVerdict.Deny, [.. answer.Determining.Union(second.Determining, StringComparer.Ordinal).Order(StringComparer.Ordinal)], []);
    }

    private EngineAnswer Ask(PrimedInstance instance, ReadOnlyMemory<byte> question)
        => EngineAnswer.Read(instance.Instance.Call("statefulIsAuthorized", question, _deadline));

    private PolicyDecision? FaultOf(EngineAnswer answer)
    {
        if (answer.Failure is { } failure)
            return Faulted(DecisionFaults.RequestInvalid, failure);
        return answer.FailedPolicies.Count == 0 ? null
            : Faulted(DecisionFaults.EvaluationError, $"{string.Join(", ", answer.FailedPolicies)} could not be evaluated: {answer.FirstError}", answer.FailedPolicies);
    }

    private PolicyDecision Decided(PolicyVerdict verdict, IReadOnlyList<string> determining, IReadOnlyList<string> needs)
    {
        IReadOnlyList<string> reasons = determining.Count == 0 && verdict == PolicyVerdict.Deny ? ["No policy permits it"]
            : [.. determining.Select(id => Bundle.Policies[id].Reason).OfType<string>()];
        return new PolicyDecision(verdict, determining, reasons, needs, Bundle.Id);
    }

    private PolicyDecision Faulted(string code, string message, IReadOnlyList<string>? policies = null) => PolicyDecision.Faulted(Bundle.Id, code, message, policies);

    public void Dispose() => _pool.Dispose();
}
