using A2AConsole.Trust.Attestation;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Trust.Tests.Attestation.Desk;

public sealed class NonceBookTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public void A_flood_from_one_address_drives_out_its_own()
    {
        var book = new NonceBook(new TrustOptions { NoncesInAll = 100, NoncesPerAddress = 90 }, _time);
        var key = new byte[32];
        var kept = Enumerable.Range(0, 10).Select(i => book.Add(NonceBook.NewValue(), "spiffe://a", key, null, default, $"192.0.2.{i}")).ToList();
        for (var i = 0; i < 500; i++)
            book.Add(NonceBook.NewValue(), "spiffe://a", key, null, default, "198.51.100.7");
        Assert.Equal(100, book.Count);
        Assert.All(kept, n => Assert.NotNull(book.Take(n.Text, "spiffe://a", key).Nonce));
    }

    [Fact]
    public void Addresses_of_one_subscriber_count_as_one()
    {
        var book = new NonceBook(new TrustOptions { NoncesPerAddress = 2 }, _time);
        book.Add(NonceBook.NewValue(), "spiffe://a", new byte[32], null, default, "2001:db8::1");
        book.Add(NonceBook.NewValue(), "spiffe://a", new byte[32], null, default, "2001:db8::2");
        Assert.Equal("nonces-exhausted", book.WhyNot("2001:db8::3")?.Code);
        Assert.Null(book.WhyNot("2001:db8:0:1::3"));
    }

    [Fact]
    public void What_a_flood_drove_out_takes_no_place_either()
    {
        var book = new NonceBook(new TrustOptions { NoncesInAll = 100 }, _time);
        var first = book.Add(NonceBook.NewValue(), "spiffe://a", new byte[32], null, default, "192.0.2.1");
        for (var i = 0; i < 5000; i++)
            book.Add(NonceBook.NewValue(), "spiffe://a", new byte[32], null, default, "198.51.100.7");
        Assert.Equal(100, book.Count);
        Assert.InRange(book.Places, 100, 150);
        Assert.NotNull(book.Take(first.Text, "spiffe://a", new byte[32]).Nonce);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(book.WhyNot("192.0.2.1"));
        Assert.Equal((0, 0), (book.Count, book.Places));
    }

    [Fact]
    public void Old_ones_are_forgotten()
    {
        var book = new NonceBook(new TrustOptions(), _time);
        for (var i = 0; i < 50; i++)
            book.Add(NonceBook.NewValue(), "spiffe://a", new byte[32], null, default, $"192.0.2.{i}");
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(book.WhyNot("192.0.2.1"));
        Assert.Equal(0, book.Count);
    }
}
