using System.IO.Hashing;
using System.Security.Cryptography;

namespace A2AConsole.Core.Envelopes;

/// <summary>
/// Finds a member that appears twice in one object, at any depth, in one pass: a hash table over (object, name) keyed with a
/// secret, so that nobody can aim collisions at it and a few thousand members cost no more than a few. A collision of two
/// 64-bit hashes would refuse an honest event: at a thousand members that is one in 10^13.
/// One a thread, reused; objects are numbered on and on, so nothing need be cleared between two texts.
/// </summary>
internal sealed class MemberSet
{
    private const int SmallSize = 512;
    private const int LargeSize = 1 << 14;

    private static readonly long Seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));

    [ThreadStatic]
    private static MemberSet? t_set;

    private readonly long[] _objects = new long[JsonText.MaxDepth + 2];
    private ulong[] _slots = new ulong[SmallSize];
    private int _count;
    private long _next;

    /// <summary>This thread's set. A reader takes it for one text and is done with it before another begins.</summary>
    public static MemberSet ForText()
    {
        var set = t_set ??= new MemberSet();
        if (set._slots.Length > LargeSize)
            set._slots = new ulong[SmallSize];
        else if (set._count > 0 && set._count * 4 > set._slots.Length)
            Array.Clear(set._slots);
        else
            return set;
        set._count = 0;
        return set;
    }

    /// <summary>A new object begins whose members have this depth.</summary>
    public void Enter(int depth) => _objects[depth] = ++_next;

    /// <summary>Adds a name to the object at a depth; false when it has it already.</summary>
    public bool Add(int depth, ReadOnlySpan<byte> name)
    {
        var key = XxHash3.HashToUInt64(name, Seed + _objects[depth] * unchecked((long)0x9E3779B97F4A7C15));
        if (key == 0)
            key = 1;
        if (_count * 2 >= _slots.Length)
            Grow();
        return Insert(_slots, key) && ++_count > 0;
    }

    private static bool Insert(ulong[] slots, ulong key)
    {
        for (var i = (int)(key >> 40) & (slots.Length - 1); ; i = (i + 1) & (slots.Length - 1))
        {
            if (slots[i] == key)
                return false;
            if (slots[i] != 0)
                continue;
            slots[i] = key;
            return true;
        }
    }

    private void Grow()
    {
        var larger = new ulong[_slots.Length * 2];
        foreach (var key in _slots)
        {
            if (key != 0)
                Insert(larger, key);
        }
        _slots = larger;
    }
}
