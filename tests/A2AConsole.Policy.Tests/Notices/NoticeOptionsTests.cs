using A2AConsole.Policy.Notices;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Policy.Tests.Notices;

/// <summary>Settings that would tell nobody, or tell strangers, stop the start.</summary>
public sealed class NoticeOptionsTests
{
    [Theory]
    [InlineData("http://hooks.example/x", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "https")]
    [InlineData("https://hooks.example/x", "short", "secret")]
    [InlineData("ftp://hooks.example", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "https")]
    public void A_webhook_that_nobody_could_trust_stops_the_start(string url, string secret, string says)
    {
        var fault = Assert.Throws<FormatException>(() => new ServiceCollection().AddNotices(o => (o.Webhook.Url, o.Webhook.Secret) = (url, secret)));
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody", SmtpSecurity.StartTls, null)]
    [InlineData("console@acme.example", SmtpSecurity.None, "user")]
    public void So_does_a_mail_server_that_could_not_work_or_would_hear_a_password_in_the_clear(string from, SmtpSecurity security, string? user)
        => Assert.Throws<FormatException>(() => new ServiceCollection().AddNotices(o => (o.Smtp.Host, o.Smtp.From, o.Smtp.Security, o.Smtp.User) = ("mail.acme.example", from, security, user)));

    [Fact]
    public void Nobody_is_told_while_no_way_is_configured() => Assert.Null(new NoticeOptions().Fault());
}
