using System.Text;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.Tests.Envelopes;

public sealed class DsseTests
{
    [Theory]
    [InlineData("http://example.com/HelloWorld", "hello world", "DSSEv1 29 http://example.com/HelloWorld 11 hello world")]
    [InlineData("", "", "DSSEv1 0  0 ")]
    [InlineData("é", "ü", "DSSEv1 2 é 2 ü")]
    public void The_encoding_is_that_of_the_protocol(string type, string payload, string pae)
        => Assert.Equal(pae, Encoding.UTF8.GetString(Dsse.Pae(Encoding.UTF8.GetBytes(type), Encoding.UTF8.GetBytes(payload))));

    [Fact]
    public void An_envelope_can_be_read_back()
    {
        using var key = SigningKey.Generate();
        using var verifier = VerificationKey.TryCreate(key.SubjectPublicKeyInfo)!;
        var payload = new byte[70_000];
        Random.Shared.NextBytes(payload);
        foreach (var length in (int[])[0, 1, 2, 3, 99, 100, 70_000])
        {
            Assert.True(DsseEnvelopeReader.TryRead(DsseEnvelopeWriter.Sign("a/b", payload.AsSpan(0, length), key), out var envelope, out _));
            using (envelope)
            {
                Assert.Equal("a/b", envelope.PayloadType);
                Assert.True(envelope.Payload.Span.SequenceEqual(payload.AsSpan(0, length)));
                Assert.True(envelope.Signatures[0].IsBy(key.KeyId));
                Assert.True(verifier.Verify(envelope.Pae, envelope.Signatures[0].Value.Span));
                Assert.Equal(Dsse.Pae("a/b"u8, payload.AsSpan(0, length)), envelope.Pae.ToArray());
            }
        }
    }

    [Fact]
    public void A_disposed_envelope_gives_nothing_to_verify()
    {
        using var key = SigningKey.Generate();
        Assert.True(DsseEnvelopeReader.TryRead(TestEvents.Envelope(key), out var envelope, out _));
        envelope.Dispose();
        envelope.Dispose();
        Assert.Throws<ObjectDisposedException>(() => envelope.Pae.Length);
    }
}
