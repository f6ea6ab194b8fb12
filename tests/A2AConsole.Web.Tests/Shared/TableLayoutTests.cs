using A2AConsole.Web.Shared.Tables;

namespace A2AConsole.Web.Tests.Shared;

public sealed class TableLayoutTests
{
    private static readonly TableColumn To = new("to", "To"), Leaf = new("leaf", "Leaf"), Digest = new("digest", "Digest", ByDefault: false);
    private static readonly TableColumn[] All = [To, Leaf, Digest];

    [Fact]
    public void Until_somebody_chooses_the_usual_columns_are_there()
        => Assert.Equal([true, true, false], All.Select(TableLayout.Default.Shows));

    [Fact]
    public void A_choice_keeps_the_other_columns_as_they_were_and_the_tables_order()
    {
        var layout = TableLayout.Default.With(Digest, true, All).With(To, false, All);
        Assert.Equal(["leaf", "digest"], layout.Columns!);
        Assert.Equal([false, true, true], All.Select(layout.Shows));
    }

    [Fact]
    public void What_is_remembered_is_read_back_and_every_column_may_be_hidden()
    {
        var layouts = new Dictionary<string, TableLayout> { ["events"] = new() { Columns = [], Compact = true }, ["quarantine"] = new() { Compact = true } };
        var read = TableLayout.Parse(TableLayout.Format(layouts));
        Assert.All(All, c => Assert.False(read["events"].Shows(c)));
        Assert.True(read["events"].Compact);
        Assert.Null(read["quarantine"].Columns);
        Assert.Equal("""{"events":{"columns":[],"compact":true},"quarantine":{"compact":true}}""", TableLayout.Format(layouts));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"events":{"columns":"to"}}""")]
    public void What_cannot_be_read_is_no_choice(string? text) => Assert.Empty(TableLayout.Parse(text));

    [Fact]
    public void A_column_that_is_gone_meanwhile_does_no_harm()
        => Assert.Equal([true, false, false], All.Select(TableLayout.Parse("""{"events":{"columns":["to","of an earlier version"]}}""")["events"].Shows));
}
