namespace A2AConsole.Data;

/// <summary>The store cannot be used as configured. The message is one sentence for the operator, with what to do.</summary>
public sealed class DataStartupException(string message, Exception? inner = null) : Exception(message, inner);
