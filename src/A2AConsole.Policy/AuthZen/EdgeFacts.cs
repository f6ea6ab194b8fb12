using System.Text.Json;
using A2AConsole.Core.Policies;
using A2AConsole.Core.Attestation;
using A2AConsole.Data.Queries;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Deciding;
using A2AConsole.Policy.Limits;
using Money = A2AConsole.Policy.Limits.Money;

namespace A2AConsole.Policy.AuthZen;

/// <summary>
/// A stranger's question about one of our agents, put as we would put it about its message: grants, window, risk and suspension are what we know; from the question come only the resource, the
/// amount (<c>context.amount</c> and <c>context.currency</c>), and whom and what it is for (<c>context.receiver</c>, <c>context.task</c>, <c>context.per</c>). Evidence is never taken from it, nor
/// <c>properties</c>.
/// </summary>
public sealed class EdgeFacts(IActivePolicy policy, AgentDetailQueries agents, DecisionFactsQueries facts, PolicyOptions options, TimeProvider time) : IAuthZenFacts
{
    private const int HighestRisk = 100;

    public async ValueTask<DecisionRequest> RequestAsync(AuthZenQuestion question, CancellationToken cancellationToken)
    {
        await policy.Ready.WaitAsync(cancellationToken);
        // Without policies whatever is asked is denied, with the reason.
        if (policy.Bundle is not { } bundle)
            return new DecisionRequest(new EntityUid(question.Subject.Type, question.Subject.Id), new EntityUid("Action", question.Action), new EntityUid(question.Resource.Type, question.Resource.Id), PolicyValue.Of(), []);
        var action = bundle.MessageActions.Values.FirstOrDefault(a => a.Action.Id == question.Action || a.Action.ToString() == question.Action)
            ?? throw new FormatException($"'action.name' is one of {string.Join(", ", bundle.MessageActions.Values.Select(a => a.Action.Id).Order(StringComparer.Ordinal))}");
        if (EntityUid.Check(action.ResourceType, question.Resource.Id) is { } broken)
            throw new FormatException("'resource.id': " + broken);
        if (question.Resource.Type != action.ResourceType)
            throw new FormatException($"'resource.type' is {action.ResourceType} for {action.Action.Id}");
        var money = MoneyOf(question, action);
        if (MessageFacts.CostIn(bundle.Manifest, money, out var wrong) is not { } cost)
            throw new FormatException("'context': " + wrong);
        var now = time.GetUtcNow();
        var content = new MessageContent(question.Resource.Id, money, Text(question, "per") ?? "", []);
        var row = await agents.FindAsync(question.Subject.Id, cancellationToken);
        var sender = row is null ? null : await facts.SenderAsync(row.Number, Text(question, "receiver") ?? "", action.MessageType, action.Action.Id, now, cancellationToken);
        // Nobody that we know: no grant, and every policy that reads its attributes fails, which is a deny.
        if (sender is null)
        {
            var principal = new EntityUid(bundle.Actions[action.Action].PrincipalTypes.Order(StringComparer.Ordinal).First(), question.Subject.Id);
            return new DecisionRequest(principal, action.Action, new EntityUid(action.ResourceType, question.Resource.Id), new MessageFacts(now, "", "", HighestRisk, cost, cost, null, false, null).ToContext(), []);
        }
        var key = new SpendKey(sender.SpiffeId, DecisionService.WindowOf(action, content.Per), bundle.Manifest.Currency);
        var spent = (await facts.CommitmentsAsync(key, now - options.Window, cancellationToken)).Aggregate(0L, (sum, entry) => Saturated(sum, entry.Minor));
        var risk = RiskScore.Of(new RiskFacts(action.Tier, sender.KnownCounterparty, sender.KnownType, sender.Owner is not null, sender.Assurance is AssuranceLevel.Platform or AssuranceLevel.Hardware,
            sender.OpenFindings, 0, 0, cost, sender.UsualCost));
        var task = Text(question, "task");
        return QuestionMaker.Make(bundle, action, content, sender, QuestionMaker.Candidates(sender, task, now)[0], task, now, cost, Saturated(spent, cost), risk.Value, verified: false, approver: null);
    }

    private static Money? MoneyOf(AuthZenQuestion question, MessageAction action)
    {
        var (amount, currency) = (Text(question, "amount"), Text(question, "currency"));
        return amount is not null && currency is not null ? new Money(amount, currency)
            : action.Money is not null ? throw new FormatException("'context.amount' and 'context.currency' say what it commits, as texts: \"18450.00\", \"EUR\"")
            : null;
    }

    private static long Saturated(long a, long b) => b > long.MaxValue - a ? long.MaxValue : a + b;

    private static string? Text(AuthZenQuestion question, string member)
        => question.Context is not { } context || !context.TryGetProperty(member, out var value) ? null
            : value.ValueKind == JsonValueKind.String ? value.GetString() : throw new FormatException($"'context.{member}' must be a text");
}

/// <summary>The active policies as a decider.</summary>
public sealed class ActiveDecider(IActivePolicy policy) : IPolicyDecider
{
    /// <inheritdoc/>
    public ValueTask<PolicyDecision> DecideAsync(DecisionRequest request, CancellationToken cancellationToken = default) => policy.DecideAsync(request, cancellationToken);
}
