namespace A2AConsole.Ingest.Events;

/// <summary>How a request's body holds its events.</summary>
internal enum BodyShape
{
    /// <summary>One envelope, answered alone.</summary>
    Single,
    /// <summary>A JSON array, or lines, of envelopes.</summary>
    Several,
    /// <summary>A signed batch root and the events under it: not taken apart here.</summary>
    Batch,
}

/// <summary>A request's events as slices of its body, not looked into yet.</summary>
/// <param name="Shape">How they came.</param>
/// <param name="Items">The events in order; a slice may hold anything. The whole body for a <see cref="BodyShape.Batch"/>.</param>
internal sealed record RequestItems(BodyShape Shape, IReadOnlyList<ReadOnlyMemory<byte>> Items)
{
    private static ReadOnlySpan<byte> Space => " \n\r\t"u8;

    /// <summary>
    /// Splits lines (NDJSON). Blank lines are skipped. Stops when there are more than <paramref name="max"/> items, with one more
    /// than that: a body of commas must not become a list of millions.
    /// </summary>
    public static RequestItems OfLines(ReadOnlyMemory<byte> body, int max)
    {
        var items = new List<ReadOnlyMemory<byte>>();
        while (body.Length > 0 && items.Count <= max)
        {
            var end = body.Span.IndexOf((byte)'\n');
            var line = (end < 0 ? body : body[..end]).Trim(Space);
            body = end < 0 ? default : body[(end + 1)..];
            if (line.Length > 0)
                items.Add(line);
        }
        return new(BodyShape.Several, items);
    }

    /// <summary>
    /// Splits a JSON body: an array of envelopes, a signed batch (an object with the member <c>batch</c>), or one envelope.
    /// Whatever is wrong stays with the item in which it is. Stops as <see cref="OfLines"/> does.
    /// </summary>
    public static RequestItems OfJson(ReadOnlyMemory<byte> body, int max)
    {
        body = body.Trim(Space);
        if (body.Length == 0)
            return new(BodyShape.Several, []);
        return body.Span[0] == '['
            ? new(BodyShape.Several, Elements(body, max))
            : new(HasBatch(body.Span) ? BodyShape.Batch : BodyShape.Single, [body]);
    }

    private static bool HasBatch(ReadOnlySpan<byte> json)
    {
        if (json[0] != '{')
            return false;
        var position = 1;
        while ((position = JsonBounds.SkipSpace(json, position)) < json.Length && json[position] == '"')
        {
            var nameEnd = JsonBounds.EndOfValue(json, position);
            if (json[position..nameEnd].SequenceEqual("\"batch\""u8))
                return true;
            position = JsonBounds.SkipSpace(json, nameEnd);
            if (position >= json.Length || json[position] != ':')
                return false;
            position = JsonBounds.SkipSpace(json, position + 1);
            position = JsonBounds.SkipSpace(json, JsonBounds.EndOfValue(json, position));
            if (position >= json.Length || json[position] != ',')
                return false;
            position++;
        }
        return false;
    }

    /// <summary>
    /// The elements of an array that begins the input. What is left when the array is not well-formed becomes an item of its own,
    /// so that it is refused by its place and the elements before it are not.
    /// </summary>
    private static List<ReadOnlyMemory<byte>> Elements(ReadOnlyMemory<byte> array, int max)
    {
        var items = new List<ReadOnlyMemory<byte>>();
        var json = array.Span;
        var position = JsonBounds.SkipSpace(json, 1);
        if (position < json.Length && json[position] == ']')
            return WithRest(items, array, position + 1);
        while (true)
        {
            position = JsonBounds.SkipSpace(json, position);
            var start = position;
            // Up to the separator: "{…} x" is one malformed item, not one good item and a lost rest.
            while (position < json.Length && json[position] is not ((byte)',' or (byte)']'))
            {
                var end = JsonBounds.EndOfValue(json, position);
                position = JsonBounds.SkipSpace(json, end == position ? position + 1 : end);
            }
            items.Add(array[start..position].TrimEnd(Space));
            if (position >= json.Length || items.Count > max)
                return items;
            if (json[position] == ']')
                return WithRest(items, array, position + 1);
            position++;
        }
    }

    private static List<ReadOnlyMemory<byte>> WithRest(List<ReadOnlyMemory<byte>> items, ReadOnlyMemory<byte> array, int end)
    {
        var rest = array[end..].Trim(Space);
        if (rest.Length > 0)
            items.Add(rest);
        return items;
    }
}
