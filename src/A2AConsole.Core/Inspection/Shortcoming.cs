namespace A2AConsole.Core.Inspection;

/// <summary>What an inspection found wrong.</summary>
/// <param name="Detail">One sentence for people: what is wrong and what would be right.</param>
/// <param name="Measured">What was found: it changes only when the facts do, never with the hour at which somebody looks.</param>
/// <param name="Reference">What was expected.</param>
public sealed record Shortcoming(string Detail, string Measured, string Reference);
