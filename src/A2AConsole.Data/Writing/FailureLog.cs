using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Data.Writing;

/// <summary>Reports failed commits once in a while: a disk that stays full must not fill itself with its own reports.</summary>
internal sealed class FailureLog
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    private long _last;
    private int _unreported;

    public void Log(ILogger logger, Exception e, int requests)
    {
        _unreported += requests;
        if (_last != 0 && Stopwatch.GetElapsedTime(_last) < Between)
            return;
        logger.LogError(e, "Commits fail; {Requests} requests were not acknowledged since the last report", _unreported);
        (_last, _unreported) = (Stopwatch.GetTimestamp(), 0);
    }
}
