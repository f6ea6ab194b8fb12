using A2AConsole.Core.Notices;

namespace A2AConsole.Detection.Export;

/// <summary>Where alerts, incidents and admissions go besides the console, as OCSF events; section <c>A2AConsole:Export</c>. Nowhere, while nothing is configured.</summary>
public sealed class ExportOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "A2AConsole:Export";

    /// <summary>Whether every admission and refusal is sent as well, besides alerts and incidents.</summary>
    public bool Admissions { get; set; }

    /// <summary>Whether a new destination gets all that the ledger holds, instead of what comes from then on.</summary>
    public bool FromBeginning { get; set; }

    /// <summary>A directory for files of one JSON object a line, one file a day (UTC). Null: none.</summary>
    public string? Directory { get; set; }

    public HttpExportOptions Http { get; set; } = new();

    public OtlpExportOptions Otlp { get; set; } = new();

    /// <summary>Most records sent at once.</summary>
    public int AtOnce { get; set; } = 200;

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The address that people open, for links. Set by the host.</summary>
    public Uri? Console { get; set; }

    /// <summary>Where records lie that a destination will not take. Set by the host.</summary>
    public string DeadLetters { get; set; } = "export-dead";

    /// <summary>What is wrong with the settings, or null.</summary>
    public string? Fault()
    {
        if (AtOnce is < 1 or > 1000)
            return $"{Section}:AtOnce is {AtOnce}; right is 1 to 1000.";
        foreach (var (name, url) in new[] { ("Http:Url", Http.Url), ("Otlp:Url", Otlp.Url) })
            if (url.Length > 0 && (!Uri.TryCreate(url, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))))
                return $"{Section}:{name} is '{url}'; right is an https address, or plain http on this machine.";
        return Http.SecretFile is { Length: > 0 } && Http.Key() is null
            ? $"{Section}:Http:SecretFile: right is a file with {WebhookSignature.ShortestKey} to {WebhookSignature.LongestKey} bytes in base64." : null;
    }
}

/// <summary>Export as a JSON array by HTTP POST.</summary>
public sealed class HttpExportOptions
{
    /// <summary>Empty: none.</summary>
    public string Url { get; set; } = "";
    /// <summary>A file with the value of the <c>Authorization</c> header (<c>Bearer …</c>, <c>Splunk …</c>).</summary>
    public string? AuthorizationFile { get; set; }
    /// <summary>A file with a key in base64: requests are signed like webhooks, so that the receiver can tell whose they are.</summary>
    public string? SecretFile { get; set; }

    internal byte[]? Key() => WebhookSignature.ReadKey(SecretFile is { Length: > 0 } file && File.Exists(file) ? File.ReadAllText(file) : null);
}

/// <summary>Export as OpenTelemetry log records (OTLP/HTTP with JSON).</summary>
public sealed class OtlpExportOptions
{
    /// <summary>The collector's address, to which <c>/v1/logs</c> is added. Empty: none.</summary>
    public string Url { get; set; } = "";
    /// <summary>A file with the value of the <c>Authorization</c> header.</summary>
    public string? AuthorizationFile { get; set; }
}
