using A2AConsole.Detection.Counts;

namespace A2AConsole.Detection.Edges;

/// <summary>The verdict on whom an agent addressed.</summary>
/// <param name="NewPeer">−log10 p of a peer that was never addressed (or long ago); 0 for a known one.</param>
/// <param name="Rare">−log10 of the share of this agent's messages that went to this peer.</param>
/// <param name="FanOut">−log10 p of as many different peers within this window.</param>
/// <param name="Peers">Different peers in this window so far.</param>
/// <param name="UsualPeers">How many are usual in a window in which the agent speaks at all.</param>
public readonly record struct PeerScore(double NewPeer, double Rare, double FanOut, int Peers, double UsualPeers, bool IsNew);

/// <summary>
/// Whom one agent (or one role) addresses: remembers the 64 peers that matter most, how often new ones come, and how many different ones a window
/// has. About a kilobyte. Not for several threads at once.
/// </summary>
public sealed class PeerBook
{
    private const byte Tag = (byte)'P', Version = 1;
    private const int Most = 64, Window = 32;
    private const double NewPrior = 0.5, MostPeers = 2;

    private readonly ulong[] _peers = new ulong[Most];
    private readonly float[] _weights = new float[Most];
    private readonly ulong[] _now = new ulong[Window];
    private int _known, _inWindow;
    private long _window = long.MinValue;
    private float _messages, _new, _windows, _mean, _square;

    /// <summary>Messages seen.</summary>
    public double Messages => _messages;

    public int Known => _known;

    /// <summary>Judges a message to a peer, then learns it.</summary>
    /// <param name="peer">By <see cref="NodeHash"/>.</param>
    /// <param name="window">The number of the window (a minute, five minutes); one that goes back belongs to the latest.</param>
    public PeerScore Observe(ulong peer, long window)
    {
        if (window > _window)
            EndWindow(window);
        var at = Array.IndexOf(_peers, peer, 0, _known);
        var isNew = at < 0;
        var newPeer = isNew ? Surprise.Of((_new + NewPrior) / (_messages + 2 * NewPrior)) : 0;
        var rare = Surprise.Of(((isNew ? 0 : _weights[at]) + NewPrior) / (_messages + 2 * NewPrior + _known));
        if (Array.IndexOf(_now, peer, 0, Math.Min(_inWindow, Window)) < 0)
        {
            if (_inWindow < Window)
                _now[_inWindow] = peer;
            _inWindow++;
        }
        var fanOut = FanOut();
        Learn(at, peer);
        return new PeerScore(newPeer, rare, fanOut, _inWindow, _mean, isNew);
    }

    /// <summary>Whether a peer is among those remembered.</summary>
    public bool Knows(ulong peer) => Array.IndexOf(_peers, peer, 0, _known) >= 0;

    private double FanOut()
    {
        // One is the least in a window that has any: what is counted is the more.
        if (_windows < 3 || _inWindow - 1 <= _mean - 1)
            return 0;
        var mean = Math.Max(_mean - 1, 0) + 1 / (_windows + 1.0);
        var variance = Math.Max(_square - _mean * _mean, 0);
        var dispersion = Math.Clamp((variance - mean) / (mean * mean) + 2 / (_windows + 1.0), 0.02, 4);
        return _inWindow - 1 > mean ? NegativeBinomial.Tail(_inWindow - 1, mean, dispersion) : 0;
    }

    private void EndWindow(long window)
    {
        if (_window != long.MinValue && _inWindow > 0)
        {
            _windows = Math.Min(_windows + 1, 500);
            // A burst to many is not taken for usual: at most twice the mean, and two more.
            var count = _windows <= 3 ? _inWindow : Math.Min(_inWindow, (float)MostPeers * _mean + 2);
            _mean += (count - _mean) / _windows;
            _square += (count * count - _square) / _windows;
        }
        (_window, _inWindow) = (window, 0);
    }

    private void Learn(int at, ulong peer)
    {
        _messages = Math.Min(_messages + 1, 1e7f);
        if (at >= 0)
        {
            _weights[at]++;
            return;
        }
        _new++;
        if (_known < Most)
        {
            (_peers[_known], _weights[_known]) = (peer, 1);
            _known++;
            return;
        }
        // The lightest makes room.
        var least = 0;
        for (var i = 1; i < Most; i++)
            if (_weights[i] < _weights[least])
                least = i;
        (_peers[least], _weights[least]) = (peer, 1);
    }

    public void Save(BinaryWriter writer)
    {
        DetectorState.Begin(writer, Tag, Version);
        writer.Write(_known);
        for (var i = 0; i < _known; i++)
        {
            writer.Write(_peers[i]);
            writer.Write(_weights[i]);
        }
        writer.Write(_inWindow);
        for (var i = 0; i < Math.Min(_inWindow, Window); i++)
            writer.Write(_now[i]);
        writer.Write(_window);
        DetectorState.Singles(writer, [_messages, _new, _windows, _mean, _square]);
    }

    /// <exception cref="DetectorStateException">The state is damaged or another's.</exception>
    public static PeerBook Load(BinaryReader reader) => DetectorState.Read(reader, r =>
    {
        DetectorState.Expect(r, Tag, Version);
        var book = new PeerBook { _known = DetectorState.Int32(r, 0, Most) };
        for (var i = 0; i < book._known; i++)
            (book._peers[i], book._weights[i]) = (r.ReadUInt64(), DetectorState.Single(r, 0));
        book._inWindow = DetectorState.Int32(r, 0, int.MaxValue);
        for (var i = 0; i < Math.Min(book._inWindow, Window); i++)
            book._now[i] = r.ReadUInt64();
        book._window = r.ReadInt64();
        (book._messages, book._new, book._windows) = (DetectorState.Single(r, 0), DetectorState.Single(r, 0), DetectorState.Single(r, 0));
        (book._mean, book._square) = (DetectorState.Single(r, 0), DetectorState.Single(r, 0));
        return book;
    });
}
