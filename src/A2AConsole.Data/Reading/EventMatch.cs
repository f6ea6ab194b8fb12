using System.Text;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;

namespace A2AConsole.Data.Reading;

/// <summary>
/// Whether a leaf is among those that a filter asks for. Most leaves that are not are told by a byte search, before they are
/// parsed: a parse costs microseconds, a search nanoseconds.
/// </summary>
internal sealed class EventMatch
{
    private readonly EventFilter _filter;
    private readonly List<byte[]> _needles = [];

    public EventMatch(EventFilter filter)
    {
        _filter = filter;
        Need("type", filter.Type);
        Need("audience", filter.Audience);
        Need("code", filter.Code);
        if (filter.Text is { Length: > 0 } text && IsPlain(text))
            _needles.Add(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>Whether block columns alone decide, for blocks without records.</summary>
    public bool IsTrivial => _filter.Type is null && _filter.Audience is null && _filter.Code is null && string.IsNullOrEmpty(_filter.Text);

    /// <summary>Whether a leaf, or any of a block's leaves, may match.</summary>
    public bool MayMatch(ReadOnlySpan<byte> leaves)
    {
        foreach (var needle in _needles)
            if (leaves.IndexOf(needle) < 0)
                return false;
        return true;
    }

    /// <summary>The leaf, if it matches.</summary>
    public LedgerLeaf? Read(ReadOnlySpan<byte> bytes)
    {
        if (!MayMatch(bytes) || !LeafReader.TryParse(bytes, out var leaf, out _))
            return null;
        var isRecord = leaf.Kind is not (LeafKind.Event or LeafKind.RefusalSummary or LeafKind.Connection);
        var matches = (_filter.IncludeRecords || !isRecord)
            && (_filter.From is not { } from || leaf.At >= from)
            && (_filter.To is not { } to || leaf.At < to)
            && (_filter.Agent is not { } agent || leaf.Actor == agent || leaf.Subject == agent && leaf.Kind != LeafKind.Event)
            && (_filter.Audience is not { } audience || leaf.Audience == audience)
            && (_filter.Type is not { } type || leaf.Type == type)
            && (_filter.Verdict is not { } verdict || leaf.Verdict == verdict)
            && (_filter.Code is not { } code || leaf.Code == code)
            && (string.IsNullOrEmpty(_filter.Text) || leaf.MessageId?.Contains(_filter.Text, StringComparison.Ordinal) == true);
        return matches ? leaf : null;
    }

    private void Need(string member, string? value)
    {
        if (value is not null && IsPlain(value))
            _needles.Add(Encoding.ASCII.GetBytes($",\"{member}\":\"{value}\""));
    }

    // What a leaf spells as it is; anything else is left to the comparison after parsing.
    private static bool IsPlain(string text) => text.All(c => c is >= ' ' and < (char)0x7f and not '"' and not '\\');
}
