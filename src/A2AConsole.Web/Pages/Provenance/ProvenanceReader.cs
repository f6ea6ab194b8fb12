using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Provenance.Drawing;
using A2AConsole.Core.Provenance.Lineage;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Trust;

namespace A2AConsole.Web.Pages.Provenance;

/// <summary>Reads, checks and draws a message's lineage. Everything that it says of a message it has checked just now, from the kept bytes.</summary>
public sealed class ProvenanceReader(ILedger ledger, ILedgerReader reader, LineageQueries lineage, LineageThenQueries then, ITrustDomain domain)
{
    /// <summary>The measures of the drawing.</summary>
    public static readonly DrawingMeasures Measures = new();

    private const int Most = 20;

    /// <summary>What the page shows.</summary>
    public async Task<ProvenanceModel> ReadAsync(ProvenanceView view, CancellationToken cancellationToken = default)
    {
        var behind = Math.Max(0, ledger.Head.Size - await lineage.ReadUntilAsync(cancellationToken));
        var named = await lineage.FindAsync(view.Id ?? "", Most, cancellationToken);
        if (named.Count == 0)
            return new() { Behind = behind, Citing = await lineage.CitingAsync(view.Id ?? "", Most, cancellationToken), Leaf = await LeafAsync(view.Id ?? "", cancellationToken) };
        var start = named[0];
        var graph = await WalkAsync(start.Leaf, view, cancellationToken);
        var messages = await lineage.NodesAsync([.. graph.Nodes.Where(n => n.Leaf is not null).Select(n => n.Leaf!.Value)], cancellationToken);
        var (nodes, links) = await CheckAsync(graph, messages, cancellationToken);
        return new()
        {
            Start = start, Named = named.Count, Nodes = nodes, Links = links, Hidden = graph.Hidden, IsFull = graph.IsFull, Behind = behind,
            Drawing = LayeredLayout.Draw([.. graph.Nodes.Select(n => n.Key)], [.. graph.Edges.Select(e => (e.To, e.From))], Measures),
            Reach = view.Direction == LineageDirection.Forward ? await ReachAsync(start.Leaf, cancellationToken) : null,
        };
    }

    private async Task<LineageGraph> WalkAsync(long start, ProvenanceView view, CancellationToken cancellationToken)
    {
        var walk = new LineageWalk(start, view.Direction, new LineageLimits(), view.Opened.ToHashSet(), view.Hidden.ToHashSet());
        while (walk.Wanted.Count > 0)
            walk.Take(await lineage.PagesAsync(walk.Wanted, view.Direction, cancellationToken));
        return walk.Graph;
    }

    private async Task<ProvenanceReach> ReachAsync(long start, CancellationToken cancellationToken)
    {
        var reach = new LineageReach(start);
        while (reach.Wanted.Count > 0)
            reach.Take(await lineage.DependantsAsync(reach.Wanted, reach.Room + 1, cancellationToken));
        var nodes = await lineage.NodesAsync(reach.Found, cancellationToken);
        var messages = reach.Found.Where(nodes.ContainsKey).Select(l => nodes[l]).ToList();
        return new(messages, LineageReach.Totals(messages), reach.IsFull);
    }

    private async Task<NamedLeaf?> LeafAsync(string text, CancellationToken cancellationToken)
    {
        foreach (var index in (await reader.FindAsync(text, cancellationToken)).Take(Most))
            if (await reader.LeafAsync(index, cancellationToken) is { } bytes)
                return new(index, LeafReader.Parse(bytes));
        return null;
    }

    private async Task<(IReadOnlyList<ProvenanceNode>, IReadOnlyList<ProvenanceLink>)> CheckAsync(LineageGraph graph, IReadOnlyDictionary<long, LineageNode> messages, CancellationToken cancellationToken)
    {
        var kept = new Dictionary<long, KeptMessage>();
        foreach (var leaf in messages.Keys)
        {
            if (await reader.LeafAsync(leaf, cancellationToken) is not { } bytes)
                continue;
            var sent = await reader.EventAsync(leaf, cancellationToken);
            kept[leaf] = new(LeafReader.Parse(bytes), sent?.Bytes ?? default, sent?.BatchEnvelope ?? default, sent?.BatchIndex ?? 0, sent?.BatchPath ?? default);
        }
        var certificates = await then.CertificatesAsync([.. kept.Values.Select(k => k.Leaf.Certificate).OfType<string>().Distinct()], cancellationToken);
        var evidence = await then.EvidenceAsync([.. certificates.Values.Select(c => c.KeyId).Distinct()], cancellationToken);
        var standing = await then.StandingAsync([.. messages.Values], cancellationToken);
        using var signers = new Signers(domain, certificates);
        var known = new Dictionary<string, CheckedMessage>();
        var nodes = new List<ProvenanceNode>();
        foreach (var node in graph.Nodes)
        {
            var message = node.Leaf is { } leaf ? messages.GetValueOrDefault(leaf) : null;
            var have = node.Leaf is { } l ? kept.GetValueOrDefault(l) : null;
            var found = MessageCheck.Check(have, have is null ? new(null, null, null) : signers.Of(have.Leaf), AlgorithmPolicy.Default);
            if (node.Leaf is not null)
                known[node.Key] = found;
            else
                found = found with { Verdict = new(LinkState.Unknown, LinkCodes.NotHeld, "Named by a message; what has that name was not sent through here, so it is not held here.") };
            var certificate = have?.Leaf.Certificate is { } serial ? certificates.GetValueOrDefault(serial) : null;
            nodes.Add(new(node, message, found.Verdict, certificate, certificate is null ? [] : [.. evidence[certificate.KeyId]], node.Leaf is { } at ? standing.GetValueOrDefault(at) : null));
        }
        return (nodes, [.. graph.Edges.Select(e => new ProvenanceLink(e, CitationCheck.Check(e, known[e.From], known.GetValueOrDefault(e.To))))]);
    }

    /// <summary>Certificates judged at the times of messages; a path is built once for each certificate.</summary>
    private sealed class Signers(ITrustDomain domain, IReadOnlyDictionary<string, EventCertificate> certificates) : IDisposable
    {
        private readonly Dictionary<string, (VerifiedSvid? Svid, string? WhyNot)> _judged = [];
        private readonly SvidTrust _trust = new(domain.Name, domain.Roots, domain.Intermediates);

        public SignerThen Of(LedgerLeaf leaf)
        {
            if (leaf.Certificate is not { } serial || !certificates.TryGetValue(serial, out var certificate))
                return new(null, null, null);
            if (leaf.At < certificate.NotBefore || leaf.At > certificate.NotAfter)
                return new(null, "it was not valid when the message was admitted", certificate.RevokedAt);
            if (!_judged.TryGetValue(serial, out var judged))
            {
                using var read = X509CertificateLoader.LoadCertificate(certificate.Der);
                _judged[serial] = judged = SvidValidator.TryValidate(read, _trust, leaf.At, out var svid, out var refusal) ? (svid, null) : (null, refusal.Detail);
            }
            return new(judged.Svid, judged.WhyNot, certificate.RevokedAt);
        }

        public void Dispose()
        {
            foreach (var (svid, _) in _judged.Values)
                foreach (var key in svid?.Keys ?? [])
                    key.Dispose();
        }
    }
}
