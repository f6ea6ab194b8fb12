namespace A2AConsole.Policy.Bundles;

/// <summary>How much a problem matters: with an error the bundle is not taken.</summary>
public enum ProblemSeverity
{
    Warning,
    Error,
}

/// <summary>Something wrong in a bundle, and where. Lines and columns count from 1; 0 where the whole file is meant.</summary>
/// <param name="Code">Stable, for programs, for example <c>policy-syntax</c>.</param>
/// <param name="Message">What is wrong and, where known, what would be right.</param>
public sealed record BundleProblem(ProblemSeverity Severity, string Code, string File, int Line, int Column, string Message)
{
    public override string ToString() => Line == 0 ? $"{File}: {Message}" : $"{File}:{Line}:{Column}: {Message}";
}

/// <summary>The bundle cannot be read as one: too large, a path that leads out of it, no directory.</summary>
public sealed class BundleException(string message, Exception? inner = null) : Exception(message, inner);
