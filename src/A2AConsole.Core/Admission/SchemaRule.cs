using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Schemas;

namespace A2AConsole.Core.Admission;

/// <summary>An event's type must be registered, and its data must be valid against the type's schema.</summary>
public static class SchemaRule
{
    public static Fault? Check(SchemaRegistry schemas, string type, string? dataSchema, ReadOnlySpan<byte> data)
    {
        if (schemas.Find(type) is not { } schema)
            return new(RefusalCode.UnknownType, $"The type {type} is not registered here.");
        if (dataSchema is not null && dataSchema != schema.Id)
            return new(RefusalCode.SchemaViolation, $"The event's dataschema must be {schema.Id} where it is given.");
        return schema.Validate(data) is { } violation ? new(RefusalCode.SchemaViolation, violation.ToString()) : null;
    }
}
