using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;

namespace A2AConsole.Data.Writing;

/// <summary>A run of leaves to be written as one row, with the events behind them when they were admitted.</summary>
internal sealed class BlockRow
{
    public long FirstLeaf { get; init; }
    public int Count { get; set; }
    public int? AgentNumber { get; init; }
    public long RecordedAt { get; init; }
    public BlockContent Content { get; init; }
    public Blob Leaves { get; } = new();
    public long ReplayUntil { get; set; }
    public Blob ReplayKeys { get; } = new();
    public ReadOnlyMemory<byte> BatchEnvelope { get; init; }
    public Blob Events { get; } = new();

    public bool HasPayload => Content == BlockContent.Admitted;

    /// <summary>Gives the buffers back.</summary>
    public void Release()
    {
        Leaves.Release();
        ReplayKeys.Release();
        Events.Release();
    }
}

/// <summary>What an agent's row gains.</summary>
internal struct AgentTally
{
    public long LastSeenAt;
    public long Admitted;
    public long Refused;
}

/// <summary>Who addressed whom with what on which day (days since the Unix epoch).</summary>
internal readonly record struct PeerKey(int Agent, int Day, string Peer, string Type);

/// <summary>What a counterparty's row gains.</summary>
internal struct PeerTally
{
    public long Count;
    public long FirstSeenAt;
    public long LastSeenAt;
    /// <summary>Bytes received.</summary>
    public long Bytes;
}

/// <summary>An idempotency key to keep.</summary>
internal sealed record IdempotencyRow(int AgentNumber, string Key, ReadOnlyMemory<byte> ContentDigest, long LeafIndex, long ExpiresAt);

/// <summary>Everything that one transaction writes beside the changes of records.</summary>
internal sealed class CommitGroup
{
    public List<BlockRow> Blocks { get; } = [];
    public List<QuarantineItem> Quarantine { get; } = [];
    public List<IdempotencyRow> Idempotency { get; } = [];
    public List<CompletedTile> Tiles { get; } = [];
    public Dictionary<(int Minute, string Code), long> Traffic { get; } = [];
    public Dictionary<(int Agent, int Hour, string Code), long> Hours { get; } = [];
    public Dictionary<PeerKey, PeerTally> Peers { get; } = [];
    /// <summary>Money by flow and currency, in ten-thousandths of its unit.</summary>
    public Dictionary<(PeerKey Flow, string Currency), long> Money { get; } = [];
    public Dictionary<int, AgentTally> Agents { get; } = [];
    public Dictionary<int, (long First, long Last)> Minutes { get; } = [];
    /// <summary>Open summaries that grew: their new totals.</summary>
    public List<RefusalSummary> Summaries { get; } = [];
    /// <summary>Summaries whose minute is over.</summary>
    public List<(int Agent, int Minute)> ClosedSummaries { get; } = [];
    public long Size { get; set; }
    public byte[] Root { get; set; } = [];
    public ReadOnlyMemory<byte> Edge { get; set; }
    public string Checkpoint { get; set; } = "";
    public long At { get; set; }
    public long WriterEpoch { get; set; }

    /// <summary>Gives the buffers back.</summary>
    public void Release()
    {
        foreach (var block in Blocks)
            block.Release();
        Blocks.Clear();
    }
}
