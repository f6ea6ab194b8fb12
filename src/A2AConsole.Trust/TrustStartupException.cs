namespace A2AConsole.Trust;

/// <summary>
/// The trust domain or a listener cannot start. The message is one sentence for the person at the terminal: what is wrong and
/// what to do.
/// </summary>
public sealed class TrustStartupException(string message, Exception? inner = null) : Exception(message, inner);
