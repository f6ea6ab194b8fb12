using A2AConsole.Trust.Certificates;
using A2AConsole.Trust.Custody;
using A2AConsole.Trust.Domain;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Trust.Tests;

/// <summary>A trust domain over a key directory of its own, without database.</summary>
internal sealed class TrustDomainFixture : IDisposable
{
    public TrustDomainFixture() => KeyDirectory = Path.Combine(Directory.CreateTempSubdirectory("a2a-trust-").FullName, "keys");

    public string KeyDirectory { get; }
    public string? RecordedRoot { get; set; }
    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);
    public TrustOptions Options { get; } = new() { TrustDomain = "acme.test" };

    public TrustDomain Open(string passphrase = "correct horse")
    {
        var directory = new PrivateDirectory(KeyDirectory);
        var custody = new EncryptedFileCustody(directory, () => passphrase);
        var domain = new TrustDomain(Options, custody, custody, new CertificateFiles(directory), Time, () => RecordedRoot);
        domain.EnsureOpen();
        return domain;
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(KeyDirectory)!, recursive: true);
}
