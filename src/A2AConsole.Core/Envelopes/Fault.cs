using A2AConsole.Core.Admission;

namespace A2AConsole.Core.Envelopes;

/// <summary>Why an envelope or event is refused: the code, and what exactly was wrong and what would be right (no payload content).</summary>
public sealed record Fault
{
    /// <summary>The longest <see cref="Detail"/>, in characters.</summary>
    public const int MaxDetail = 500;

    public Fault(RefusalCode code, string detail) => (Code, Detail) = (code, detail.Length <= MaxDetail ? detail : detail[..MaxDetail]);

    public RefusalCode Code { get; }
    public string Detail { get; }

    internal static Fault Malformed(string detail) => new(RefusalCode.Malformed, detail);
}
