namespace A2AConsole.Policy.Notices;

/// <summary>A way on which notices leave.</summary>
public interface INoticeChannel
{
    /// <summary>Its name, as notices keep it.</summary>
    string Name { get; }

    /// <summary>Where it leads, for people; no secret.</summary>
    string Where { get; }

    /// <summary>
    /// Sends; returns in a sentence to whom. Throws <see cref="NoticeFailedException"/> when it did not arrive.
    /// </summary>
    /// <param name="text">What is told.</param>
    /// <param name="people">The addresses of those who may decide.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task<string> SendAsync(NoticeText text, IReadOnlyList<string> people, CancellationToken cancellationToken);
}

/// <summary>A notice did not arrive; says why.</summary>
public sealed class NoticeFailedException(string message, Exception? inner = null) : Exception(message, inner);
