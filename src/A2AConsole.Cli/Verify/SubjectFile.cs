using System.Text;
using System.Text.Json;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Verify;

/// <summary>What a file to be verified is.</summary>
public enum SubjectKind
{
    Unknown,
    /// <summary>One DSSE envelope.</summary>
    Envelope,
    /// <summary>A signed batch: the signed root's envelope and events with their places under it.</summary>
    Batch,
    /// <summary>The edge's reply to an admission.</summary>
    Receipt,
    /// <summary>An event with everything that proves it.</summary>
    Evidence,
    /// <summary>A tlog-proof alone.</summary>
    Proof,
}

/// <summary>Tells by its content what a file is.</summary>
public static class SubjectFile
{
    public static SubjectKind KindOf(byte[] file)
    {
        if (file.AsSpan().StartsWith(Encoding.ASCII.GetBytes(TlogProof.Header)))
            return SubjectKind.Proof;
        try
        {
            using var json = JsonDocument.Parse(file);
            var root = json.RootElement;
            return root.ValueKind != JsonValueKind.Object ? SubjectKind.Unknown
                : root.TryGetProperty("payloadType", out _) ? SubjectKind.Envelope
                : root.TryGetProperty("batch", out _) ? SubjectKind.Batch
                : root.TryGetProperty("envelope", out _) || root.TryGetProperty("received", out _) ? SubjectKind.Evidence
                : root.TryGetProperty("checkpoint", out _) ? SubjectKind.Receipt
                : SubjectKind.Unknown;
        }
        catch (JsonException)
        {
            return SubjectKind.Unknown;
        }
    }

    /// <summary>The kind as people say it.</summary>
    public static string Name(SubjectKind kind) => kind switch
    {
        SubjectKind.Unknown => "unknown",
        SubjectKind.Envelope => "signed event",
        SubjectKind.Batch => "signed batch",
        SubjectKind.Receipt => "receipt",
        SubjectKind.Evidence => "evidence",
        SubjectKind.Proof => "ledger proof",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
