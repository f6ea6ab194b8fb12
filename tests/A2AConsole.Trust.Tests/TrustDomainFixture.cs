using A2AConsole.Testing;
using A2AConsole.Trust.Certificates;
using A2AConsole.Trust.Custody;
using A2AConsole.Trust.Domain;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Trust.Tests;

/// <summary>A trust domain over a key directory of its own, without database.</summary>
internal sealed class TrustDomainFixture : IDisposable
{
    private readonly MemoryKeyCustody _memory = new();

    public TrustDomainFixture() => KeyDirectory = Path.Combine(Directory.CreateTempSubdirectory("a2a-trust-").FullName, "keys");

    public string KeyDirectory { get; }
    public string? RecordedRoot { get; set; }
    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);
    public TrustOptions Options { get; } = new() { TrustDomain = "acme.test" };

    /// <summary>Starts with keys in memory that outlive the domain: quick, for what is not about files.</summary>
    public TrustDomain Open() => Open(new PrivateDirectory(KeyDirectory), _memory, _memory);

    /// <summary>Starts with encrypted key files.</summary>
    public TrustDomain OpenFiles()
    {
        var directory = new PrivateDirectory(KeyDirectory);
        var custody = new EncryptedFileCustody(directory, () => "correct horse");
        return Open(directory, custody, custody);
    }

    private TrustDomain Open(PrivateDirectory directory, IKeyCustody custody, ITlsKeyStore tlsKeys)
    {
        var domain = new TrustDomain(Options, custody, tlsKeys, new CertificateFiles(directory), new AuthorityRosterFile(directory), Time, () => RecordedRoot);
        domain.EnsureOpen();
        return domain;
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(KeyDirectory)!, recursive: true);
}
