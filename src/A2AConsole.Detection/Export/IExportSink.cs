using System.Text.Json.Nodes;

namespace A2AConsole.Detection.Export;

/// <summary>One OCSF event on its way out.</summary>
/// <param name="Leaf">The leaf that it is about.</param>
/// <param name="At">Its time (UTC).</param>
/// <param name="Json">The event.</param>
public sealed record ExportRecord(long Leaf, DateTimeOffset At, JsonObject Json);

/// <summary>What a destination said.</summary>
/// <param name="Taken">Whether it has them now.</param>
/// <param name="Never">Whether it will not take them later either.</param>
/// <param name="Detail">In a sentence.</param>
public sealed record SinkAnswer(bool Taken, bool Never, string Detail);

/// <summary>A destination of the export. It may get a record twice after a stop; <c>metadata.uid</c> tells.</summary>
public interface IExportSink
{
    /// <summary>The cursor's name.</summary>
    string Name { get; }

    /// <summary>Hands records over, in their order. Does not throw for what a destination does.</summary>
    Task<SinkAnswer> SendAsync(IReadOnlyList<ExportRecord> records, CancellationToken cancellationToken);
}
