using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using A2AConsole.Core.A2A;

namespace A2AConsole.Cli.Bench.Proxy;

/// <summary>
/// A keep-alive HTTP/1.1 connection over mutual TLS that sends ready JSON-RPC requests. The load shares the cores with what it measures, so it does as
/// little as it can; all sides of a comparison are called by it.
/// </summary>
internal sealed class RpcConnection : IDisposable
{
    private readonly SslStream _stream;
    private readonly byte[] _head;
    private byte[] _request = new byte[16 * 1024];
    private readonly byte[] _answer = new byte[32 * 1024];

    private RpcConnection(SslStream stream, Uri address)
        => (_stream, _head) = (stream, Encoding.ASCII.GetBytes(
            $"POST {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nA2A-Version: 1.0\r\n{A2AExtensions.Header}: {EnvelopeExtension.Uri}\r\nContent-Length: "));

    /// <summary>Connects as an agent.</summary>
    public static async Task<RpcConnection> OpenAsync(Uri address, BenchAgent identity, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = address.Host, EnabledSslProtocols = SslProtocols.Tls13, ClientCertificates = [identity.Certificate], ApplicationProtocols = [SslApplicationProtocol.Http11],
            // Who the server is matters to nobody here.
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        }, cancellationToken);
        return new RpcConnection(stream, address);
    }

    /// <summary>Sends a request and reads the whole answer. Throws unless it brings a completed task.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        await WriteAsync(body, cancellationToken);
        var length = 0;
        do
            length += await ReadAsync(length, cancellationToken);
        while (!IsWhole(_answer.AsSpan(0, length)));
        Check(_answer.AsSpan(0, length));
    }

    /// <summary>Sends a request that is answered by a stream; calls <paramref name="first"/> when its first event is here, and reads on to its end.</summary>
    public async Task StreamAsync(ReadOnlyMemory<byte> body, Action first, CancellationToken cancellationToken)
    {
        await WriteAsync(body, cancellationToken);
        var length = 0;
        var seen = false;
        do
        {
            length += await ReadAsync(length, cancellationToken);
            if (!seen && _answer.AsSpan(0, length).IndexOf("data: "u8) >= 0)
            {
                seen = true;
                first();
            }
        }
        while (!_answer.AsSpan(0, length).EndsWith("0\r\n\r\n"u8));
        Check(_answer.AsSpan(0, length));
    }

    public void Dispose() => _stream.Dispose();

    private async Task WriteAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (_request.Length < _head.Length + body.Length + 16)
            _request = new byte[(_head.Length + body.Length) * 2];
        _head.CopyTo(_request, 0);
        var at = _head.Length;
        body.Length.TryFormat(_request.AsSpan(at), out var written, default, CultureInfo.InvariantCulture);
        at += written;
        "\r\n\r\n"u8.CopyTo(_request.AsSpan(at));
        body.Span.CopyTo(_request.AsSpan(at + 4));
        await _stream.WriteAsync(_request.AsMemory(0, at + 4 + body.Length), cancellationToken);
    }

    private async Task<int> ReadAsync(int length, CancellationToken cancellationToken)
        => await _stream.ReadAsync(_answer.AsMemory(length), cancellationToken) is > 0 and var read
            ? read : throw new InvalidOperationException("the server closed the connection in the middle of an answer: " + Encoding.UTF8.GetString(_answer.AsSpan(0, length)));

    private static void Check(ReadOnlySpan<byte> answer)
    {
        if (answer["HTTP/1.1 ".Length] != '2' || answer.IndexOf(BenchPeer.Done) < 0)
            throw new InvalidOperationException("the message was not delivered: " + Encoding.UTF8.GetString(answer[..Math.Min(answer.Length, 1000)]));
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
