using System.Globalization;

namespace A2AConsole.Data.Queries;

/// <summary>Which certificates to list. Nulls do not filter.</summary>
public sealed record CertificateFilter
{
    /// <summary>From this many hexadecimal digits a text may be the beginning of a serial.</summary>
    public const int SerialDigits = 6;

    /// <summary>Part of the agent's SPIFFE ID, or the first six or more digits of a serial.</summary>
    public string? Text { get; init; }
    /// <summary>Only what this person's agents hold.</summary>
    public string? Owner { get; init; }
    public string? Environment { get; init; }
    public CertificateZone? Zone { get; init; }
}

/// <summary>Where a page of certificates starts or ends. <paramref name="AsOf"/> is when the first page was read (UTC).</summary>
public sealed record CertificateCursor(DateTimeOffset AsOf, CertificateZone Zone, DateTimeOffset EndsAt, int Number)
{
    /// <summary>Reads what <see cref="ToString"/> wrote, or null when it is not a cursor.</summary>
    public static CertificateCursor? TryParse(string? text)
    {
        var parts = text?.Split('.') ?? [];
        return parts.Length == 4
            && Time(parts[0]) is { } asOf && Enum.TryParse<CertificateZone>(parts[1], ignoreCase: true, out var zone) && Enum.IsDefined(zone)
            && Time(parts[2]) is { } endsAt && int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new CertificateCursor(asOf, zone, endsAt, number)
            : null;
    }

    /// <summary>For URLs.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{AsOf.ToUnixTimeMilliseconds()}.{Zone.ToString().ToLowerInvariant()}.{EndsAt.ToUnixTimeMilliseconds()}.{Number}");

    private static DateTimeOffset? Time(string text)
        => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;
}

/// <summary>Which page: after a cursor, before one (then the page that ends there), or the first.</summary>
public sealed record CertificatePageRequest
{
    public CertificateFilter Filter { get; init; } = new();
    public CertificateCursor? After { get; init; }
    public CertificateCursor? Before { get; init; }
    public int Take { get; init; } = 50;
}

/// <summary>An agent with its newest certificate and where that is in its life.</summary>
public sealed record CertificateMark(AgentRow Agent, CertificateZone Zone);

/// <summary>A page of certificates, judged at <paramref name="AsOf"/> (UTC).</summary>
public sealed record CertificatePage(IReadOnlyList<CertificateMark> Rows, bool HasPrevious, bool HasNext, DateTimeOffset AsOf)
{
    /// <summary>The cursor of one of its rows.</summary>
    public CertificateCursor CursorOf(CertificateMark mark)
        => new(AsOf, mark.Zone, mark.Agent.CertificateNotAfter ?? DateTimeOffset.UnixEpoch, mark.Agent.Number);
}

/// <summary>How many live certificates have used from <paramref name="FromPermille"/> of their life up to the next bucket.</summary>
public readonly record struct LifeBucket(int FromPermille, int Count);

/// <summary>The newest certificates by zone, and the live ones in buckets of <see cref="CertificateQueries.BucketPermille"/>.</summary>
public sealed record LifeTimeline(DateTimeOffset AsOf, IReadOnlyDictionary<CertificateZone, int> Zones, IReadOnlyList<LifeBucket> Buckets)
{
    /// <summary>All newest certificates.</summary>
    public int Total => Zones.Values.Sum();
}

/// <summary>What revoking a certificate takes away. Times are UTC.</summary>
/// <param name="Serial">The certificate.</param>
/// <param name="AgentNumber">Whose it is.</param>
/// <param name="SpiffeId">The agent's identity.</param>
/// <param name="Name">The agent's name.</param>
/// <param name="Owner">The agent's owner.</param>
/// <param name="NotAfter">When it would end by itself.</param>
/// <param name="IsLive">Whether the edge accepts it now.</param>
/// <param name="IsNewest">Whether the agent has no newer one.</param>
/// <param name="LastSeenAt">When the agent was last seen.</param>
/// <param name="Messages24h">Messages admitted from the agent in the last 24 hours.</param>
/// <param name="Counterparties">Identities that the agent addressed.</param>
/// <param name="OtherLive">Other certificates of the agent that the edge accepts now.</param>
public sealed record RevocationImpact(
    string Serial, int AgentNumber, string SpiffeId, string Name, string? Owner, DateTimeOffset NotAfter, bool IsLive, bool IsNewest,
    DateTimeOffset? LastSeenAt, long Messages24h, int Counterparties, int OtherLive);
