using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace A2AConsole.Data.Configurations;

/// <summary>The kinds of columns that the configurations share.</summary>
internal static class Columns
{
    /// <summary>Longest of the codes, event types and enum names.</summary>
    public const int Code = 64;

    /// <summary>Longest user name, actor or organisation.</summary>
    public const int Name = 256;

    /// <summary>Longest sentence for people.</summary>
    public const int Sentence = 500;

    /// <summary>Longest event type or subject taken into a row of its own.</summary>
    public const int EventType = 128;

    /// <summary>
    /// ASCII that is compared byte by byte: identities, codes, digests. One byte a character on SQL Server, where the context
    /// also gives such columns a binary collation; without it "A" and "a" would be the same key there and two on SQLite.
    /// </summary>
    public static PropertyBuilder<T> IsIdentifier<T>(this PropertyBuilder<T> property, int maxLength)
        => property.HasMaxLength(maxLength).IsUnicode(false);

    /// <summary>An enum by its name, so that a reordered enum does not change what is stored.</summary>
    public static PropertyBuilder<T> IsName<T>(this PropertyBuilder<T> property) where T : struct, Enum
        => property.HasConversion<string>().IsIdentifier(Code);
}

/// <summary>
/// Times as Unix milliseconds (UTC) on every provider: SQLite cannot order its text form of a <see cref="DateTimeOffset"/>, and
/// one form for both keeps the hand-written statements and the rounding alike.
/// </summary>
internal sealed class UnixMillisecondsConverter() : ValueConverter<DateTimeOffset, long>(
    time => time.ToUnixTimeMilliseconds(),
    milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
