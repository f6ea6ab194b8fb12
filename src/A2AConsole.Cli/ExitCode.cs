namespace A2AConsole.Cli;

/// <summary>What <c>a2a</c> exits with; stable, for scripts.</summary>
public static class ExitCode
{
    /// <summary>Everything was checked and holds.</summary>
    public const int Ok = 0;

    /// <summary>A check failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong, or an essential check could not be made for want of an option.</summary>
    public const int Usage = 2;

    /// <summary>A server could not be reached, or a file not read.</summary>
    public const int Unreadable = 3;
}

/// <summary>The command line cannot be carried out as it is; the message says what would be right.</summary>
public sealed class UsageException(string message) : Exception(message);

/// <summary>A file or a server cannot be read; the message says which and why.</summary>
public sealed class UnreadableException(string message, Exception? inner = null) : Exception(message, inner);
