using System.Runtime.InteropServices;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Queries;

namespace A2AConsole.Trust.Gate;

/// <summary>What the edge must know at each request of a certificate that we issued, in memory. Thread-safe.</summary>
public sealed class CertificateStanding
{
    private readonly Lock _lock = new();
    private readonly UInt128 _fingerprintHigh, _fingerprintLow;
    private volatile Withdrawal? _withdrawal;
    private long _since;
    private RefusedUse? _refusedUse;

    internal CertificateStanding(AgentStanding agent, CertificateRecord record)
    {
        (Agent, Leaf, Serial, NotAfter, IssuerKeyId) = (agent, record.Leaf, record.Serial, record.NotAfter, record.IssuerKeyId);
        (_fingerprintHigh, _fingerprintLow) = Halves(record.Fingerprint);
        _withdrawal = record.RevokedAt is { } at ? new(at, record.Reason ?? RevocationReason.Unspecified) : null;
        _since = record.Leaf;
    }

    public AgentStanding Agent { get; }
    /// <summary>The ledger leaf of its issuance.</summary>
    public long Leaf { get; }
    /// <summary>Lower-case hex.</summary>
    public string Serial { get; }
    public DateTimeOffset NotAfter { get; }
    /// <summary>The id of the authority's key that signed it.</summary>
    public string IssuerKeyId { get; }

    /// <summary>Since when and why it does not count; null while it does.</summary>
    public Withdrawal? Withdrawal => _withdrawal;

    /// <summary>Why a holder of this certificate is not served now; null when it is.</summary>
    public LifeRefusal? Refusal
        => _withdrawal is { } withdrawal ? withdrawal.Why(Agent.State) : AgentLife.WhyNotAdmitted(Agent.State);

    /// <summary>Whether the certificate with this SHA-256 (32 bytes) is the one that was issued under the serial.</summary>
    public bool IsOf(ReadOnlySpan<byte> fingerprint) => Halves(fingerprint) == (_fingerprintHigh, _fingerprintLow);

    /// <summary>Notes that it was shown although it does not count; when, and how often since somebody last took the note.</summary>
    internal void NoteRefusedUse(DateTimeOffset at)
    {
        lock (_lock)
            _refusedUse = new((_refusedUse?.Times ?? 0) + 1, at);
    }

    /// <summary>Takes what was noted since the last call; null when it was not shown.</summary>
    internal RefusedUse? TakeRefusedUse()
    {
        if (Volatile.Read(ref _refusedUse) is null)
            return null;
        lock (_lock)
        {
            var taken = _refusedUse;
            _refusedUse = null;
            return taken;
        }
    }

    internal bool Apply(Withdrawal? withdrawal, long leaf)
    {
        lock (_lock)
        {
            // Revoked is final, whatever comes later in whichever order.
            if (leaf < _since || _withdrawal is { IsHold: false })
                return false;
            (_since, _withdrawal) = (leaf, withdrawal);
            return true;
        }
    }

    private static (UInt128 High, UInt128 Low) Halves(ReadOnlySpan<byte> fingerprint)
        => (MemoryMarshal.Read<UInt128>(fingerprint), MemoryMarshal.Read<UInt128>(fingerprint[16..]));
}

/// <summary>How often a certificate that does not count was shown, and when last.</summary>
internal sealed record RefusedUse(long Times, DateTimeOffset LastAt);

/// <summary>When and why a certificate was taken back, or put on hold.</summary>
public sealed record Withdrawal(DateTimeOffset At, RevocationReason Reason)
{
    /// <summary>Whether it may be lifted again.</summary>
    public bool IsHold => Reason == RevocationReason.CertificateHold;

    internal LifeRefusal Why(AgentState agent) => IsHold
        ? AgentLife.WhyNotAdmitted(agent) ?? new(CertificateLifecycle.Held, "The certificate is on hold; it counts again when that is lifted.")
        : new(CertificateLifecycle.Revoked, "The certificate was revoked; the agent must be invited and enrol again.");
}
