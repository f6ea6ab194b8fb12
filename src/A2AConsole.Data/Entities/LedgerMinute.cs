namespace A2AConsole.Data.Entities;

/// <summary>
/// Which leaves were recorded in a minute: the first and the last. Maps a time range to a leaf range without a time index on the
/// blocks, and holds also when the clock ran backwards (minutes may then overlap; the leaves in between are filtered).
/// </summary>
public sealed class LedgerMinute
{
    /// <summary>Minutes since the Unix epoch.</summary>
    public int Minute { get; set; }
    public long FirstLeaf { get; set; }
    public long LastLeaf { get; set; }
}
