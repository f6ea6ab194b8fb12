using System.Diagnostics;
using A2AConsole.Core.Identity;
using A2AConsole.Testing;

namespace A2AConsole.Trust.Tests.Est;

/// <summary>EST with curl and openssl as the client: the whole way from the authorities to a renewed certificate, with nothing of ours.</summary>
public sealed class EstCurlTests : IAsyncLifetime
{
    private const string Script = """
        set -euo pipefail
        est=$1/.well-known/est
        get() { curl --silent --show-error --fail --tlsv1.3 --max-time 60 --cacert root.pem "$@"; }
        certificates() { openssl base64 -d -A | openssl pkcs7 -inform DER -print_certs; }
        request() { openssl req -new -sha256 -key "$1" -subj /CN=agent -outform DER | openssl base64; }

        get "$est/cacerts" | tr -d '\r\n' | certificates >cas.pem
        get "$est/csrattrs" | tr -d '\r\n' | openssl base64 -d -A | openssl asn1parse -inform DER >attributes.txt
        grep -q prime256v1 attributes.txt
        openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key1.pem
        request key1.pem >request1
        get --user "token:$2" --header 'Content-Type: application/pkcs10' --header 'Content-Transfer-Encoding: base64' --data-binary @request1 "$est/simpleenroll" | tr -d '\r\n' | certificates >cert1.pem
        openssl verify -x509_strict -purpose sslclient -CAfile root.pem -untrusted cas.pem cert1.pem

        openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key2.pem
        request key2.pem >request2
        cat cert1.pem cas.pem >chain1.pem
        get --cert chain1.pem --key key1.pem --header 'Content-Type: application/pkcs10' --data-binary @request2 "$est/simplereenroll" | tr -d '\r\n' | certificates >cert2.pem
        openssl verify -x509_strict -purpose sslclient -CAfile root.pem -untrusted cas.pem cert2.pem
        [ "$(openssl x509 -in cert2.pem -noout -pubkey)" = "$(openssl pkey -in key2.pem -pubout)" ]

        status=$(curl --silent --cacert root.pem --header 'Content-Type: application/pkcs10' --data-binary @request2 --output refused.json --dump-header headers.txt --write-out '%{http_code}' "$est/simpleenroll")
        [ "$status" = 401 ]
        grep -qi '^www-authenticate: Basic' headers.txt
        openssl x509 -in cert2.pem -noout -text
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("a2a-est-").FullName;
    private AuthorityHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AuthorityHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Curl_and_openssl_enrol_and_renew()
    {
        await DebianPackages.RequireAsync("curl", "curl");
        await DebianPackages.RequireAsync("openssl", "openssl");
        await File.WriteAllTextAsync(Path.Combine(_directory, "root.pem"), _host.Domain.BundlePem);
        var start = new ProcessStartInfo("bash", ["-c", Script, "est", $"https://localhost:{_host.Address.Port}", await _host.InviteAsync()])
        {
            WorkingDirectory = _directory, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await error);
        // What the certificate says of its agent's posture is there for everybody to see.
        Assert.Contains(AgentPosture.ExtensionOid, await output, StringComparison.Ordinal);
        Assert.Contains($"URI:{AuthorityHost.AgentId}", await output, StringComparison.Ordinal);
    }
}
