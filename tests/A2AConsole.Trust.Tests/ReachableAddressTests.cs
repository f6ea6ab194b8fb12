using A2AConsole.Trust.Listening;

namespace A2AConsole.Trust.Tests;

public sealed class ReachableAddressTests
{
    [Theory]
    [InlineData("https://0.0.0.0:7443", "edge.acme.example", "https://edge.acme.example:7443")]
    [InlineData("https://[::]:7443", "edge.acme.example", "https://edge.acme.example:7443")]
    [InlineData("https://*:7443", "edge.acme.example", "https://edge.acme.example:7443")]
    [InlineData("https://+:7443", null, "https://localhost:7443")]
    [InlineData("https://0.0.0.0:7443", null, "https://localhost:7443")]
    [InlineData("https://10.0.0.4:7443", "edge.acme.example", "https://10.0.0.4:7443")]
    [InlineData("https://edge:7443", "other", "https://edge:7443")]
    [InlineData("https://[::1]:7443", "other", "https://[::1]:7443")]
    public void Nobody_is_told_to_connect_to_every_address(string bound, string? name, string told)
        => Assert.Equal(told, ReachableAddress.Of(bound, name is null ? [] : [name]));
}
