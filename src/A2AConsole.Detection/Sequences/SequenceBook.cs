namespace A2AConsole.Detection.Sequences;

/// <summary>The verdict on a message's type and what came before it.</summary>
/// <param name="FirstSeen">The type was never seen here.</param>
/// <param name="RareType">−log10 p that a message is of this type.</param>
/// <param name="NeverFollowed">This never came after that, nor as the first, though there was occasion.</param>
/// <param name="Transition">−log10 p that this follows.</param>
/// <param name="Occasions">How often something came after what came before.</param>
public readonly record struct SequenceScore(bool FirstSeen, double RareType, bool NeverFollowed, double Transition, double Occasions);

/// <summary>
/// Which types of message an agent (or a role) sends, and which follows which on the same subject: counts of up to 32 types, so that an approval without
/// a proposal surprises by how often proposals came first. Not for several threads at once.
/// </summary>
public sealed class SequenceBook
{
    private const byte Tag = (byte)'S', Version = 1;
    private const int Most = 32, Start = 0;
    private const double Prior = 0.5;

    // Row and column 0 are the beginning of a subject.
    private readonly ulong[] _types = new ulong[Most];
    private ushort[] _follows = new ushort[4 * 4];
    private readonly float[] _counts = new float[Most];
    private int _known = 1;
    private float _messages;

    public double Messages => _messages;

    /// <summary>Judges a message, then learns it.</summary>
    /// <param name="previous">The type before it on the same subject, by <see cref="Edges.NodeHash"/>; 0 when it is the first.</param>
    /// <param name="type">Its own, by <see cref="Edges.NodeHash"/>.</param>
    public SequenceScore Observe(ulong previous, ulong type)
    {
        var (from, to) = (previous == 0 ? Start : Find(previous), Find(type));
        var first = to < 0;
        var rare = Surprise.Of(((first ? 0 : _counts[to]) + Prior) / (_messages + 2 * Prior));
        var occasions = from < 0 ? 0 : Row(from);
        var seen = from < 0 || to < 0 ? 0 : _follows[from * Width + to];
        // Against chance by the type's own share: a rare type is rare after anything.
        var share = ((first ? 0 : _counts[to]) + Prior) / (_messages + 2 * Prior);
        var follows = occasions == 0 ? 0 : Surprise.Of((seen + Prior * share) / (occasions + Prior));
        Learn(from < 0 ? Add(previous) : from, first ? Add(type) : to);
        return new SequenceScore(first, rare, occasions > 0 && seen == 0, follows, occasions);
    }

    private int Width => (int)Math.Sqrt(_follows.Length);

    private int Find(ulong type)
    {
        for (var i = 1; i < _known; i++)
            if (_types[i] == type)
                return i;
        return -1;
    }

    private double Row(int from)
    {
        var (sum, width) = (0, Width);
        for (var i = 0; i < width; i++)
            sum += _follows[from * width + i];
        return sum;
    }

    private void Learn(int from, int to)
    {
        ref var cell = ref _follows[from * Width + to];
        if (cell == ushort.MaxValue)
            for (var i = 0; i < _follows.Length; i++)
                _follows[i] /= 2;
        cell++;
        _counts[to]++;
        _messages = Math.Min(_messages + 1, 1e7f);
    }

    // A new type takes the place of the rarest when there is no room.
    private int Add(ulong type)
    {
        if (Find(type) is > 0 and var there)
            return there;
        if (_known == Most)
        {
            var least = 1;
            for (var i = 2; i < Most; i++)
                if (_counts[i] < _counts[least])
                    least = i;
            for (var i = 0; i < Most; i++)
                _follows[least * Most + i] = _follows[i * Most + least] = 0;
            (_types[least], _counts[least]) = (type, 0);
            return least;
        }
        if (_known == Width)
            Widen();
        _types[_known] = type;
        return _known++;
    }

    private void Widen()
    {
        var (old, width) = (_follows, Width);
        var wider = Math.Min(Most, 2 * width);
        _follows = new ushort[wider * wider];
        for (var row = 0; row < width; row++)
            Array.Copy(old, row * width, _follows, row * wider, width);
    }

    public void Save(BinaryWriter writer)
    {
        DetectorState.Begin(writer, Tag, Version);
        writer.Write(_known);
        for (var i = 1; i < _known; i++)
        {
            writer.Write(_types[i]);
            writer.Write(_counts[i]);
        }
        for (var from = 0; from < _known; from++)
            for (var to = 0; to < _known; to++)
                writer.Write(_follows[from * Width + to]);
        writer.Write(_messages);
    }

    /// <exception cref="DetectorStateException">The state is damaged or another's.</exception>
    public static SequenceBook Load(BinaryReader reader) => DetectorState.Read(reader, r =>
    {
        DetectorState.Expect(r, Tag, Version);
        var book = new SequenceBook { _known = DetectorState.Int32(r, 1, Most) };
        while (book.Width < book._known)
            book.Widen();
        for (var i = 1; i < book._known; i++)
            (book._types[i], book._counts[i]) = (r.ReadUInt64(), DetectorState.Single(r, 0));
        for (var from = 0; from < book._known; from++)
            for (var to = 0; to < book._known; to++)
                book._follows[from * book.Width + to] = r.ReadUInt16();
        book._messages = DetectorState.Single(r, 0, 1e7f);
        return book;
    });
}
