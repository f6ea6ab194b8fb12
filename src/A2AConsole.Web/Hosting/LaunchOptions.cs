namespace A2AConsole.Web.Hosting;

/// <summary>What was asked for on the command line. Nulls fall back to configuration, then to defaults.</summary>
public sealed record LaunchOptions
{
    /// <summary>Bring up the demo world and its users.</summary>
    public bool Demo { get; init; }
    public bool Help { get; init; }
    public bool Version { get; init; }
    /// <summary>Print a one-time link to make an administrator, though there may be one: she may have lost her password.</summary>
    public bool NewAdminLink { get; init; }
    public string? Data { get; init; }
    public string? Urls { get; init; }
    public string? EdgeUrls { get; init; }
    public string? AuthorityUrls { get; init; }
    public string? Roles { get; init; }
    /// <summary>Configuration overrides (<c>--Section:Key=value</c>), handed on as they are.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>The text of <c>--help</c>.</summary>
    public const string Usage = """
        A2AConsole: admits, records and shows what software agents say to each other.

        usage: A2AConsole.Web [options]
          --demo                 run the demo world: a dozen agents, a week of history, a user for each role
          --data DIR             keep database and keys here (default: your local application data)
          --urls URL             the console's address           (default http://localhost:5080)
          --edge-urls URL        where agents send events        (default https://localhost:7443)
          --authority-urls URL   where agents get certificates   (default https://localhost:7444)
          --roles LIST           run without some of Console,Ingest,Authority (SQLite only; one process)
          --new-admin-link       print a one-time link that makes another administrator (who lost her password, say)
          --help, --version

        Any setting can also come from DIR/appsettings.json, from the environment (A2ACONSOLE__DATA__PROVIDER=…)
        or as --A2AConsole:Section:Key=value.
        """;

    /// <summary>Reads the arguments; <paramref name="error"/> says what was wrong with them, in one sentence.</summary>
    public static LaunchOptions? Parse(IReadOnlyList<string> args, out string? error)
    {
        error = null;
        var options = new LaunchOptions();
        var settings = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = Split(args[i]);
            switch (name)
            {
                case "--demo": options = options with { Demo = true }; continue;
                case "--new-admin-link": options = options with { NewAdminLink = true }; continue;
                case "--help" or "-h" or "-?": options = options with { Help = true }; continue;
                case "--version": options = options with { Version = true }; continue;
                case "--data" or "--urls" or "--edge-urls" or "--authority-urls" or "--roles": break;
                case var s when s.StartsWith("--A2AConsole:", StringComparison.OrdinalIgnoreCase) || s.StartsWith("--Logging:", StringComparison.OrdinalIgnoreCase):
                    settings.Add(args[i]);
                    continue;
                default:
                    error = $"There is no option {name}; --help lists them.";
                    return null;
            }
            value ??= i + 1 < args.Count && !args[i + 1].StartsWith("--", StringComparison.Ordinal) ? args[++i] : null;
            if (string.IsNullOrWhiteSpace(value))
            {
                error = $"{name} needs a value; --help shows which.";
                return null;
            }
            options = name switch
            {
                "--data" => options with { Data = value },
                "--urls" => options with { Urls = value },
                "--edge-urls" => options with { EdgeUrls = value },
                "--authority-urls" => options with { AuthorityUrls = value },
                _ => options with { Roles = value },
            };
        }
        return options with { Settings = settings };
    }

    private static (string Name, string? Value) Split(string argument)
        => argument.IndexOf('=', StringComparison.Ordinal) is var at and > 0 ? (argument[..at], argument[(at + 1)..]) : (argument, null);
}
