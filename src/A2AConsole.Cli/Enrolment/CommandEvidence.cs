using System.Buffers.Text;
using System.Diagnostics;
using System.Text.Json;
using A2AConsole.Sdk;

namespace A2AConsole.Cli.Enrolment;

/// <summary>
/// Evidence from a command of the user's: run by the shell with <c>A2A_STEP</c> (<c>open</c>, then <c>collect</c>), <c>A2A_SPIFFE_ID</c>, <c>A2A_NONCE</c> and <c>A2A_BINDING</c>
/// (base64url) and <c>A2A_CHALLENGE</c> (JSON) in its environment; it prints a JSON object, or nothing where the step has nothing to say.
/// </summary>
internal sealed class CommandEvidence(string kind, string command) : IEvidenceSource
{
    /// <inheritdoc/>
    public string Kind => kind;

    /// <summary>Reads <c>kind=command</c>.</summary>
    public static CommandEvidence Parse(string text)
        => text.Split('=', 2) is [{ Length: > 0 } kind, { Length: > 0 } command] ? new(kind, command) : throw new UsageException($"'{text}' is not kind=command, e.g. kubernetes='./token.sh'");

    /// <inheritdoc/>
    public async ValueTask<JsonElement?> OpenAsync(CancellationToken cancellationToken = default)
        => await RunAsync(new() { ["A2A_STEP"] = "open" }, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<JsonElement> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken = default)
        => await RunAsync(new()
        {
            ["A2A_STEP"] = "collect",
            ["A2A_SPIFFE_ID"] = request.SpiffeId,
            ["A2A_NONCE"] = Base64Url.EncodeToString(request.Nonce.Span),
            ["A2A_BINDING"] = Base64Url.EncodeToString(request.Binding.Span),
            ["A2A_CHALLENGE"] = request.Challenge?.GetRawText() ?? "",
        }, cancellationToken) ?? throw new UnreadableException($"the command for {kind} evidence printed nothing");

    private async Task<JsonElement?> RunAsync(Dictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new UnreadableException($"the command for {kind} evidence ended with code {process.ExitCode}");
        if (string.IsNullOrWhiteSpace(output))
            return null;
        try
        {
            using var json = JsonDocument.Parse(output);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : throw new UnreadableException($"the command for {kind} evidence printed no JSON object");
        }
        catch (JsonException e)
        {
            throw new UnreadableException($"the command for {kind} evidence printed no JSON: {e.Message}", e);
        }
    }
}
