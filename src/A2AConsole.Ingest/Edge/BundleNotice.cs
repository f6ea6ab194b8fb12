using System.Globalization;
using A2AConsole.Trust;
using Microsoft.AspNetCore.Http;

namespace A2AConsole.Ingest.Edge;

/// <summary>
/// Mentions the trust bundle's sequence in every answer, so that agents fetch a new bundle from the authority within seconds and
/// trust a prepared root long before it signs.
/// </summary>
internal sealed class BundleNotice(ITrustDomain domain)
{
    public const string Header = "a2a-bundle";

    // Replaced as a whole: a number and the text of another must not meet.
    private Mention? _last;

    private sealed record Mention(long Sequence, string Text);

    public Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        var sequence = domain.BundleSequence;
        var last = _last;
        if (last is null || last.Sequence != sequence)
            _last = last = new Mention(sequence, sequence.ToString(CultureInfo.InvariantCulture));
        context.Response.Headers[Header] = last.Text;
        return next(context);
    }
}
