namespace A2AConsole.Core.Schemas;

/// <summary>The first rule that an event's data breaks.</summary>
/// <param name="Pointer">Where: a JSON Pointer (RFC 6901) into <c>data</c>; empty for the data itself.</param>
/// <param name="Rule">What must hold there; from the schema, never from the data.</param>
public sealed record SchemaViolation(string Pointer, string Rule)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(Pointer.Length == 0 ? "data" : Pointer)} {Rule}";
}

/// <summary>A schema that cannot be compiled: malformed, or with a keyword that we don't enforce.</summary>
public sealed class SchemaException(string message, Exception? inner = null) : Exception(message, inner);
