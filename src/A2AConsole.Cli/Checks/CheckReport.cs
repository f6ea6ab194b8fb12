namespace A2AConsole.Cli.Checks;

/// <summary>How a check ended.</summary>
public enum Outcome
{
    Pass,
    Fail,
    /// <summary>Not made, because what it needs was not given or an earlier check failed.</summary>
    Skipped,
}

/// <summary>One check by its name, and what it found. <paramref name="Essential"/>: the whole proves nothing without it.</summary>
public sealed record Check(string Name, Outcome Outcome, string Detail, bool Essential = false);

/// <summary>The checks on one subject (a file, a ledger), in the order in which they were made.</summary>
public sealed class CheckReport(string subject)
{
    private readonly List<Check> _checks = [];

    /// <summary>What was checked: a file's name or a ledger's address.</summary>
    public string Subject { get; } = subject;

    /// <summary>What it turned out to be, e.g. "evidence".</summary>
    public string? Kind { get; set; }

    public IReadOnlyList<Check> Checks => _checks;

    /// <summary>Whether nothing failed so far.</summary>
    public bool Holds => _checks.TrueForAll(c => c.Outcome != Outcome.Fail);

    /// <summary>Failed beats incomplete, which beats ok.</summary>
    public int ExitCode => !Holds ? Cli.ExitCode.Failed
        : _checks.Exists(c => c is { Outcome: Outcome.Skipped, Essential: true }) ? Cli.ExitCode.Usage
        : Cli.ExitCode.Ok;

    public void Pass(string name, string detail) => _checks.Add(new Check(name, Outcome.Pass, detail));

    public void Fail(string name, string detail) => _checks.Add(new Check(name, Outcome.Fail, detail));

    /// <summary>Notes a check that was not made. With <paramref name="essential"/> the report cannot be ok.</summary>
    public void Skip(string name, string detail, bool essential = false) => _checks.Add(new Check(name, Outcome.Skipped, detail, essential));

    /// <summary>Notes a pass, or a failure when there is an error.</summary>
    public bool Note(string name, string? error, string detail)
    {
        if (error is null)
            Pass(name, detail);
        else
            Fail(name, error);
        return error is null;
    }
}
