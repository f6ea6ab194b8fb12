namespace A2AConsole.Policy.Engine;

/// <summary>What a request may weigh at most; more is denied without asking the engine.</summary>
/// <param name="Bytes">Encoded size.</param>
/// <param name="Depth">Records and lists within each other, in context or an entity's attributes. The engine's own parser gives up at 128.</param>
/// <param name="Entities">Entities that come with the request.</param>
/// <param name="Values">Values in all, each member of a record and item of a list counting as one.</param>
public sealed record RequestLimits(int Bytes = 256 << 10, int Depth = 16, int Entities = 256, int Values = 10_000);
