using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Stores;
using A2AConsole.Trust.Authority;
using A2AConsole.Trust.Findings;
using A2AConsole.Trust.Gate;
using Evidence = A2AConsole.Core.Attestation.Evidence;

namespace A2AConsole.Trust.Attestation;

/// <summary>Whose evidence it is, and where it came from.</summary>
/// <param name="Known">Whether the sender has proven who it is: by its current certificate, or with a join token.</param>
/// <param name="Serial">The certificate that it renews, or null.</param>
/// <param name="RemoteAddress">Where the request comes from.</param>
/// <param name="IsDemo">Whether it plays in the demo.</param>
internal sealed record AttestationParty(bool Known, string? Serial, string? RemoteAddress, bool IsDemo);

/// <summary>
/// Puts appraisals on the ledger and into the agent's history, one leaf each. Refused ones are limited by address like every refusal of
/// the authority, and raise a finding with what was measured beside what was expected; an affirmed one closes it.
/// </summary>
internal sealed class AttestationJournal(ILedger ledger, RefusalJournal refusals, IFindings findings, Standings standings, TimeProvider time)
{
    private const int MaxText = 500;

    /// <summary>Records the appraisals of one request. <paramref name="result"/>: the signed result when all affirm. Throws <see cref="LedgerUnavailableException"/>.</summary>
    public async Task RecordAsync(
        AttestationParty party, ResultSubject subject, IReadOnlyList<(Evidence Evidence, Appraisal Appraisal)> appraisals, string? result, CancellationToken cancellationToken)
    {
        foreach (var (evidence, appraisal) in appraisals)
        {
            var leaf = Leaf(party, subject, evidence, appraisal);
            Agent? agent = null;
            var leafIndex = 0L;
            void Change(Data.ConsoleDbContext context, long index)
            {
                leafIndex = index;
                agent = AttestationChanges.Add(context, Template(subject, party), RowOf(index, subject, appraisal, result, leaf.At));
            }
            if (appraisal.IsAffirming)
                await ledger.RecordAsync(leaf, Change, cancellationToken);
            else
                await refusals.RecordAsync(leaf, party.RemoteAddress, Change, cancellationToken);
            if (agent is not null && standings.NumberOf(subject.SpiffeId) is null)
                standings.Changed(agent, leafIndex);
            if (!appraisal.IsAffirming)
                await ReportAsync(subject, appraisal, cancellationToken);
        }
    }

    /// <summary>What was wrong with the agent's evidence is right again.</summary>
    public async Task ResolveAsync(string spiffeId, CancellationToken cancellationToken)
    {
        foreach (var kind in new[] { FindingKind.AttestationDrift, FindingKind.AttestationFailed })
            await findings.ResolveAsync(kind, spiffeId, "system", "Its evidence was affirmed.", cancellationToken);
    }

    private async Task ReportAsync(ResultSubject subject, Appraisal appraisal, CancellationToken cancellationToken)
    {
        var differing = appraisal.Claims.Where(c => !c.Matches).ToList();
        await findings.ReportAsync(new FindingReport(
            appraisal.IsDrift ? FindingKind.AttestationDrift : FindingKind.AttestationFailed, subject.SpiffeId, standings.NumberOf(subject.SpiffeId),
            $"{appraisal.Kind} evidence was not affirmed ({appraisal.Code}): {appraisal.Detail}",
            differing.Count == 0 ? null : string.Join("; ", differing.Select(c => $"{c.Name} = {c.Measured}")),
            differing.Count == 0 ? null : string.Join("; ", differing.Select(c => $"{c.Name} = {c.Reference ?? "nothing"}"))), cancellationToken);
    }

    private LedgerLeaf Leaf(AttestationParty party, ResultSubject subject, Evidence evidence, Appraisal appraisal) => new()
    {
        Kind = LeafKind.Attestation, Verdict = appraisal.IsAffirming ? LeafVerdict.Done : LeafVerdict.Refused, Code = appraisal.Code, At = time.GetUtcNow(),
        // A stranger's evidence is about an agent; it is not the agent's act.
        Actor = party.Known ? subject.SpiffeId : $"address:{RefusalJournal.SourceOf(party.RemoteAddress)}",
        Subject = party.Known ? null : subject.SpiffeId,
        Certificate = party.Serial, Type = appraisal.Kind,
        Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(evidence.Body.GetRawText()))),
        Detail = Cut(appraisal.IsAffirming
            ? $"{appraisal.Kind} evidence affirmed, assurance {appraisal.Assurance.ToString().ToLowerInvariant()}, for the key {subject.KeyId}."
            : $"{appraisal.Kind} evidence not affirmed: {appraisal.Detail}"),
        Demo = party.IsDemo ? "live" : null,
    };

    private static AttestationRecord RowOf(long index, ResultSubject subject, Appraisal appraisal, string? result, DateTimeOffset at) => new()
    {
        Id = index, Kind = appraisal.Kind, At = at, IsAffirming = appraisal.IsAffirming, Code = appraisal.Code, Detail = appraisal.Detail is { } detail ? Cut(detail) : null,
        KeyId = subject.KeyId, Runtime = appraisal.Runtime, Claims = JsonSerializer.Serialize(appraisal.Claims, JsonSerializerOptions.Web), Result = result,
    };

    private Agent Template(ResultSubject subject, AttestationParty party)
    {
        var (id, terms) = (SpiffeId.Parse(subject.SpiffeId), subject.Entry.Terms);
        return new Agent
        {
            SpiffeId = id.Text, Environment = id.Environment, Role = id.Role, Name = id.Name, Organisation = terms.Organisation, Owner = terms.Owner, Tier = terms.Tier,
            State = AgentState.Invited, CreatedAt = time.GetUtcNow(), IsDemo = party.IsDemo || subject.Entry.IsDemo,
        };
    }

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..(MaxText - 1)] + "…";
}
