using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace A2AConsole.Policy.Tests.Notices;

/// <summary>A mail as it came over the wire.</summary>
internal sealed record ReceivedMail(string From, IReadOnlyList<string> To, string Text, bool IsEncrypted);

/// <summary>A mail server on a free port of this machine (RFC 5321): takes one mail after the other, or refuses them.</summary>
internal sealed class SmtpListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly X509Certificate2? _certificate;
    private readonly Task _loop;

    /// <param name="certificate">For STARTTLS; null: not offered.</param>
    public SmtpListener(X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _listener.Start();
        _loop = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public List<ReceivedMail> Mails { get; } = [];

    /// <summary>What is answered to every receiver; null: taken.</summary>
    public string? Refuses { get; set; }

    /// <summary>Commands as they came, of all connections.</summary>
    public List<string> Commands { get; } = [];

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                try
                {
                    await ServeAsync(client.GetStream());
                }
                catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
                {
                    // The client hung up.
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private async Task ServeAsync(Stream stream)
    {
        var encrypted = false;
        string from = "";
        List<string> to = [];
        await SayAsync(stream, "220 test ESMTP");
        while (await ReadLineAsync(stream) is { } line)
        {
            Commands.Add(line);
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            switch (verb)
            {
                case "EHLO":
                    await SayAsync(stream, _certificate is not null && !encrypted ? "250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN" : "250-test\r\n250 AUTH PLAIN");
                    break;
                case "STARTTLS":
                    await SayAsync(stream, "220 go ahead");
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(_certificate!);
                    (stream, encrypted) = (tls, true);
                    break;
                case "AUTH":
                    await SayAsync(stream, "235 welcome");
                    break;
                case "MAIL":
                    (from, to) = (line, []);
                    await SayAsync(stream, "250 ok");
                    break;
                case "RCPT":
                    to.Add(line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)]);
                    await SayAsync(stream, Refuses ?? "250 ok");
                    break;
                case "DATA":
                    await SayAsync(stream, "354 go on");
                    var text = new StringBuilder();
                    while (await ReadLineAsync(stream) is { } data && data != ".")
                        text.Append(data.StartsWith('.') ? data[1..] : data).Append("\r\n");
                    Mails.Add(new ReceivedMail(from, to, text.ToString(), encrypted));
                    await SayAsync(stream, "250 taken");
                    break;
                case "QUIT":
                    await SayAsync(stream, "221 bye");
                    return;
                default:
                    await SayAsync(stream, verb == "RSET" ? "250 ok" : "502 what?");
                    break;
            }
        }
    }

    private static async Task SayAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"));

    private static async Task<string?> ReadLineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n')
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_loop.IsCompleted)
            return;
        await _end.CancelAsync();
        _listener.Stop();
        await _loop;
        _end.Dispose();
    }
}
