using System.Net;
using A2AConsole.Core.A2A;

namespace A2AConsole.Core.Tests.A2A;

/// <summary>Addresses that somebody would like us, or an agent, to call.</summary>
public sealed class PushAddressTests
{
    private static readonly string[] Hosts = ["hooks.example", ".partner.example"];

    [Theory]
    [InlineData("https://hooks.example/x?y=1", true)]
    [InlineData("https://HOOKS.example/x", true)]
    [InlineData("https://hooks.example:443/x", true)]
    [InlineData("https://a.partner.example/x", true)]
    [InlineData("https://partner.example/x", false)]
    [InlineData("https://evilpartner.example/x", false)]
    [InlineData("https://hooks.example.evil.example/x", false)]
    [InlineData("https://hooks.example@evil.example/x", false)]
    [InlineData("https://evil.example#@hooks.example/", false)]
    [InlineData("https://hooks.example/#x", false)]
    [InlineData("https://hooks.example:8443/x", false)]
    [InlineData("http://hooks.example/x", false)]
    [InlineData("https://hooks.example\\@evil.example/x", false)]
    [InlineData("https://127.0.0.1/x", false)]
    [InlineData("https://2130706433/x", false)]
    [InlineData("https://0x7f.1/x", false)]
    [InlineData("https://[::1]/x", false)]
    [InlineData("https://localhost/x", false)]
    [InlineData("https://hooks.example\t/x", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("//hooks.example/x", false)]
    [InlineData("", false)]
    public void Only_a_listed_host_over_https_is_notified(string url, bool isTaken)
    {
        Assert.Equal(isTaken, PushAddressRule.TryRead(url, Hosts, out var host, out var wrong));
        Assert.Equal(isTaken, wrong is null);
        Assert.Equal(isTaken, host.Length > 0);
    }

    [Theory]
    [InlineData("93.184.215.14", true)]
    [InlineData("2606:2800:21f:cb07:6820:80da:af6b:8b2c", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:93.184.215.14", true)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001:0:7f00:1::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2001:db8::1", false)]
    public void An_address_is_public_only_when_it_plainly_is(string address, bool isPublic) => Assert.Equal(isPublic, PushAddressRule.IsPublic(IPAddress.Parse(address)));
}
