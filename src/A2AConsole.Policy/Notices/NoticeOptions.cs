using A2AConsole.Core.Alerts;

namespace A2AConsole.Policy.Notices;

/// <summary>Who is told what outside of the console, section <c>A2AConsole:Notices</c>. Nobody, while no way is configured.</summary>
public sealed class NoticeOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "A2AConsole:Notices";

    public SmtpOptions Smtp { get; set; } = new();

    public WebhookOptions Webhook { get; set; } = new();

    /// <summary>How severe an alert is that people are told of.</summary>
    public AlertSeverity AlertsFrom { get; set; } = AlertSeverity.High;

    /// <summary>The address that people open, for links. Set by the host.</summary>
    public Uri? Console { get; set; }

    /// <summary>How often what is to be told is looked for.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>What is wrong with the settings, or null.</summary>
    public string? Fault()
    {
        if (Smtp.Host.Length > 0)
        {
            if (!IsAddress(Smtp.From))
                return $"{Section}:Smtp:From is '{Smtp.From}'; right is a mail address.";
            if (Smtp.To.FirstOrDefault(t => !IsAddress(t)) is { } wrong)
                return $"{Section}:Smtp:To holds '{wrong}', which is no mail address.";
            if (Smtp.Security == SmtpSecurity.None && Smtp.User is not null)
                return $"{Section}:Smtp:User: a password is never sent over a connection that is not encrypted; set Security to StartTls or Tls.";
        }
        if (Webhook.Url.Length > 0)
        {
            if (!Uri.TryCreate(Webhook.Url, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
                return $"{Section}:Webhook:Url is '{Webhook.Url}'; right is an https address, or plain http on this machine.";
            if (Webhook.Key() is null)
                return $"{Section}:Webhook: a secret of {Core.Notices.WebhookSignature.ShortestKey} to {Core.Notices.WebhookSignature.LongestKey} bytes in base64 is needed, in SecretFile or Secret: its receiver could not tell whose notices they are.";
        }
        return null;
    }

    // A name without a domain is an address to the parser, and to no mail server of others.
    private static bool IsAddress(string text) => MimeKit.MailboxAddress.TryParse(text, out var address) && address.Domain.Length > 0;
}

/// <summary>How the connection to the mail server is protected.</summary>
public enum SmtpSecurity
{
    /// <summary>STARTTLS, or nothing is sent.</summary>
    StartTls,
    /// <summary>TLS from the first byte.</summary>
    Tls,
    /// <summary>Not at all: for a relay on this machine.</summary>
    None,
}

/// <summary>Notices by mail.</summary>
public sealed class SmtpOptions
{
    /// <summary>Empty: no mail.</summary>
    public string Host { get; set; } = "";
    public int Port { get; set; } = 587;
    public SmtpSecurity Security { get; set; }
    public string? User { get; set; }
    public string? Password { get; set; }
    /// <summary>A file with the password, instead of <see cref="Password"/>.</summary>
    public string? PasswordFile { get; set; }
    public string From { get; set; } = "";
    /// <summary>Told besides those who may decide.</summary>
    public IList<string> To { get; } = [];

    internal string? Secret() => PasswordFile is { Length: > 0 } file ? File.ReadAllText(file).TrimEnd('\r', '\n') : Password;
}

/// <summary>Notices to another system, signed.</summary>
public sealed class WebhookOptions
{
    /// <summary>Empty: none.</summary>
    public string Url { get; set; } = "";
    /// <summary>The key in base64, with or without <c>whsec_</c>.</summary>
    public string? Secret { get; set; }
    /// <summary>A file with the key, instead of <see cref="Secret"/>.</summary>
    public string? SecretFile { get; set; }

    internal byte[]? Key() => Core.Notices.WebhookSignature.ReadKey(SecretFile is { Length: > 0 } file ? File.Exists(file) ? File.ReadAllText(file) : null : Secret);
}
