using System.Net.Sockets;
using A2AConsole.Core.Ledger;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace A2AConsole.Policy.Notices;

/// <summary>Notices by mail (RFC 5321), over TLS unless the relay is on this machine and the settings say otherwise.</summary>
public sealed class SmtpChannel(NoticeOptions options) : INoticeChannel
{
    /// <inheritdoc/>
    public string Name => "smtp";

    /// <inheritdoc/>
    public string Where => $"{options.Smtp.Host}:{options.Smtp.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    public async Task<string> SendAsync(NoticeText text, IReadOnlyList<string> people, CancellationToken cancellationToken)
    {
        var smtp = options.Smtp;
        var mail = new MimeMessage { Subject = text.Subject, Body = new TextPart("plain") { Text = text.Body(options.Console) } };
        mail.From.Add(MailboxAddress.Parse(smtp.From));
        // People need not see each other's addresses; a mail without any receiver in its head is suspect to filters, so it is to its sender.
        mail.To.Add(MailboxAddress.Parse(smtp.From));
        foreach (var address in people.Concat(smtp.To).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (MailboxAddress.TryParse(address, out var parsed) && parsed.Domain.Length > 0)
                mail.Bcc.Add(parsed);
        }
        if (mail.Bcc.Count == 0)
            throw new NoticeFailedException("There is nobody to tell: no one who may decide has a mail address, and Smtp:To is empty.");
        mail.MessageId = $"{text.Id}@{MailboxAddress.Parse(smtp.From).Domain}";
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        using var client = new SmtpClient { Timeout = (int)options.Timeout.TotalMilliseconds };
        try
        {
            await client.ConnectAsync(smtp.Host, smtp.Port, smtp.Security switch
            {
                SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
                SmtpSecurity.None => SecureSocketOptions.None,
                _ => SecureSocketOptions.StartTls,
            }, cancellationToken);
            if (smtp.User is { } user)
                await client.AuthenticateAsync(user, smtp.Secret() ?? "", cancellationToken);
            // The sender of the envelope, and who it is to: never what a header says.
            await client.SendAsync(mail, MailboxAddress.Parse(smtp.From), mail.Bcc.Mailboxes, cancellationToken);
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException or ProtocolException or CommandException or System.Security.Authentication.AuthenticationException or MailKit.Security.AuthenticationException or SslHandshakeException
            or NotSupportedException or UnauthorizedAccessException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new NoticeFailedException(LedgerLeaf.Sentence($"{Where} did not take the mail: {NoticeText.Line(e is SslHandshakeException ? "its certificate is not trusted here, or TLS failed." : e.Message)}"), e);
        }
        return LedgerLeaf.Sentence($"Taken by {Where} for {string.Join(", ", mail.Bcc.Mailboxes.Select(m => m.Address))}.");
    }
}
