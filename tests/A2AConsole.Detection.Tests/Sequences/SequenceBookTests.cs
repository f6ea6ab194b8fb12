using A2AConsole.Detection.Edges;
using A2AConsole.Detection.Sequences;

namespace A2AConsole.Detection.Tests.Sequences;

public sealed class SequenceBookTests
{
    private static readonly ulong Proposed = NodeHash.Of("replenishment.proposed"), Approved = NodeHash.Of("purchase.approved"), Released = NodeHash.Of("shipment.release"), Query = NodeHash.Of("supplier.terms.query");

    [Fact]
    public void An_approval_without_a_proposal_surprises_by_how_often_there_was_one()
    {
        var book = Taught(500);
        var usual = book.Observe(Proposed, Approved);
        Assert.False(usual.NeverFollowed);
        Assert.InRange(usual.Transition, 0, 0.1);
        var without = book.Observe(0, Approved);
        Assert.True(without.NeverFollowed);
        Assert.InRange(without.Occasions, 499, 502);
        Assert.InRange(without.Transition, 3, 5);
    }

    [Fact]
    public void A_type_that_was_never_sent_is_first_seen_and_rare_once_more()
    {
        var book = Taught(500);
        var first = book.Observe(0, Query);
        Assert.True(first.FirstSeen);
        Assert.InRange(first.RareType, 3, 4);
        var second = book.Observe(0, Query);
        Assert.False(second.FirstSeen);
        Assert.InRange(second.RareType, 2.5, first.RareType);
    }

    [Fact]
    public void Nothing_surprises_a_book_that_knows_nothing()
    {
        var score = new SequenceBook().Observe(0, Approved);
        Assert.True(score.FirstSeen);
        Assert.InRange(score.RareType, 0, 0.4);
        Assert.Equal(0, score.Transition);
        Assert.False(score.NeverFollowed);
    }

    [Fact]
    public void However_many_types_come_the_usual_ones_stay_known()
    {
        var book = Taught(50);
        for (var i = 0; i < 5000; i++)
            book.Observe(i % 7 == 0 ? Proposed : 0, (ulong)(1000 + i));
        Assert.False(book.Observe(Proposed, Approved).FirstSeen);
        Assert.InRange(States.Of(book.Save).Length, 100, 2600);
    }

    [Fact]
    public void Saved_at_any_point_it_scores_as_if_never_stopped()
    {
        foreach (var stop in (int[])[0, 3, 40, 180])
        {
            var (one, other) = (new SequenceBook(), new SequenceBook());
            for (var i = 0; i < 200; i++)
            {
                if (i == stop)
                    other = States.Again(other.Save, SequenceBook.Load);
                var (previous, type) = ((ulong)(i * 7 % 5), (ulong)(1 + i * i % 41));
                Assert.Equal(one.Observe(previous, type), other.Observe(previous, type));
            }
        }
    }

    [Fact]
    public void Damaged_state_is_a_clear_error()
        => States.SurvivesDamage(States.Of(Taught(20).Save), SequenceBook.Load, b => b.Observe(Proposed, Query));

    private static SequenceBook Taught(int orders)
    {
        var book = new SequenceBook();
        for (var i = 0; i < orders; i++)
        {
            book.Observe(0, Proposed);
            book.Observe(Proposed, Approved);
            book.Observe(Approved, Released);
        }
        return book;
    }
}
