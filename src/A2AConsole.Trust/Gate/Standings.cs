using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Trust.Rekeying;

namespace A2AConsole.Trust.Gate;

/// <inheritdoc cref="IStandings"/>
public sealed class Standings(StandingQueries queries, TimeProvider time) : IStandings, IAgentDirectory, IRekeyCalls
{
    /// <summary>How long a revocation outlives its certificate: clocks differ, and the demo sets its own back.</summary>
    public static readonly TimeSpan RevokedKept = TimeSpan.FromDays(1);

    /// <summary>How long a certificate that was good to its end is remembered after it.</summary>
    public static readonly TimeSpan ExpiredKept = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, AgentStanding> _agents = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, AgentStanding> _byNumber = new();
    private readonly ConcurrentDictionary<string, CertificateStanding> _certificates = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, CertificateStanding> _withdrawn = new(StringComparer.Ordinal);
    private ImmutableList<Ban> _bans = [];
    private long _changes;

    /// <inheritdoc/>
    public event Action? Withdrawn;

    /// <summary>Grows whenever a certificate ceases to count or counts again.</summary>
    internal long Changes => Volatile.Read(ref _changes);

    /// <inheritdoc/>
    public IEnumerable<AgentStanding> Agents => _byNumber.Select(a => a.Value);

    /// <inheritdoc/>
    public IEnumerable<CertificateStanding> Certificates => _certificates.Select(c => c.Value);

    /// <inheritdoc/>
    public AgentStanding? Agent(string spiffeId) => _agents.GetValueOrDefault(spiffeId);

    /// <inheritdoc/>
    public AgentStanding? Agent(int number) => _byNumber.GetValueOrDefault(number);

    /// <inheritdoc/>
    public int? NumberOf(string spiffeId) => Agent(spiffeId)?.Number;

    /// <inheritdoc/>
    public bool TryFind(string serial, [NotNullWhen(true)] out CertificateStanding? certificate)
        => _certificates.TryGetValue(serial, out certificate) || TryRead(serial, out certificate);

