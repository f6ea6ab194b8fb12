using System.Text;
using A2AConsole.Core.Ledger;
using CsCheck;

namespace A2AConsole.Core.Tests.Ledger;

/// <summary>The file in which one event's proof travels.</summary>
public sealed class EvidenceTests
{
    private static readonly Evidence Sample = new(
        Encoding.UTF8.GetBytes("""{ "payloadType":"application/cloudevents+json", "payload":"e30=","signatures":[{"sig":"AA=="}] }"""),
        "-----BEGIN CERTIFICATE-----\nMIIB+/==\n-----END CERTIFICATE-----\n",
        new byte[] { 1, 2, 3 },
        "c2sp.org/tlog-proof@v1\nindex 0\n\nacme.example/ledger\n1\n");

    [Fact]
    public void Evidence_reads_back_with_the_envelopes_very_bytes()
    {
        Assert.True(Evidence.TryParse(Sample.Format(), out var read, out var error), error);
        Assert.Equal(Sample.Envelope.ToArray(), read.Envelope.ToArray());
        Assert.Equal(Sample.Leaf.ToArray(), read.Leaf.ToArray());
        Assert.Equal((Sample.CertificateChain, Sample.Proof), (read.CertificateChain, read.Proof));
    }

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""{}""")]
    [InlineData("""{"envelope":{},"certificateChain":"","leaf":"AA=="}""")]
    [InlineData("""{"envelope":[],"certificateChain":"","leaf":"AA==","proof":""}""")]
    [InlineData("""{"envelope":{},"certificateChain":"","leaf":"A","proof":""}""")]
    [InlineData("""{"envelope":{},"envelope":{},"certificateChain":"","leaf":"AA==","proof":""}""")]
    [InlineData("""{"mediaType":"text/plain","envelope":{},"certificateChain":"","leaf":"AA==","proof":""}""")]
    [InlineData("""{"envelope":{},"certificateChain":"","leaf":"AA==","proof":"\udc00"}""")]
    public void What_is_no_evidence_is_refused(string json)
    {
        Assert.False(Evidence.TryParse(Encoding.UTF8.GetBytes(json), out _, out var error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void Evidence_damaged_anywhere_is_read_or_refused_without_an_exception()
        => Mutations.Of(Sample.Format()).Sample(bytes =>
        {
            if (!Evidence.TryParse(bytes, out _, out var error))
                Assert.NotEmpty(error);
        }, iter: 20_000);
}
