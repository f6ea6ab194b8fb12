using A2AConsole.Detection.Counts;

namespace A2AConsole.Detection.Tests.Counts;

public sealed class NegativeBinomialTests
{
    [Theory]
    [InlineData(30, 5, 0.1)]
    [InlineData(12, 2.4, 0)]
    [InlineData(400, 55, 0.2)]
    [InlineData(9, 1.2, 0.5)]
    public void The_upper_tail_is_right_within_a_tenth_of_a_decade(int count, double mean, double dispersion)
        => Assert.InRange(NegativeBinomial.Tail(count, mean, dispersion) - Exact(count, mean, dispersion, upper: true), -0.1, 0.1);

    [Theory]
    [InlineData(0, 12, 0.1)]
    [InlineData(0, 8, 0)]
    [InlineData(10, 60, 0.05)]
    public void The_lower_tail_is_right_within_a_tenth_of_a_decade(int count, double mean, double dispersion)
        => Assert.InRange(NegativeBinomial.Tail(count, mean, dispersion) - Exact(count, mean, dispersion, upper: false), -0.12, 0.12);

    [Theory]
    [InlineData(5, double.NaN, 0.1)]
    [InlineData(-1, 5, 0.1)]
    [InlineData(double.NaN, 5, 0.1)]
    [InlineData(5, 0, 0.1)]
    [InlineData(5, 5, 0.1)]
    public void What_cannot_be_judged_surprises_nobody(double count, double mean, double dispersion)
        => Assert.Equal(0, NegativeBinomial.Tail(count, mean, dispersion));

    [Fact]
    public void More_is_more_surprising_and_never_beyond_the_most()
    {
        var before = 0.0;
        for (var count = 20.0; count < 1e12; count *= 1.5)
        {
            var now = NegativeBinomial.Tail(count, 10, 0.01);
            Assert.InRange(now, before, Surprise.Most);
            before = now;
        }
    }

    // Summed term by term from the definition.
    private static double Exact(int count, double mean, double dispersion, bool upper)
    {
        var sum = 0.0;
        var (from, to) = upper ? (count, count + 3000) : (0, count);
        var size = dispersion > 0 ? 1 / dispersion : 0;
        for (var k = from; k <= to; k++)
        {
            var log = 0.0;
            for (var i = 1; i <= k; i++)
                log += dispersion > 0 ? Math.Log((size + i - 1) / i) : -Math.Log(i);
            log += dispersion > 0 ? size * Math.Log(size / (size + mean)) + k * Math.Log(mean / (size + mean)) : k * Math.Log(mean) - mean;
            var term = Math.Exp(log);
            sum += term;
            if (upper && term < sum * 1e-12)
                break;
        }
        return -Math.Log10(sum);
    }
}
