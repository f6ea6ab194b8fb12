using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Tests.Shared;

public sealed class DigestsTests
{
    private static readonly string Sha256 = new string('a', 8) + new string('0', 48) + new string('b', 8);

    [Fact]
    public void A_digest_in_a_sentence_is_shortened_in_the_middle_and_kept_whole_for_copying()
    {
        var sentence = $"image.digest is sha256:{Sha256}; right is sha256:{Sha256}, serial 00aa11bb22cc33dd44ee55ff66.";
        Assert.Equal("image.digest is sha256:aaaaaaaa00…bbbb; right is sha256:aaaaaaaa00…bbbb, serial 00aa11bb22cc33dd44ee55ff66.", Digests.Shorten(sentence));
        Assert.Equal([Sha256], Digests.In(sentence));
        Assert.Equal("Nothing to shorten.", Digests.Shorten("Nothing to shorten."));
    }
}
