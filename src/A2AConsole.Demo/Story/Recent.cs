namespace A2AConsole.Demo.Story;

/// <summary>The last few business objects of a kind, for later ones to refer to.</summary>
internal sealed class Recent<T>(Random random)
{
    private const int Kept = 24;
    private readonly List<T> _items = [];

    public bool Any => _items.Count > 0;

    public void Add(T item)
    {
        if (_items.Count == Kept)
            _items.RemoveAt(0);
        _items.Add(item);
    }

    /// <summary>Any one, which stays.</summary>
    public T Pick() => _items[random.Next(_items.Count)];

    /// <summary>The latest few of some, newest first; they stay.</summary>
    public IReadOnlyList<T> Latest(Func<T, bool> those, int most) => [.. Enumerable.Reverse(_items).Where(those).Take(most)];

    /// <summary>The oldest, which is used up: an approval is for one purchase.</summary>
    public T Take()
    {
        var item = _items[0];
        _items.RemoveAt(0);
        return item;
    }
}
