using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Registration;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Stores;
using A2AConsole.Trust.Gate;
using A2AConsole.Trust.Registration;

namespace A2AConsole.Trust.Authority;

/// <summary>Makes agents known and gives out join tokens, for identities that an entry allows.</summary>
public sealed class Invitations(ITrustDomain domain, ILedger ledger, EntryBook book, IRegistrations registrations, Standings standings, TrustOptions options, TimeProvider time)
{
    private const int MaxEnvironmentLength = 64;
    private const int MaxPartLength = 128;
    private const int MaxOrganisationLength = 200;

    // Each invitation that makes an entry changes the entries for all others that are under way: with many at once some must look again.
    private const int MaxAttempts = 50;

    /// <inheritdoc cref="IAuthority.InviteAsync"/>
    public async Task<IssuedJoinToken> InviteAsync(AgentInvitation invitation, string actor, CancellationToken cancellationToken = default)
    {
        var id = Read(invitation);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await InviteAsync(id, invitation, actor, cancellationToken);
            }
            catch (TrustConflictException e) when (e.Conflict == TrustConflict.EntriesChanged && attempt < MaxAttempts)
            {
                // Another entry was made or changed between the look-up and the transaction: decided anew by what stands now.
            }
            catch (TrustConflictException e) when (e.Conflict == TrustConflict.EntriesChanged)
            {
                throw new InvitationRefusedException(EntryRefusalCodes.Missing, "The registration entries change too quickly; invite the agent again.");
            }
        }
    }

    private async Task<IssuedJoinToken> InviteAsync(SpiffeId id, AgentInvitation invitation, string actor, CancellationToken cancellationToken)
    {
        var (entries, entry) = await FindEntryAsync(id, invitation, actor, cancellationToken);
        var now = time.GetUtcNow();
        var (text, hash) = JoinTokenText.Create(domain.RootFingerprint);
        var token = new JoinToken { Hash = hash, CreatedAt = now, CreatedBy = actor, ExpiresAt = now + options.JoinTokenLifetime };
        var invited = new Agent
        {
            SpiffeId = id.Text, Environment = id.Environment, Role = id.Role, Name = id.Name,
            Organisation = entry.Terms.Organisation, Owner = entry.Terms.Owner ?? invitation.Owner, Tier = entry.Terms.Tier,
            State = AgentState.Invited, CreatedAt = now, IsDemo = invitation.IsDemo,
        };
        var leaf = new LedgerLeaf
        {
            Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, At = now, Actor = actor, Subject = id.Text, Expires = token.ExpiresAt,
            Detail = $"Invited under the entry {entry.Terms}: a join token was made.", Demo = invitation.IsDemo ? "live" : null,
        };
        Agent? agent = null;
        try
        {
            var receipt = await ledger.RecordAsync(leaf, (context, index) =>
            {
                if (!book.IsCurrent(entries))
                    throw new TrustConflictException(TrustConflict.EntriesChanged);
                agent = Invite(context, invited, token, index, entry.Terms.Owner, invitation.OnBehalfOf);
            }, cancellationToken);
            standings.Changed(agent!, receipt.LeafIndex);
        }
        catch (LifeConflictException e)
        {
            throw new InvitationRefusedException(e.Refusal.Code, e.Refusal.Detail);
        }
        return new IssuedJoinToken(text, id.Text, token.ExpiresAt);
    }

    private static Agent Invite(ConsoleDbContext context, Agent invited, JoinToken token, long leaf, string? entryOwner, string? onBehalfOf)
    {
        var agent = TrustChanges.Invite(context, invited, token, leaf);
        // A new agent has the owner that the invitation proposes: whose it is, only the entry can say.
        var owner = ReferenceEquals(agent, invited) ? entryOwner : agent.Owner;
        if (onBehalfOf is not null && owner != onBehalfOf)
            throw new InvitationRefusedException("not-your-agent", $"{agent.SpiffeId} belongs to {owner ?? "nobody"}; an owner invites agents of her own only.");
        return agent;
    }

    private SpiffeId Read(AgentInvitation invitation)
    {
        var id = SpiffeId.Parse(invitation.SpiffeId);
        if (id.TrustDomain != domain.Name)
            throw new FormatException($"{id} is not an identity of the trust domain {domain.Name}");
        if (id.Environment.Length > MaxEnvironmentLength || id.Role.Length > MaxPartLength || id.Name.Length > MaxPartLength)
            throw new FormatException($"an identity's environment has at most {MaxEnvironmentLength} characters, its role and its name at most {MaxPartLength}");
        if (string.IsNullOrWhiteSpace(invitation.Organisation) || invitation.Organisation.Length > MaxOrganisationLength)
            throw new FormatException($"an agent's organisation has 1 to {MaxOrganisationLength} characters");
        return id;
    }

    private async Task<(EntrySet Entries, RegisteredEntry Entry)> FindEntryAsync(SpiffeId id, AgentInvitation invitation, string actor, CancellationToken cancellationToken)
    {
        var entries = await book.CurrentAsync(cancellationToken);
        if (entries.Find(id) is null)
            entries = await book.RereadAsync(cancellationToken);
        if (entries.Find(id) is null && invitation.MakesEntry)
        {
            await MakeEntryAsync(Minimal(id, invitation), actor, invitation.IsDemo, cancellationToken);
            entries = await book.CurrentAsync(cancellationToken);
        }
        var (entry, refusal) = EntryRules.Find(entries, id);
        return entry is not null ? (entries, entry) : throw new InvitationRefusedException(refusal!.Code, refusal.Detail);
    }

    private async Task MakeEntryAsync(EntryTerms terms, string actor, bool isDemo, CancellationToken cancellationToken)
    {
        try
        {
            await registrations.CreateAsync(terms, actor, isDemo, cancellationToken);
        }
        catch (EntryRefusedException e)
        {
            // Two at once: the other made it. Anything else shows when it is looked up again.
            if (!(await book.RereadAsync(cancellationToken)).Contains(terms))
                throw new FormatException(e.Message, e);
        }
    }

    /// <summary>The least that lets an agent in: for itself only, by invitation only, with certificates of the usual lifetime.</summary>
    private EntryTerms Minimal(SpiffeId id, AgentInvitation invitation) => new()
    {
        Environment = id.Environment, Role = id.Role, Name = id.Name, Organisation = invitation.Organisation.Trim(), Owner = invitation.Owner, Tier = invitation.Tier,
        Lifetime = LifetimeRule.EntryLifetimeFor(options.SvidLifetime),
        KeyAlgorithms = [AlgorithmRegistry.Default.Id],
        Evidence = [new(EvidenceKind.JoinToken, "{}", AtRenewal: false)],
    };
}
