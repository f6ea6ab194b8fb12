using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.Approvals;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Policies;
using A2AConsole.Core.Schemas;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Approvals;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Limits;
using A2AConsole.Policy.Replay;
using A2AConsole.Trust.Findings;
using Money = A2AConsole.Policy.Limits.Money;

namespace A2AConsole.Policy.Deciding;

/// <summary>
/// Decides about messages by the active bundle. What changes nothing passes without being asked about. Each decision is on the ledger, with its rows, before anybody hears
/// of it; a message that needs evidence is held in the same transaction.
/// </summary>
public sealed class DecisionService(
    IActivePolicy policy, DecisionFactsQueries facts, SpendBook spending, IApprovalDesk approvals, ILedger ledger, ILedgerReader reader, IFindings findings, TimeProvider time) : IMessageDecision
{
    // The edge takes clocks that differ by a minute: so far before its own time a message was surely not here.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    private static readonly MessageDecision Unasked = new(MessageVerdict.Allow, "It changes nothing that policy decides about.");

    /// <inheritdoc/>
    public bool IsAskedAbout(string type)
        // While the policies are being loaded nobody knows which types they ask about, so all wait.
        => !policy.Ready.IsCompleted || (policy.Bundle is { } bundle ? bundle.MessageActions.ContainsKey(type) : EventMoney.Pointers.ContainsKey(type));

    /// <inheritdoc/>
    public async ValueTask<MessageDecision> DecideAsync(MessageToDecide message, CancellationToken cancellationToken)
    {
        await policy.Ready.WaitAsync(cancellationToken);
        if (policy.Bundle is not { } bundle)
            // Without a bundle nobody knows what a type would change; what names money surely does.
            return EventMoney.Pointers.ContainsKey(message.Facts.Type) ? await WithoutPolicyAsync(message, cancellationToken) : Unasked;
        if (!bundle.MessageActions.TryGetValue(message.Facts.Type, out var action))
            return Unasked;
        var content = MessageContent.Read(action, message.Data, out var unreadable);
        if (content is null && unreadable is null)
            return Unasked;
        // Once it is begun it is finished: a client that hangs up would leave a message admitted, and never decided.
        return await DecideAsync(new Case(message, bundle, action, content, unreadable), evidence: null, verified: false);
    }

    /// <summary>Decides about a held message again, with evidence that was really given. Nothing is held or recorded: the caller does, with what follows.</summary>
    internal async Task<(Judged Judged, Decision Row, Commitment? Commitment)> JudgeAgainAsync(HeldMessage held, SignedData data, ApprovalEvidence? evidence, bool verified)
    {
        var message = new MessageToDecide(
            new Core.Admission.EventFacts
            {
                MessageId = held.MessageId, Source = held.Agent.SpiffeId, Type = held.Type, Audience = held.Receiver, Time = held.HeldAt, Expires = held.ExpiresAt, Nonce = "", Subject = data.Subject,
                Digest = Convert.FromHexString(held.Digest),
            }, data.Data, held.AgentNumber, held.Receiver, held.Id, held.ContextId, held.TaskId) { Demo = held.Demo };
        if (policy.Bundle is not { } bundle || !bundle.MessageActions.TryGetValue(held.Type, out var action))
        {
            var none = new BundleId("none", "none", "none");
            var fault = PolicyDecision.Faulted(none, DecisionFaults.UnknownAction, policy.WhyNone ?? $"the active bundle does not know {held.Type} any more");
            var judged = new Judged(fault, 0, 0, new RiskScore(0, []), null, null);
            return (judged, RowOf(message, held.Action, judged, none, evidence?.ApprovalId), null);
        }
        var content = MessageContent.Read(action, data.Data, out var unreadable);
        var question = new Case(message, bundle, action, content, unreadable);
        var result = content is null ? Unreadable(question) : await JudgeAsync(question, evidence, verified);
        return (result, RowOf(message, action.Action.Id, result, bundle.Id, evidence?.ApprovalId), CommitmentOf(question, result));
    }

    /// <summary>How long a message of a type waits, once it is held.</summary>
    internal TimeSpan HoldOf(string type) => policy.Bundle is { } bundle && bundle.MessageActions.TryGetValue(type, out var action) ? action.Hold : TimeSpan.Zero;

    /// <summary>A message that is to be decided.</summary>
    private sealed record Case(MessageToDecide Message, PolicyBundle Bundle, MessageAction Action, MessageContent? Content, string? Unreadable);

    /// <summary>What came of asking.</summary>
    internal sealed record Judged(PolicyDecision Decision, long Cost, long Window, RiskScore Risk, DecisionRequest? Request, SpendKey? Key)
    {
        public Money? Money { get; init; }
    }

    private async ValueTask<MessageDecision> DecideAsync(Case question, ApprovalEvidence? evidence, bool verified)
    {
        var judged = question.Content is null ? Unreadable(question) : await JudgeAsync(question, evidence, verified);
        return judged.Decision.Verdict switch
        {
            PolicyVerdict.Allow => await AllowAsync(question, judged),
            PolicyVerdict.Verify or PolicyVerdict.Human => await HoldAsync(question, judged),
            _ => await DenyAsync(question, judged),
        };
    }

    private static Judged Unreadable(Case question)
        => new(PolicyDecision.Faulted(question.Bundle.Id, DecisionFaults.InvalidValue, question.Unreadable ?? "it names no amount"), 0, 0, new RiskScore(0, []), null, null);

    private async Task<Judged> JudgeAsync(Case question, ApprovalEvidence? evidence, bool verified)
    {
        var (message, bundle, action, content, _) = question;
        var now = time.GetUtcNow();
        if (MessageFacts.CostIn(bundle.Manifest, content!.Money, out var wrong) is not { } cost)
            return new(PolicyDecision.Faulted(bundle.Id, DecisionFaults.InvalidValue, wrong!), 0, 0, new RiskScore(0, []), null, null) { Money = content.Money };
        var sender = await facts.SenderAsync(message.SenderNumber, message.Receiver, message.Facts.Type, action.Action.Id, message.Facts.Time - ClockTolerance)
            ?? throw new InvalidOperationException("The sender of an admitted message has no row.");
        var risk = RiskScore.Of(new RiskFacts(action.Tier, sender.KnownCounterparty, sender.KnownType, sender.Owner is not null, sender.Assurance is AssuranceLevel.Platform or AssuranceLevel.Hardware,
            sender.OpenFindings, content.Evidence.Count, await CorroboratedAsync(content.Evidence, sender.SpiffeId), cost, sender.UsualCost));
        var key = new SpendKey(sender.SpiffeId, WindowOf(action, content.Per), bundle.Manifest.Currency);
        var window = await spending.ReserveAsync(key, message.Facts.MessageId, cost);
        // Only what is signed: the conversation beside it is anybody's word on the way.
        var task = message.Facts.Subject;
        var approver = await ApproverAsync(bundle, evidence);
        Judged? first = null;
        foreach (var grant in QuestionMaker.Candidates(sender, task, now))
        {
            var request = QuestionMaker.Make(bundle, action, content, sender, grant, task, now, cost, window, risk.Value, verified, approver);
            var judged = new Judged(await policy.DecideAsync(request), cost, window, risk, request, key) { Money = content.Money };
            if (judged.Decision.Verdict != PolicyVerdict.Deny)
                return judged;
            first ??= judged;
        }
        return first!;
    }

    // Who approved and lost her account since: policy sees her as suspended. A bundle that knows no such attribute sees no approver.
    private async Task<(EntityUid Uid, IReadOnlyDictionary<string, PolicyValue> Attributes)?> ApproverAsync(PolicyBundle bundle, ApprovalEvidence? evidence)
    {
        if (evidence is null)
            return null;
        var attributes = bundle.Manifest.ApproverAttributes;
        if (!await facts.AnyDisabledAsync(evidence.People))
            return (evidence.Approver, attributes);
        return attributes.ContainsKey(QuestionMaker.Suspended) ? (evidence.Approver, new Dictionary<string, PolicyValue>(attributes, StringComparer.Ordinal) { [QuestionMaker.Suspended] = true }) : null;
    }

    private async Task<int> CorroboratedAsync(IReadOnlyList<string> digests, string sender)
    {
        var count = 0;
        foreach (var digest in digests)
        {
            foreach (var leaf in await reader.FindAsync(digest))
            {
                if (await reader.LeafAsync(leaf) is { } bytes && LeafReader.Parse(bytes) is { Kind: LeafKind.Event, Verdict: LeafVerdict.Admitted } found && found.Actor != sender)
                {
                    count++;
                    break;
                }
            }
        }
        return count;
    }

    private async Task<MessageDecision> AllowAsync(Case question, Judged judged)
    {
        var row = RowOf(question.Message, question.Action.Action.Id, judged, question.Bundle.Id, null);
        var commitment = CommitmentOf(question, judged);
        var receipt = await ledger.RecordKeyedAsync(LeafOf(question.Message, judged, LeafVerdict.Done, "allow", row.Reason),
            (context, index) => DecisionChanges.Decide(context, index, Copy(row), commitment is null ? null : Copy(commitment)));
        return Told(judged, new MessageDecision(MessageVerdict.Allow, row.Reason, Leaf: receipt.LeafIndex));
    }

    private async Task<MessageDecision> DenyAsync(Case question, Judged judged)
    {
        var row = RowOf(question.Message, question.Action.Action.Id, judged, question.Bundle.Id, null);
        var code = row.Code!;
        if (judged.Key is { } key)
            await spending.ReleaseAsync(key, question.Message.Facts.MessageId);
        var receipt = await ledger.RecordKeyedAsync(LeafOf(question.Message, judged, LeafVerdict.Refused, code, row.Reason), (context, index) => Deny(context, index, row, question.Message));
        await ReportAsync(question, judged);
        return Told(judged, new MessageDecision(MessageVerdict.Reject, row.Reason, code, receipt.LeafIndex));
    }

    private async Task<MessageDecision> HoldAsync(Case question, Judged judged)
    {
        var (message, _, action, content, _) = question;
        var now = Now();
        var row = RowOf(message, action.Action.Id, judged, question.Bundle.Id, null);
        var held = new HeldMessage
        {
            Id = message.Leaf, MessageId = message.Facts.MessageId, Digest = Convert.ToHexStringLower(message.Facts.Digest.Span), AgentNumber = message.SenderNumber,
            Receiver = message.Receiver, Type = message.Facts.Type, Action = action.Action.Id, State = HeldState.Waiting, Needs = string.Join(' ', judged.Decision.Needs),
            HeldAt = now, ExpiresAt = now + action.Hold, TaskId = message.NewTaskId, ContextId = message.ContextId, Route = message.Route, Demo = message.Demo, Body = message.Body.ToArray(),
        };
        var ask = Ask(held, judged, action, question.Bundle, content!.ResourceId);
        if (judged.Decision.Verdict == PolicyVerdict.Human && await approvals.WhyNotAsync(ask, CancellationToken.None) is { } unasked)
            return await NotAskedAsync(message, judged, row, unasked);
        var code = row.Code!;
        var commitment = CommitmentOf(question, judged);
        LedgerReceipt receipt;
        try
        {
            receipt = await ledger.RecordAsync(LeafOf(message, judged, LeafVerdict.Done, code, row.Reason), (context, index) =>
            {
                DecisionChanges.Decide(context, index, row, commitment);
                held.DecisionId = index;
                DecisionChanges.Hold(context, held);
                if (judged.Decision.Verdict == PolicyVerdict.Human)
                    approvals.Open(context, ask, now);
            });
        }
        catch (ApprovalUnusableException e)
        {
            // Another request was faster; nothing of this one was written.
            return await NotAskedAsync(message, judged, row, new(e.Code, e.Message));
        }
        await ReportAsync(question, judged);
        return Told(judged, new MessageDecision(MessageVerdict.Hold, row.Reason, code, receipt.LeafIndex, held.Id, held.ExpiresAt));
    }

    private async Task<MessageDecision> NotAskedAsync(MessageToDecide message, Judged judged, Decision row, ApprovalRefusal unasked)
    {
        await spending.ReleaseAsync(judged.Key!, message.Facts.MessageId);
        (row.Reason, row.Code) = (LedgerLeaf.Sentence(unasked.Detail), unasked.Code);
        var refused = await ledger.RecordKeyedAsync(LeafOf(message, judged, LeafVerdict.Refused, unasked.Code, unasked.Detail), (context, index) => Deny(context, index, row, message));
        await findings.ReportAsync(new FindingReport(unasked.Code == "approval-digest" ? FindingKind.ApprovalMisused : FindingKind.ApprovalFlood, message.Facts.Source, message.SenderNumber, unasked.Detail));
        return Told(judged, new MessageDecision(MessageVerdict.Reject, unasked.Detail, unasked.Code, refused.LeafIndex));
    }

    // What is refused can be looked at, and tried again, in quarantine.
    private static void Deny(ConsoleDbContext context, long index, Decision row, MessageToDecide message)
    {
        var copy = Copy(row);
        DecisionChanges.Decide(context, index, copy, null);
        QuarantineChanges.Deny(context, index, copy, message.Data.Length, isTask: message.Route is not null || message.NewTaskId is not null);
    }

    private static MessageDecision Told(Judged judged, MessageDecision decision)
        => decision with { Policy = judged.Decision.Verdict, Policies = judged.Decision.Determining, Bundle = judged.Decision.Bundle };

    /// <summary>Why an agent's word does not verify a held message, or null when it does: its role must be one that the active bundle names, and it must be another agent.</summary>
    internal (string Code, string Detail)? WhyNotVerifier(HeldMessage held, string by)
    {
        if (by == held.Agent.SpiffeId)
            return ("verifier-is-sender", "An agent does not verify its own message.");
        if (policy.Bundle is not { } bundle || !bundle.MessageActions.TryGetValue(held.Type, out var action))
            return ("verifier-not-named", policy.WhyNone ?? $"The active bundle does not know {held.Type}.");
        return SpiffeId.TryParse(by, out var id, out _) && action.Verifiers.Contains(id.Role, StringComparer.Ordinal) ? null
            : ("verifier-not-named", action.Verifiers.Count == 0 ? $"The bundle names no role that verifies a {held.Type}." : $"A {held.Type} is verified by agents of the roles {string.Join(", ", action.Verifiers)}.");
    }

    /// <summary>What people are asked about a message that is held already; null when the active bundle does not know its type any more.</summary>
    internal ApprovalAsk? AskFor(HeldMessage held, Judged judged)
        => policy.Bundle is { } bundle && bundle.MessageActions.TryGetValue(held.Type, out var action) && judged.Request is { } request
            ? Ask(held, judged, action, bundle, request.Resource.Id) : null;

    private static ApprovalAsk Ask(HeldMessage held, Judged judged, MessageAction action, PolicyBundle bundle, string resource)
        => new(held, judged.Decision, action.Asks.Replace("{id}", resource, StringComparison.Ordinal), judged.Money?.Amount, judged.Money?.Currency, judged.Cost, bundle.Manifest.Currency, judged.Risk.Value, action.Tier)
        {
            Quorum = action.Quorum, ApproverRoles = action.ApproverRoles, RiskPoints = judged.Risk.Points,
        };

    private async Task<MessageDecision> WithoutPolicyAsync(MessageToDecide message, CancellationToken cancellationToken)
    {
        var why = policy.WhyNone ?? "No policy is active.";
        var receipt = await ledger.RecordAsync(new LedgerLeaf
        {
            Kind = LeafKind.Decision, Verdict = LeafVerdict.Refused, Code = "policy-fault", At = Now(), Actor = "system", Subject = message.Facts.Source, MessageId = message.Facts.MessageId,
            Type = message.Facts.Type, Audience = message.Receiver, Digest = Convert.ToHexStringLower(message.Facts.Digest.Span), Detail = LedgerLeaf.Sentence(why), Demo = message.Demo,
        }, null, cancellationToken);
        await findings.ReportAsync(new FindingReport(FindingKind.PolicyFault, "policy", null, why), cancellationToken);
        return new MessageDecision(MessageVerdict.Reject, "Policy cannot be asked at the moment, so nothing that changes something is delivered. Send it again later.", "policy-fault", receipt.LeafIndex) { Policy = PolicyVerdict.Deny };
    }

    private async Task ReportAsync(Case question, Judged judged)
    {
        if (judged.Decision.Fault is { } fault)
            await findings.ReportAsync(new FindingReport(FindingKind.PolicyFault, fault.Code, question.Message.SenderNumber,
                $"A {question.Message.Facts.Type} of {question.Message.Facts.Source} was denied because policy gave no proper answer ({fault.Code}): {fault.Message}"));
        else if (judged.Window > judged.Cost && judged.Decision.Determining.Any(p => question.Bundle.Policies[p].Text.Contains("context.windowCents", StringComparison.Ordinal)))
            await findings.ReportAsync(new FindingReport(FindingKind.LimitReached, question.Message.Facts.Source, question.Message.SenderNumber,
                $"With what it committed before, the last {question.Message.Facts.Type} of this agent comes to {Amount(judged.Window, question.Bundle)}; alone it is {Amount(judged.Cost, question.Bundle)}.",
                Amount(judged.Window, question.Bundle)));
    }

    private static string Amount(long minor, PolicyBundle bundle)
    {
        var digits = CurrencyUnits.Digits(bundle.Manifest.Currency) ?? 2;
        var value = (decimal)minor;
        for (var i = 0; i < digits; i++)
            value /= 10;
        return $"{bundle.Manifest.Currency} {value.ToString("N" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)}";
    }

    // What is counted for one thing has a window of its own; the key has a bounded length whatever the message calls it.
    internal static string WindowOf(MessageAction action, string per)
        => per.Length == 0 ? action.Action.Id : $"{action.Action.Id}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(per)).AsSpan(0, 8))}";

    private LedgerLeaf LeafOf(MessageToDecide message, Judged judged, LeafVerdict verdict, string code, string reason) => new()
    {
        Kind = LeafKind.Decision, Verdict = verdict, Code = code, At = Now(), Actor = "system", Subject = message.Facts.Source, MessageId = message.Facts.MessageId, Type = message.Facts.Type,
        Audience = message.Receiver, Digest = Convert.ToHexStringLower(message.Facts.Digest.Span), Demo = message.Demo,
        Detail = LedgerLeaf.Sentence($"{reason} Policies {judged.Decision.Bundle.Version}: {(judged.Decision.Determining.Count == 0 ? "none" : string.Join(", ", judged.Decision.Determining))}."),
    };

    private Decision RowOf(MessageToDecide message, string action, Judged judged, BundleId bundle, int? approval) => new()
    {
        MessageLeaf = message.Leaf, MessageId = message.Facts.MessageId, Digest = Convert.ToHexStringLower(message.Facts.Digest.Span), AgentNumber = message.SenderNumber, Receiver = message.Receiver,
        Type = message.Facts.Type, Action = action, At = Now(), Code = CodeOf(judged.Decision), ValidUntil = judged.Decision.Verdict == PolicyVerdict.Allow ? message.Facts.Expires : null,
        RiskReasons = LedgerLeaf.Sentence(string.Join('\n', judged.Risk.Points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Points}: {p.Why}")))), Verdict = judged.Decision.Verdict, Policies = Joined(judged.Decision.Determining), Reason = LedgerLeaf.Sentence(ReasonOf(judged)), Fault = judged.Decision.Fault?.Code, BundleVersion = bundle.Version,
        BundleDigest = bundle.Digest, Cost = judged.Cost, Window = judged.Window, Risk = judged.Risk.Value, Amount = judged.Money?.Amount, Currency = judged.Money?.Currency, ApprovalId = approval, Demo = message.Demo,
        Request = judged.Request is null ? [] : new RecordedDecision(message.Facts.MessageId, Now(), judged.Request, judged.Decision.Verdict, judged.Decision.Determining, bundle.Digest, judged.Money).Write(),
    };

    private static string Joined(IReadOnlyList<string> policies)
    {
        const int most = 1000;
        var text = string.Join(' ', policies);
        return text.Length <= most ? text : text[..text.LastIndexOf(' ', most - 1)];
    }

    private static string? CodeOf(PolicyDecision decision) => decision switch
    {
        { Fault: not null } => "policy-fault",
        { Verdict: PolicyVerdict.Allow } => null,
        { Verdict: PolicyVerdict.Human } => "approval-required",
        { Verdict: PolicyVerdict.Verify } => "verification-required",
        _ => "policy-denied",
    };

    /// <summary>Why, in a sentence.</summary>
    internal static string ReasonOf(Judged judged)
    {
        if (judged.Decision.Fault is { } fault)
            return $"Policy gave no proper answer ({fault.Code}): {fault.Message}.";
        var reasons = judged.Decision.Reasons.Count == 0 ? "" : string.Join("; ", judged.Decision.Reasons.Distinct(StringComparer.Ordinal)) + ".";
        return judged.Decision.Verdict switch
        {
            PolicyVerdict.Allow => reasons.Length > 0 ? "Allowed: " + reasons : "Allowed.",
            PolicyVerdict.Deny => reasons.Length > 0 ? "Denied: " + reasons : "Denied: no policy permits it.",
            PolicyVerdict.Human => "A person must approve: " + reasons,
            _ => "A second verification is needed: " + reasons,
        };
    }

    private Commitment? CommitmentOf(Case question, Judged judged) => judged.Key is { } key && judged.Cost > 0
        ? new Commitment { Agent = key.Agent, Action = key.Action, Currency = key.Currency, MessageId = question.Message.Facts.MessageId, At = Now(), Minor = judged.Cost } : null;

    // A keyed change may be called again when a neighbour fails: it makes its entities anew each time.
    private static Decision Copy(Decision d) => new()
    {
        MessageLeaf = d.MessageLeaf, MessageId = d.MessageId, Digest = d.Digest, Code = d.Code, ValidUntil = d.ValidUntil, RiskReasons = d.RiskReasons, AgentNumber = d.AgentNumber, Receiver = d.Receiver, Type = d.Type, Action = d.Action, At = d.At, Verdict = d.Verdict, Policies = d.Policies,
        Reason = d.Reason, Fault = d.Fault, BundleVersion = d.BundleVersion, BundleDigest = d.BundleDigest, Cost = d.Cost, Window = d.Window, Risk = d.Risk, Amount = d.Amount, Currency = d.Currency,
        ApprovalId = d.ApprovalId, Demo = d.Demo, Request = d.Request,
    };

    private static Commitment Copy(Commitment c) => new() { Agent = c.Agent, Action = c.Action, Currency = c.Currency, MessageId = c.MessageId, At = c.At, Minor = c.Minor };

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
