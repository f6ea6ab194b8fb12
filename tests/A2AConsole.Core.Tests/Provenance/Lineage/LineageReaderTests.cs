using System.Security.Cryptography;
using System.Text;
using A2AConsole.Core.Provenance.Lineage;
using A2AConsole.Core.Schemas;

namespace A2AConsole.Core.Tests.Provenance.Lineage;

/// <summary>What a message says of its descent.</summary>
public sealed class LineageReaderTests
{
    private const string Digest = "abababababababababababababababababababababababababababababababab";

    [Theory]
    [InlineData("demand.signal", "signal:s1", "")]
    [InlineData("forecast.published", "forecast:f1", "")]
    [InlineData("replenishment.proposed", "proposal:p1", "Reference forecast:f1")]
    [InlineData("purchase.approved", "approval:a1", $"Digest {Digest}|Reference proposal:p1")]
    [InlineData("shipment.release", "release:r1", "Reference approval:a1")]
    [InlineData("route.quote", "quote:q1", "Reference release:sh1")]
    [InlineData("logistics.exception", "exception:e1", $"Digest {Digest}|Reference release:sh1")]
    [InlineData("customs.declaration", "declaration:d1", "Reference release:sh1")]
    [InlineData("supplier.terms.query", "query:t1", "")]
    public void Every_type_introduces_its_document_and_names_those_before_it(string type, string document, string references)
    {
        var data = Encoding.UTF8.GetBytes(TestEvents.Example(type));
        var facts = LineageReader.Read(type, data);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(data)), facts.Body);
        Assert.Equal(document, facts.Document);
        Assert.Equal(references, string.Join('|', facts.References.Select(r => $"{r.Kind} {r.Target}")));
    }

    [Fact]
    public void A_type_without_a_schema_of_ours_has_its_evidence()
    {
        var facts = LineageReader.Read("own.type", Encoding.UTF8.GetBytes($$"""{"proposalId":"p1","evidence":[{"ref":"x","digest":"sha256:{{Digest}}"},{"ref":"again","digest":"sha256:{{Digest}}"}]}"""));
        Assert.Null(facts.Document);
        Assert.Equal([new LineageReference(LineageKind.Digest, Digest, "x")], facts.References);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"evidence\":{}}")]
    [InlineData("{\"evidence\":[1,null,{\"digest\":1},{\"ref\":\"x\",\"digest\":\"sha1:ab\"},{\"ref\":\"x\",\"digest\":\"sha256:ABAB\"}]}")]
    [InlineData("{\"proposalId\":7,\"proposalDigest\":null,\"approvalId\":{}}")]
    [InlineData("{")]
    public void Data_of_another_shape_says_less_and_never_throws(string data)
        => Assert.Empty(LineageReader.Read("purchase.approved", Encoding.UTF8.GetBytes(data)).References);

    [Fact]
    public void References_are_bounded()
    {
        var evidence = string.Join(',', Enumerable.Range(0, 100).Select(i => $$"""{"ref":"r{{i}}","digest":"sha256:{{i:x64}}"}"""));
        Assert.Equal(LineageFacts.MostReferences, LineageReader.Read("own.type", Encoding.UTF8.GetBytes($$"""{"evidence":[{{evidence}}]}""")).References.Count);
    }

    [Fact]
    public void Money_is_summed_by_currency_and_once_for_each_message()
    {
        LineageNode Node(long leaf, long? amount, string currency) => new()
        {
            Leaf = leaf, MessageId = $"m{leaf}", Digest = "", Body = "", Type = "t", Agent = "a", At = TestPki.Now, Money = amount is { } a ? new EventMoney(a, currency) : null,
        };
        Assert.Equal([new EventMoney(30_000, "EUR"), new EventMoney(5_000, "USD")],
            LineageReach.Totals([Node(1, 10_000, "EUR"), Node(2, 5_000, "USD"), Node(3, 20_000, "EUR"), Node(1, 10_000, "EUR"), Node(4, null, "")]));
    }
}
