namespace A2AConsole.Core.Schemas;

/// <summary>JSON's types as bits, with <c>integer</c> beside <c>number</c>.</summary>
[Flags]
internal enum JsonTypes
{
    Any = 0,
    Object = 1,
    Array = 2,
    String = 4,
    Number = 8,
    Integer = 16,
    Boolean = 32,
    Null = 64,
}

/// <summary>A compiled (sub)schema. Filled once by the compiler, then only read.</summary>
internal sealed class SchemaNode
{
    public const int MaxProperties = 64;

    /// <summary>The types allowed; <see cref="JsonTypes.Any"/> for all.</summary>
    public JsonTypes Types { get; set; }
    /// <summary>The schema that this one refers to, which must hold too.</summary>
    public SchemaNode? Reference { get; set; }

    public SchemaProperty[] Properties { get; set; } = [];
    /// <summary>Bit i: <see cref="Properties"/>[i] is required.</summary>
    public ulong Required { get; set; }
    /// <summary>Whether members beside <see cref="Properties"/> may be there.</summary>
    public bool AllowsOthers { get; set; } = true;

    public SchemaNode? Items { get; set; }
    public int MinItems { get; set; }
    public int MaxItems { get; set; } = int.MaxValue;
    public bool UniqueItems { get; set; }

    /// <summary>The allowed strings (UTF-8), or null for any.</summary>
    public byte[][]? Strings { get; set; }
    /// <summary>The one allowed boolean.</summary>
    public bool? Constant { get; set; }
    public int MinLength { get; set; }
    public int MaxLength { get; set; } = int.MaxValue;
    public SchemaPattern? Pattern { get; set; }
    public JsonNumber? Minimum { get; set; }
    public JsonNumber? Maximum { get; set; }

    public string TypeText { get; set; } = "";
    public string ValuesText { get; set; } = "";

    /// <summary>Whether strings have a rule other than their type.</summary>
    public bool HasStringRules => Strings is not null || Pattern is not null || MinLength > 0 || MaxLength != int.MaxValue;
}

/// <summary>A named member and its schema. <paramref name="Schema"/> is null for a member that is only required.</summary>
internal sealed record SchemaProperty(string Name, byte[] Utf8, SchemaNode? Schema);
