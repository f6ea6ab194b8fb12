using System.Diagnostics;
using A2AConsole.Testing;

namespace A2AConsole.Trust.Tests.Est;

/// <summary>EST with strongSwan's client, which has TLS, PKCS#7 and EST of its own: authorities, enrolment and renewal, with nothing of ours.</summary>
public sealed class EstPkiTests : IAsyncLifetime
{
    private const string Script = """
        set -euo pipefail
        # Of itself it speaks TLS 1.2, which nobody here does.
        printf 'pki {\n tls {\n version_max = 1.3\n }\n}\n' >strongswan.conf
        export STRONGSWAN_CONF=$PWD/strongswan.conf
        pki --estca --url "$1" --cacert root.pem --caout ca --outform pem --force
        ls >made.txt
        pki --gen --type ecdsa --size 256 --outform pem >key1.pem
        pki --req --in key1.pem --type ecdsa --dn 'CN=agent' --digest sha256 --outform pem >request1.pem
        pki --est --url "$1" --in request1.pem --cacert root.pem --cacert issuing.pem --userpass "token:$2" --outform pem >cert1.pem
        openssl verify -x509_strict -purpose sslclient -CAfile root.pem -untrusted issuing.pem cert1.pem

        pki --gen --type ecdsa --size 256 --outform pem >key2.pem
        pki --req --in key2.pem --type ecdsa --dn 'CN=agent' --digest sha256 --outform pem >request2.pem
        pki --est --url "$1" --in request2.pem --cacert root.pem --cacert issuing.pem --cert cert1.pem --key key1.pem --outform pem >cert2.pem
        openssl verify -x509_strict -purpose sslclient -CAfile root.pem -untrusted issuing.pem cert2.pem
        [ "$(openssl x509 -in cert2.pem -noout -pubkey)" = "$(openssl pkey -in key2.pem -pubout)" ]
        [ "$(openssl x509 -in cert1.pem -noout -serial)" != "$(openssl x509 -in cert2.pem -noout -serial)" ]

        ! pki --est --url "$1" --in request2.pem --cacert root.pem --cacert issuing.pem --userpass "token:$2" --outform pem >again.pem
        cat made.txt
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
    public async Task StrongSwans_client_fetches_the_authorities_enrols_and_renews_and_cannot_spend_a_token_twice()
    {
        await DebianPackages.RequireAsync("pki", "strongswan-pki");
        await DebianPackages.RequireAsync("openssl", "openssl");
        await File.WriteAllTextAsync(Path.Combine(_directory, "root.pem"), _host.Domain.BundlePem);
        await File.WriteAllTextAsync(Path.Combine(_directory, "issuing.pem"), Certificates.CertificateText.PemOf([_host.Domain.Intermediates[0]]));
        var start = new ProcessStartInfo("bash", ["-c", Script, "est", $"https://localhost:{_host.Address.Port}", await _host.InviteAsync()])
        {
            WorkingDirectory = _directory, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await error);
        Assert.Contains($"URI:{AuthorityHost.AgentId}", await output, StringComparison.Ordinal);
        Assert.Contains("ca", (await output).Split('\n').Where(l => l.StartsWith("ca", StringComparison.Ordinal)).DefaultIfEmpty("nothing was fetched").First(), StringComparison.Ordinal);
    }
}
