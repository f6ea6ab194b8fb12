using A2AConsole.Data.Entities;

namespace A2AConsole.Web.Shared;

/// <summary>Findings as the screen says them.</summary>
public static class FindingWords
{
    /// <summary>What was found, in two or three words.</summary>
    public static string Title(FindingKind kind) => kind switch
    {
        FindingKind.UnloggedCertificate => "Unlogged certificate",
        FindingKind.AttestationDrift => "Attestation drift",
        FindingKind.AttestationFailed => "Attestation failed",
        FindingKind.RenewalMissed => "Renewal missed",
        FindingKind.ClockSkew => "Clock is off",
        FindingKind.LifetimeOverPolicy => "Lives too long",
        FindingKind.SharedKey => "Shared key",
        FindingKind.SharedRuntime => "Shared runtime",
        FindingKind.NoOwner => "Nobody answers",
        FindingKind.TierShortfall => "Too little evidence",
        FindingKind.AlgorithmDeprecated => "Algorithm runs out",
        FindingKind.ReviewLapsed => "Review lapsed",
        FindingKind.AuthorityOutage => "Authority outage",
        FindingKind.UsedAfterSuspension => "Used after its end",
        FindingKind.MessageDiffers => "Message differs",
        FindingKind.CardRefused => "Card refused",
        FindingKind.CardChanged => "Card changed",
        FindingKind.PolicyFault => "Policy failed",
        FindingKind.LimitReached => "Split commitment",
        FindingKind.ApprovalMisused => "Approval misused",
        FindingKind.ApprovalFlood => "Approvals flooded",
        FindingKind.DeliveryUnknown => "Delivery unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>What closing one does, before it is done.</summary>
    public static string AfterClosing(FindingKind kind) => "It is taken off the list with your reason. " + (kind is FindingKind.RenewalMissed or FindingKind.ClockSkew or FindingKind.LifetimeOverPolicy
        or FindingKind.SharedKey or FindingKind.SharedRuntime or FindingKind.NoOwner or FindingKind.TierShortfall or FindingKind.UsedAfterSuspension
        ? "While nothing changes it stays off; the system opens it again when it finds something else there, or the same after it was over."
        : "If what it says still holds, the system opens it again.");

    /// <summary>Why it matters and what to do.</summary>
    public static string WhatToDo(FindingKind kind) => kind switch
    {
        FindingKind.UnloggedCertificate => "A certificate of our authority that the ledger does not know was made behind its back: treat the authority's key as stolen. The edge refuses the certificate; re-key the authority.",
        FindingKind.AttestationDrift => "What the agent runs on or runs is not what its entry expects. Its renewal was refused. Ask its owner whether the change was meant: then change the entry's reference values; else suspend the agent.",
        FindingKind.AttestationFailed => "Evidence was not accepted, and not because a measured value changed: it was unsound, stale, or not about this agent. Look at its code; if nobody was at work there, suspend the agent.",
        FindingKind.RenewalMissed => "An agent without a newer certificate is cut off when the one it has ends. See that it runs, reaches the authority, has the evidence that its entry requires, and may renew.",
        FindingKind.ClockSkew => "Set the agent's clock (NTP): its events will be refused as stale or too early before long.",
        FindingKind.LifetimeOverPolicy => "The certificate lives longer than its entry allows. Rotate the agent's key: the next certificate follows the entry.",
        FindingKind.SharedKey => "Who holds the key is all of these identities, so none of them is worth its name. Rotate the key of each; where environments meet in it, look first at how the key came from one to the other.",
        FindingKind.SharedRuntime => "One machine, pod or container serves several identities: who takes the one has the others. Move them apart; where environments meet on it, at once.",
        FindingKind.NoOwner => "Name an owner and who holds each duty, on the agent's page.",
        FindingKind.TierShortfall => "The entry's tier asks for stronger evidence than the entry requires of its agents. Require it in the entry, or lower the tier.",
        FindingKind.AlgorithmDeprecated => "The agent uses an algorithm that will be refused from its date on. Have it rotate to another key before.",
        FindingKind.ReviewLapsed => "Nobody decided in time and renewals are held. Decide now, under Reviews.",
        FindingKind.AuthorityOutage => "Nothing is issued or renewed meanwhile; the edge goes on by what it knows. Bring the authority back before the first certificates end.",
        FindingKind.UsedAfterSuspension => "Somebody goes on showing a certificate that was taken back, or whose agent is suspended or retired. The edge refuses it. It may be the agent itself, which should be stopped; else find out who has its key.",
        FindingKind.MessageDiffers => "An A2A message said something other than the event that its sender signed, and was refused. Somebody touches messages on the way, or the agent puts in what nobody signed; ask its owner.",
        FindingKind.CardRefused => "The agent's card is not served until it stands. The detail says what is wrong, and which member a signature leaves open.",
        FindingKind.CardChanged => "The agent's card is not the pinned one, so it is not served. Look at what changed; when it was meant, put the new digest into the agent's CardDigest.",
        FindingKind.PolicyFault => "Policy gave no proper answer, so what would have changed something was denied. The code says why; when it is the bundle, mend it or roll it back under Policies.",
        FindingKind.LimitReached => "Alone each part would have passed; together they are above a threshold. Look at what was split and why, and ask the agent's owner: somebody may be working around the limit.",
        FindingKind.ApprovalMisused => "An approval was brought that does not fit: used already, for another message, above its limit or after its end. Nothing was released on it. Find out who tried.",
        FindingKind.ApprovalFlood => "The agent asks people for more than may wait for them, and what was above it was refused. It may hang in a loop, or want them to stop reading: look at its requests, and suspend it if nobody expects them.",
        FindingKind.DeliveryUnknown => "A released message was on its way when the line or this host broke. It is not sent again, since its receiver might act twice. Ask the receiver's people whether it acted; close this with what they say.",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
