using A2AConsole.Core.Detection;

namespace A2AConsole.Core.Tests.Detection;

public class AlertKindsTests
{
    [Fact]
    public void Every_kind_has_a_group_and_tags_of_a_known_form()
    {
        foreach (var kind in Enum.GetValues<AlertKind>())
        {
            Assert.True(Enum.IsDefined(AlertKinds.Group(kind)));
            Assert.All(AlertKinds.Tags(kind), tag => Assert.Matches(@"^(ASI(0[1-9]|10)|AML\.T\d{4}(\.\d{3})?)$", tag));
        }
    }

    [Fact]
    public void Every_group_has_a_kind()
        => Assert.Equal(Enum.GetValues<AlertGroup>(), Enum.GetValues<AlertKind>().Select(AlertKinds.Group).Distinct().Order());
}
