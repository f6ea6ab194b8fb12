using System.Linq.Expressions;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Inspection;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;

namespace A2AConsole.Data.Queries;

/// <summary>Where a certificate is in its life, by the share of it that is used: a day means nothing to one that lives an hour.</summary>
public enum CertificateZone
{
    /// <summary>There is no certificate yet.</summary>
    None,
    /// <summary>Less than two thirds used.</summary>
    Healthy,
    /// <summary>Two thirds used: the agent renews about now.</summary>
    Due,
    /// <summary>Four fifths used and no newer certificate: the renewal was missed.</summary>
    Late,
    /// <summary>Over, without a successor.</summary>
    Expired,
    /// <summary>Taken back.</summary>
    Revoked,
}

/// <summary>The rule that turns a certificate's times into its <see cref="CertificateZone"/>, in memory and in queries alike.</summary>
public static class CertificateLife
{
    private static readonly LongTypeMapping Milliseconds = new("bigint");

    /// <summary>From this share of the lifetime (per mille) an agent is expected to renew.</summary>
    public const int DuePermille = RenewalRule.DuePermille;

    /// <summary>From this share (per mille) the renewal counts as missed: two thirds plus the SDK's jitter and retries are over.</summary>
    public const int LatePermille = RenewalRule.LatePermille;

    /// <summary>Share of the lifetime used at <paramref name="now"/>, per mille; more than 1,000 when expired. Null without a certificate.</summary>
    public static int? UsedPermille(DateTimeOffset? notBefore, DateTimeOffset? notAfter, DateTimeOffset now)
    {
        if (notBefore is not { } from || notAfter is not { } to || to <= from)
            return null;
        return (int)Math.Clamp((now - from).Ticks / ((to - from).Ticks / 1000m), int.MinValue, int.MaxValue);
    }

    /// <summary>The zone of an agent's newest certificate.</summary>
    public static CertificateZone Zone(AgentState state, DateTimeOffset? notBefore, DateTimeOffset? notAfter, DateTimeOffset now)
        => state == AgentState.Revoked ? CertificateZone.Revoked : UsedPermille(notBefore, notAfter, now) switch
        {
            null => CertificateZone.None,
            _ when notAfter <= now => CertificateZone.Expired,
            >= LatePermille => CertificateZone.Late,
            >= DuePermille => CertificateZone.Due,
            _ => CertificateZone.Healthy,
        };

    /// <summary>
    /// Agents whose newest certificate is in a zone. <paramref name="indexed"/> compares the state for equality and the end as a
    /// range, so that the index over them answers without touching a row; without it a scan is left to do the work.
    /// </summary>
    internal static IQueryable<Agent> InZone(this IQueryable<Agent> agents, CertificateZone zone, DateTimeOffset now, bool indexed)
    {
        if (zone == CertificateZone.None)
            return agents.Where(a => a.State != AgentState.Revoked && a.CertificateNotAfter == null);
        if (zone == CertificateZone.Revoked)
            return indexed ? agents.Where(a => a.State == AgentState.Revoked)
                : agents.Where(a => a.State != AgentState.Active && a.State != AgentState.Invited);

        agents = indexed ? agents.Where(a => a.State == AgentState.Active)
            : agents.Where(a => a.State != AgentState.Revoked && a.State != AgentState.Invited);
        if (zone == CertificateZone.Expired)
            return agents.Where(a => a.CertificateNotAfter <= now);

        agents = agents.Where(a => a.CertificateNotAfter > now);
        return zone switch
        {
            CertificateZone.Late => agents.Where(a => UsedPermille(a.CertificateNotBefore, a.CertificateNotAfter, now) >= LatePermille),
            CertificateZone.Due => agents.Where(a => UsedPermille(a.CertificateNotBefore, a.CertificateNotAfter, now) >= DuePermille
                && UsedPermille(a.CertificateNotBefore, a.CertificateNotAfter, now) < LatePermille),
            CertificateZone.Healthy => agents.Where(a => UsedPermille(a.CertificateNotBefore, a.CertificateNotAfter, now) < DuePermille),
            _ => throw new ArgumentOutOfRangeException(nameof(zone), zone, null),
        };
    }

    /// <summary>Makes <see cref="UsedPermille"/> a part of queries: times are kept as Unix milliseconds, so the share is integer arithmetic.</summary>
    internal static void MapTo(ModelBuilder builder)
        => builder.HasDbFunction(typeof(CertificateLife).GetMethod(nameof(UsedPermille))!)
            .HasTranslation(arguments =>
            {
                var (notBefore, notAfter) = (arguments[0], arguments[1]);
                var now = arguments[2] switch
                {
                    SqlParameterExpression parameter => parameter.ApplyTypeMapping(notBefore.TypeMapping),
                    SqlConstantExpression constant => constant.ApplyTypeMapping(notBefore.TypeMapping),
                    var other => other,
                };
                var share = Binary(ExpressionType.Divide,
                    Binary(ExpressionType.Multiply, Binary(ExpressionType.Subtract, now, notBefore), new SqlConstantExpression(1000L, Milliseconds)),
                    Binary(ExpressionType.Subtract, notAfter, notBefore));
                return new SqlUnaryExpression(ExpressionType.Convert, share, typeof(int), new IntTypeMapping("int"));

                static SqlBinaryExpression Binary(ExpressionType kind, SqlExpression left, SqlExpression right)
                    => new(kind, left, right, typeof(long), Milliseconds);
            });
}
