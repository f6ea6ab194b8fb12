using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Tests.Identity;

public sealed class SpiffeIdTests
{
    [Fact]
    public void An_identity_tells_its_parts()
    {
        var id = SpiffeId.Parse("spiffe://acme.example/env/prod/role/planner/agent/route-optimizer");
        Assert.Equal(("acme.example", "prod", "planner", "route-optimizer"), (id.TrustDomain, id.Environment, id.Role, id.Name));
        Assert.Equal(id, SpiffeId.Create(id.TrustDomain, id.Environment, id.Role, id.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("spiffe://")]
    [InlineData("spiffe:///env/prod/role/planner/agent/x")]
    [InlineData("spiffe://acme/env/prod/role/planner/agent/")]
    [InlineData("spiffe://acme/env/prod/role/planner/agent/x/")]
    [InlineData("spiffe://acme/env/prod/role/planner/agent/x/y")]
    [InlineData("spiffe://acme/env//role/planner/agent/x")]
    [InlineData("spiffe://acme/env/./role/planner/agent/x")]
    [InlineData("spiffe://acme/Env/prod/role/planner/agent/x")]
    [InlineData("spiffe://acme:443/env/prod/role/planner/agent/x")]
    [InlineData("spiffe://acme/env/prod/role/planner/agent/x#f")]
    [InlineData("spiffe://acme/env/prod/role/planner/agent/ü")]
    [InlineData(" spiffe://acme/env/prod/role/planner/agent/x")]
    public void Other_forms_are_refused(string text)
    {
        Assert.False(SpiffeId.TryParse(text, out _, out var error));
        Assert.NotEmpty(error);
        Assert.Equal(error, SpiffeId.Check(text));
    }

    [Fact]
    public void An_identity_that_the_store_cannot_index_is_refused()
        => Assert.False(SpiffeId.TryParse($"spiffe://acme/env/prod/role/planner/agent/{new string('x', 255)}", out _, out _));
}
