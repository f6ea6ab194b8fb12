using System.Globalization;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Trust.Certificates;
using A2AConsole.Trust.Custody;
using A2AConsole.Trust.Gate;

namespace A2AConsole.Trust.Domain;

/// <summary>
/// Carries steps out: written down beside the keys as begun, keys and certificates made, recorded with its leaf, put in force.
/// Whatever is cut off between two of these is done again from the start, and each finds what is there already.
/// </summary>
public sealed class AuthorityKeys(
    TrustDomain domain, TrustDomainRecorder recorder, AuthorityQueries queries, Standings standings, IKeyCustody custody,
    TrustOptions options, TimeProvider time) : IAuthorityKeys, IDisposable
{
    private const int MaxReason = 200;
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Called between the parts of a step, with the name of the part that is done: a test cuts off there.</summary>
    internal Action<string>? Done { get; set; }

    /// <summary>How long a prepared root must have been in the bundle: twice as long as an agent may go without asking.</summary>
    private TimeSpan Propagation => options.BundleRefresh * 2;

    /// <inheritdoc/>
    public async Task<AuthorityStatus> StatusAsync(CancellationToken cancellationToken = default)
    {
        var roster = domain.Roster;
        var use = await queries.UseByIssuerAsync(time.GetUtcNow(), cancellationToken);
        var certificates = roster.Members.ToDictionary(m => m.Name, domain.CertificateOf, StringComparer.Ordinal);
        try
        {
            var keyIds = certificates.ToDictionary(c => c.Key, c => c.Value is { } there ? VerificationKey.IdOf(there.PublicKey) : "", StringComparer.Ordinal);
            return new AuthorityStatus(roster.Sequence, custody.Kind, [.. roster.Members.Select(FactsOf)], roster.Pending);

            AuthorityFacts FactsOf(AuthorityMember member)
            {
                var certificate = certificates[member.Name];
                var uses = roster.Members.Where(m => m.Purpose == AuthorityCertificate.Issuing && (m == member || m.Root == member.Name))
                    .Select(m => use.GetValueOrDefault(keyIds[m.Name])).OfType<IssuerUse>().ToList();
                return new AuthorityFacts(member, keyIds[member.Name], certificate is null ? "" : CertificateText.FingerprintOf(certificate),
                    certificate is null ? member.Since : new DateTimeOffset(certificate.NotBefore).ToUniversalTime(),
                    certificate is null ? member.Since : new DateTimeOffset(certificate.NotAfter).ToUniversalTime(),
                    uses.Sum(u => u.Agents), uses.Count > 0 ? uses.Max(u => u.Last) : null,
                    member is { Purpose: AuthorityCertificate.Root, State: AnchorState.Prepared } ? member.Since + Propagation : null);
            }
        }
        finally
        {
            foreach (var certificate in certificates.Values)
                certificate?.Dispose();
        }
    }

    /// <inheritdoc/>
    public async Task<string> PrepareAsync(string purpose, string actor, string reason, CancellationToken cancellationToken = default)
    {
        if (purpose is not (AuthorityCertificate.Root or AuthorityCertificate.Issuing))
            throw new AuthorityStepException("authority-purpose-unknown", "Only a root or an issuing CA can be prepared.");
        return (await StepAsync(roster => new AuthorityStep(AuthorityStepKind.Prepare, AuthorityRules.NextName(roster, purpose), actor, Cut(reason), time.GetUtcNow()), cancellationToken)).Name;
    }

    /// <inheritdoc/>
    public Task ActivateAsync(string name, string actor, string reason, bool force = false, CancellationToken cancellationToken = default)
        => StepAsync(_ => new AuthorityStep(AuthorityStepKind.Activate, name, actor, Cut(reason), time.GetUtcNow(), force), cancellationToken);

    /// <inheritdoc/>
    public Task TaintAsync(string name, string actor, string reason, CancellationToken cancellationToken = default)
        => StepAsync(_ => new AuthorityStep(AuthorityStepKind.Taint, name, actor, Cut(reason), time.GetUtcNow()), cancellationToken);

    /// <inheritdoc/>
    public async Task RevokeAsync(string name, string actor, string reason, bool force = false, CancellationToken cancellationToken = default)
    {
        if (!force && (await StatusAsync(cancellationToken)).Authorities.FirstOrDefault(a => a.Member.Name == name) is { LiveAgents: > 0 } used && used.State == AnchorState.Tainted)
        {
            throw new AuthorityStepException("authority-in-use", string.Create(CultureInfo.InvariantCulture,
                $"{used.LiveAgents} agents live by certificates of {name}, the last until {used.LastExpiry?.UtcDateTime:u}: let them renew first, or force it and they are cut off."));
        }
        await StepAsync(_ => new AuthorityStep(AuthorityStepKind.Revoke, name, actor, Cut(reason), time.GetUtcNow(), force), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ResumeAsync(CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await CompleteAsync(cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<AuthorityStep> StepAsync(Func<AuthorityRoster, AuthorityStep> plan, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await CompleteAsync(cancellationToken);
            var step = plan(domain.Roster);
            // Refused here, nothing was begun.
            AuthorityRules.Apply(domain.Roster, step, Propagation);
            domain.Put(domain.Roster with { Pending = step });
            Done?.Invoke("begun");
            await CompleteAsync(cancellationToken);
            return step;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (domain.Roster.Pending is not { } step)
            return;
        var before = domain.Roster;
        var next = AuthorityRules.Apply(before with { Pending = null }, step, Propagation);
        var made = domain.Make(next);
        Done?.Invoke("made");
        var changed = next.Members.Where(m => before.Find(m.Name)?.State != m.State).ToList();
        var certificates = changed.Select(m => domain.CertificateOf(m) is { } c ? new AuthorityCertificate(m.Purpose, c, m.State) : null).OfType<AuthorityCertificate>()
            .OrderByDescending(c => next.Find(step.Name)!.Purpose == c.Purpose).ToList();
        await recorder.RecordStepAsync(step, Describe(step, changed), certificates, cancellationToken);
        Done?.Invoke("recorded");
        domain.Put(next);
        Done?.Invoke("in force");
        // A new server certificate comes with another issuing CA.
        await recorder.RecordAsync(cancellationToken);
        foreach (var certificate in certificates.Where(c => c is { Purpose: AuthorityCertificate.Issuing, State: AnchorState.Revoked }))
            Close(VerificationKey.IdOf(certificate.Certificate.PublicKey));
        foreach (var certificate in made.Concat(certificates))
            certificate.Certificate.Dispose();
    }

    // The gate refuses them from now on, having no path; connections that are open must be told.
    private void Close(string keyId) => standings.WithdrawIssuer(keyId, new Withdrawal(time.GetUtcNow(), RevocationReason.CaCompromise));

    private static string Describe(AuthorityStep step, List<AuthorityMember> changed)
    {
        var states = string.Join(", ", changed.Select(m => $"{m.Name} {m.State.ToString().ToLowerInvariant()}"));
        return $"Authority keys, {step.Kind.ToString().ToLowerInvariant()}{(step.Forced ? " (forced)" : "")}: {states}. {step.Reason}".TrimEnd();
    }

    private static string Cut(string reason) => reason.Length <= MaxReason ? reason : reason[..MaxReason];
}
