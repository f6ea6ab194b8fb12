using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace A2AConsole.Cli.Bench;

/// <summary>
/// A keep-alive HTTP/1.1 connection that posts one ready request again and again. The load shares the cores with the server, so it
/// does as little as it can: both sides of a comparison are posted to by it.
/// </summary>
internal sealed class PostConnection : IDisposable
{
    private readonly Stream _stream;
    private readonly byte[] _request;
    private readonly byte[] _buffer = new byte[32 * 1024];

    private PostConnection(Stream stream, byte[] request) => (_stream, _request) = (stream, request);

    /// <summary>Connects; over TLS as <paramref name="identity"/>, unless that is null.</summary>
    public static async Task<PostConnection> OpenAsync(Uri address, string json, BenchAgent? identity, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (identity is not null)
            stream = await SecureAsync(stream, address, identity, cancellationToken);
        var body = Encoding.UTF8.GetBytes(json);
        var head = string.Create(CultureInfo.InvariantCulture,
            $"POST {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n");
        return new PostConnection(stream, [.. Encoding.ASCII.GetBytes(head), .. body]);
    }

    /// <summary>Posts once. Throws when the answer is not of the 2xx kind or brings no certificate.</summary>
    public async Task PostAsync(CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(_request, cancellationToken);
        var length = 0;
        do
        {
            var read = await _stream.ReadAsync(_buffer.AsMemory(length), cancellationToken);
            if (read == 0)
                throw new InvalidOperationException("the server closed the connection in the middle of an answer");
            length += read;
        }
        while (!IsWhole(_buffer.AsSpan(0, length)));
        var answer = _buffer.AsSpan(0, length);
        if (answer["HTTP/1.1 ".Length] != '2' || answer.IndexOf("BEGIN CERTIFICATE"u8) < 0)
            throw new InvalidOperationException("no certificate was issued: " + Encoding.UTF8.GetString(answer[..Math.Min(length, 1000)]));
    }

    public void Dispose() => _stream.Dispose();

    private static async Task<SslStream> SecureAsync(Stream stream, Uri address, BenchAgent identity, CancellationToken cancellationToken)
    {
        var secured = new SslStream(stream, leaveInnerStreamOpen: false);
        await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = address.Host, EnabledSslProtocols = SslProtocols.Tls13, ClientCertificates = [identity.Certificate],
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            // Who the server is matters to nobody here.
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        }, cancellationToken);
        return secured;
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return false;
        var at = answer[..head].IndexOf("\r\nContent-Length: "u8);
        if (at < 0)
            return answer.EndsWith("\r\n0\r\n\r\n"u8);
        var rest = answer[(at + "\r\nContent-Length: ".Length)..];
        return answer.Length >= head + 4 + int.Parse(rest[..rest.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
    }
}