    /// <summary>Reads everything that counts from the store.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var agent in await queries.AgentsAsync(cancellationToken))
            AddOrUpdate(agent, leaf: 0);
        var now = time.GetUtcNow();
        await foreach (var row in queries.CertificatesAsync(now - ExpiredKept, now - RevokedKept, cancellationToken))
            Take(row);
    }

    /// <summary>Makes an agent known as its row says, or brings what is known up to the row. <paramref name="leaf"/>: of the change.</summary>
    public void Changed(Agent agent, long leaf) => AddOrUpdate(new(agent.Number, agent.SpiffeId, agent.Organisation, agent.IsDemo, agent.State, agent.RotationRequestedAt != null), leaf);

    /// <inheritdoc/>
    public void Called(IReadOnlyList<int> agents, long leaf)
    {
        foreach (var number in agents)
        {
            if (_byNumber.TryGetValue(number, out var standing))
                standing.RequestRotation(leaf);
        }
    }

    /// <summary>Adds a certificate whose issuance is durable, before anybody gets to see it. The agent's row as that left it.</summary>
    public void Issued(Agent agent, Certificate certificate)
    {
        Changed(agent, certificate.Id);
        Take(StandingQueries.RecordOf(certificate));
    }

    /// <summary>Puts certificates on hold, takes them back, or (null) lets them count again, as of a durable leaf.</summary>
    public void Apply(IEnumerable<CertificateStanding> certificates, Withdrawal? withdrawal, long leaf)
    {
        var any = false;
        foreach (var certificate in certificates)
        {
            any |= certificate.Apply(withdrawal, leaf);
            Note(certificate);
        }
        if (!any)
            return;
        Interlocked.Increment(ref _changes);
        if (withdrawal is not null)
            Withdrawn?.Invoke();
    }

    /// <summary>The certificates that were revoked or are on hold.</summary>
    internal IEnumerable<CertificateStanding> WithdrawnOnes => _withdrawn.Select(c => c.Value);

    /// <summary>Lets a ban be known to what is issued, before it is durable: on the writer, within its transaction.</summary>
    internal void Announce(Ban ban) => ImmutableInterlocked.Update(ref _bans, (bans, b) => bans.Add(b), ban);

    /// <summary>Puts a durable ban in force.</summary>
    internal void Enforce(Ban ban) => Apply(Certificates.Where(ban.Reaches), ban.Withdrawal, ban.Leaf);

    /// <summary>Forgets a ban whose transaction failed.</summary>
    internal void Drop(Ban ban) => ImmutableInterlocked.Update(ref _bans, (bans, b) => bans.Remove(b), ban);

    /// <summary>Throws when a ban reaches the certificate that asks for its successor. On the writer, in the ledger's order.</summary>
    public void RefuseBanned(string serial)
    {
        if (_bans is { IsEmpty: false } bans && TryFind(serial, out var certificate) && bans.Find(b => b.Reaches(certificate)) is { } ban)
            throw new LifeConflictException(ban.Withdrawal.Why(certificate.Agent.State));
    }

    /// <summary>Brings memory up to a durable step in an agent's life.</summary>
    public void Apply(LifeResult step, Withdrawal? withdrawal, long leaf)
    {
        Changed(step.Agent, leaf);
        Apply(step.Serials.Select(serial => TryFind(serial, out var certificate) ? certificate : null).OfType<CertificateStanding>(), withdrawal, leaf);
    }

    /// <summary>Nothing that this key signed counts any more: memory follows the trust bundle, in which its issuer is no longer.</summary>
    public void WithdrawIssuer(string keyId, Withdrawal withdrawal)
        => Apply(Certificates.Where(c => c.IssuerKeyId == keyId), withdrawal, long.MaxValue);

    /// <summary>Forgets certificates that have ended long enough ago.</summary>
    public void Prune()
    {
        var now = time.GetUtcNow();
        foreach (var entry in _certificates)
        {
            if (entry.Value.NotAfter < now - (entry.Value.Withdrawal is null ? ExpiredKept : RevokedKept))
            {
                _certificates.TryRemove(entry);
                _withdrawn.TryRemove(entry);
            }
        }
        foreach (var ban in _bans)
        {
            // A little longer than until all rows say so: an issuance from before may still be on its way into memory.
            if (ban.FinishedAt < now - ExpiredKept)
                Drop(ban);
        }
    }

    private bool TryRead(string serial, [NotNullWhen(true)] out CertificateStanding? certificate)
    {
        certificate = null;
        if (queries.Certificate(serial) is not { } row || Take(row) is not { } taken)
            return false;
        // Withdrawn between the two lines above, nobody would have told us: whoever withdraws after this look finds it in memory.
        if (queries.Certificate(serial) is { RevokedAt: { } at } again)
            taken.Apply(new Withdrawal(at, again.Reason ?? RevocationReason.Unspecified), taken.Leaf);
        certificate = taken;
        return true;
    }

    private CertificateStanding? Take(CertificateRecord row)
    {
        if (!_byNumber.TryGetValue(row.AgentNumber, out var agent))
            return null;
        var standing = _certificates.GetOrAdd(row.Serial, _ => new CertificateStanding(agent, row));
        if (_bans is { IsEmpty: false } bans && bans.Find(b => b.Reaches(standing)) is { } ban)
            Apply([standing], ban.Withdrawal, ban.Leaf);
        Note(standing);
        return standing;
    }

    // What revocation lists are made of, so that making one does not walk over all that is good.
    private void Note(CertificateStanding certificate)
    {
        bool isWithdrawn;
        do
        {
            isWithdrawn = certificate.Withdrawal is not null;
            if (isWithdrawn)
                _withdrawn[certificate.Serial] = certificate;
            else
                _withdrawn.TryRemove(certificate.Serial, out _);
        }
        // Changed between the look and the note, whose own note may have come before this one: no list would ever hold it.
        while (certificate.Withdrawal is not null != isWithdrawn);
    }

    private void AddOrUpdate(AgentFacts facts, long leaf)
    {
        var standing = _byNumber.GetOrAdd(facts.Number, static (_, f) => new AgentStanding(f.Number, SpiffeId.Parse(f.SpiffeId), f.Organisation, f.IsDemo, f.State, f.IsRotationDue), facts);
        _agents.TryAdd(facts.SpiffeId, standing);
        standing.Apply(facts.State, facts.IsRotationDue, leaf);
    }
}
