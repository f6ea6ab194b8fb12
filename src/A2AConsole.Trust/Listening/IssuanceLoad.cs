using Microsoft.AspNetCore.Http;

namespace A2AConsole.Trust.Listening;

/// <summary>
/// Bounds how many requests for certificates are worked on at once: when thousands of agents come back together, what is past the
/// bound is told at once to come later, each at another time, instead of waiting in memory. Questions for a certificate's status, which
/// strangers may ask, have a bound of their own, so that neither keeps the other out.
/// </summary>
internal sealed class IssuanceLoad(int most, bool ofStatus = false)
{
    private int _inside;

    /// <summary>Requests being worked on.</summary>
    public int Inside => Volatile.Read(ref _inside);

    public async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        var isStatus = context.Request.Path.StartsWithSegments("/ocsp", StringComparison.Ordinal);
        if (isStatus != ofStatus || !(isStatus || HttpMethods.IsPost(context.Request.Method)))
        {
            await next(context);
            return;
        }
        try
        {
            if (Interlocked.Increment(ref _inside) <= most)
                await next(context);
            else
                await Problem.WriteAsync(context, Refusals.AuthorityBusy());
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }
}
