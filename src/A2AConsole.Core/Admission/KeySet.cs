namespace A2AConsole.Core.Admission;

/// <summary>
/// A set of 64-bit hashes: open addressing, 8 bytes a slot. It grows a few slots at each addition instead of all at once, so
/// that no single commit waits while a million keys are moved.
/// </summary>
internal sealed class KeySet
{
    private const int InitialSize = 8;
    private const int MovedAtOnce = 16;

    private ulong[] _slots = new ulong[InitialSize];
    // While growing: the smaller table, what of it was moved already, and nothing is added to it.
    private ulong[]? _old;
    private int _moved;

    public int Count { get; private set; }

    public bool Contains(ulong key)
    {
        key = NotZero(key);
        return Find(_slots, key) || (_old is not null && Find(_old, key));
    }

    /// <summary>Adds a key that is not in the set.</summary>
    public void Add(ulong key)
    {
        if (_old is not null)
            Move();
        else if ((Count + 1) * 4L > _slots.Length * 3L)
            (_old, _slots, _moved) = (_slots, new ulong[_slots.Length * 2], 0);
        Insert(_slots, NotZero(key));
        Count++;
    }

    private void Move()
    {
        var end = Math.Min(_moved + MovedAtOnce, _old!.Length);
        for (; _moved < end; _moved++)
        {
            if (_old[_moved] != 0)
                Insert(_slots, _old[_moved]);
        }
        if (_moved == _old.Length)
            _old = null;
    }

    private static bool Find(ulong[] slots, ulong key)
    {
        for (var i = (int)key & (slots.Length - 1); slots[i] != 0; i = (i + 1) & (slots.Length - 1))
        {
            if (slots[i] == key)
                return true;
        }
        return false;
    }

    private static void Insert(ulong[] slots, ulong key)
    {
        var i = (int)key & (slots.Length - 1);
        while (slots[i] != 0)
            i = (i + 1) & (slots.Length - 1);
        slots[i] = key;
    }

    // Zero marks an empty slot.
    private static ulong NotZero(ulong key) => key == 0 ? 1 : key;
}
