namespace A2AConsole.Ingest;

/// <summary>The edge cannot start. The message is one sentence for the operator: what is wrong and what to do.</summary>
public sealed class IngestStartupException(string message, Exception? inner = null) : Exception(message, inner);
