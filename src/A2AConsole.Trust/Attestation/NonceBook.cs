using System.Buffers.Text;
using System.Security.Cryptography;
using A2AConsole.Core.Attestation;
using A2AConsole.Trust.Authority;

namespace A2AConsole.Trust.Attestation;

/// <summary>A nonce that was given out: for one identity and one key, once, for a few minutes.</summary>
internal sealed class IssuedNonce
{
    public required byte[] Value { get; init; }
    public required string SpiffeId { get; init; }
    /// <summary>SHA-256 of the SubjectPublicKeyInfo that is to be certified.</summary>
    public required byte[] KeyDigest { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    /// <summary>The kind that was given a challenge, and what its verifier keeps of it.</summary>
    public string? ChallengedKind { get; init; }
    public ReadOnlyMemory<byte> ChallengeState { get; init; }

    /// <summary>As it travels.</summary>
    public string Text => Base64Url.EncodeToString(Value);

    internal required string Source { get; init; }
    internal bool IsUsed { get; set; }
}

/// <summary>
/// The nonces that are out, in memory. Bounded by address and in all: when all places are taken, the address that holds most loses its oldest, so
/// that a flood from one address drives out its own. Used and expired ones are remembered a while, to say what was wrong.
/// </summary>
internal sealed class NonceBook(TrustOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, IssuedNonce> _nonces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<IssuedNonce>> _bySource = new(StringComparer.Ordinal);
    private Queue<IssuedNonce> _byAge = new();

    /// <summary>How many are held, used and expired ones included.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _nonces.Count;
        }
    }

    /// <summary>How many places their order of age takes up.</summary>
    internal int Places
    {
        get
        {
            lock (_lock)
                return _byAge.Count;
        }
    }

    /// <summary>A fresh value; nobody can use it before it is added.</summary>
    public static byte[] NewValue() => RandomNumberGenerator.GetBytes(EvidenceBinding.NonceSize);

    /// <summary>Whether an address may have another: to be asked before anything is computed for it.</summary>
    public AuthorityRefusal? WhyNot(string? remoteAddress)
    {
        lock (_lock)
        {
            Sweep();
            return _bySource.GetValueOrDefault(RefusalJournal.SourceOf(remoteAddress))?.Count >= options.NoncesPerAddress ? Refusals.TooManyNonces() : null;
        }
    }

    /// <summary>Gives a nonce out.</summary>
    public IssuedNonce Add(byte[] value, string spiffeId, byte[] keyDigest, string? challengedKind, ReadOnlyMemory<byte> state, string? remoteAddress)
    {
        var nonce = new IssuedNonce
        {
            Value = value, SpiffeId = spiffeId, KeyDigest = keyDigest, ExpiresAt = time.GetUtcNow() + options.NonceLifetime,
            ChallengedKind = challengedKind, ChallengeState = state, Source = RefusalJournal.SourceOf(remoteAddress),
        };
        lock (_lock)
        {
            Sweep();
            if (_nonces.Count >= options.NoncesInAll)
                Forget(_bySource.MaxBy(s => s.Value.Count).Value.Peek());
            _nonces[nonce.Text] = nonce;
            // What was driven out is still in the line of age: taken out of it before it is longer than what is held by half.
            if (_byAge.Count >= options.NoncesInAll * 3L / 2)
                _byAge = new(_byAge.Where(n => _nonces.ContainsKey(n.Text)));
            _byAge.Enqueue(nonce);
            if (!_bySource.TryGetValue(nonce.Source, out var own))
                _bySource[nonce.Source] = own = new();
            own.Enqueue(nonce);
        }
        return nonce;
    }

    /// <summary>Takes a nonce for an identity and a key. Whoever shows it has used it up, whatever comes of it.</summary>
    public (IssuedNonce? Nonce, AuthorityRefusal? Refusal) Take(string? text, string spiffeId, ReadOnlySpan<byte> keyDigest)
    {
        if (text is null)
            return (null, Refusals.NonceMissing());
        lock (_lock)
        {
            Sweep();
            if (!_nonces.TryGetValue(text, out var nonce))
                return (null, Refusals.NonceUnknown());
            if (nonce.IsUsed)
                return (null, Refusals.NonceUsed());
            nonce.IsUsed = true;
            if (nonce.ExpiresAt <= time.GetUtcNow())
                return (null, Refusals.NonceExpired(nonce.ExpiresAt));
            if (nonce.SpiffeId != spiffeId)
                return (null, Refusals.NonceOtherAgent());
            return keyDigest.SequenceEqual(nonce.KeyDigest) ? (nonce, null) : (null, Refusals.NonceOtherKey());
        }
    }

    // Each is remembered for twice its life.
    private void Sweep()
    {
        var now = time.GetUtcNow();
        while (_byAge.TryPeek(out var oldest) && (oldest.ExpiresAt + options.NonceLifetime <= now || !_nonces.ContainsKey(oldest.Text)))
        {
            _byAge.Dequeue();
            if (_nonces.ContainsKey(oldest.Text))
                Forget(oldest);
        }
    }

    // The oldest of its source: nonces live equally long, so that the order of age is the order of each queue.
    private void Forget(IssuedNonce nonce)
    {
        _nonces.Remove(nonce.Text);
        var own = _bySource[nonce.Source];
        own.Dequeue();
        if (own.Count == 0)
            _bySource.Remove(nonce.Source);
    }
}
