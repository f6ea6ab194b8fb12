using System.Security.Cryptography;
using System.Xml.Linq;
using A2AConsole.Web.Access;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Access;

/// <summary>The key ring, with which the console makes sessions, on the disk: of no use without the passphrase.</summary>
public sealed class KeyRingTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("a2aconsole-ring-");

    [Fact]
    public void A_ring_on_disk_has_no_secret_in_clear_and_opens_after_a_restart()
    {
        var made = Start("first passphrase").CreateProtector("session").Protect("who is signed in");
        var file = XDocument.Load(Assert.Single(_directory.GetFiles("*.xml")).FullName);
        Assert.DoesNotContain(file.Descendants(), e => e.Name.LocalName is "masterKey" or "value");
        Assert.Equal(typeof(KeyRingDecryptor).AssemblyQualifiedName, (string?)file.Descendants().Single(e => e.Name.LocalName == "encryptedSecret").Attribute("decryptorType"));

        Assert.Equal("who is signed in", Start("first passphrase").CreateProtector("session").Unprotect(made));
    }

    [Fact]
    public void Under_another_passphrase_old_sessions_do_not_open_and_new_ones_do()
    {
        var made = Start("first passphrase").CreateProtector("session").Protect("who is signed in");
        var other = Start("another passphrase").CreateProtector("session");
        Assert.Throws<CryptographicException>(() => other.Unprotect(made));
        Assert.Equal("anew", other.Unprotect(other.Protect("anew")));
    }

    [Fact]
    public void A_ring_from_before_it_was_encrypted_still_opens()
    {
        var made = Provider(new ServiceCollection()).CreateProtector("session").Protect("from an earlier version");
        Assert.Equal("from an earlier version", Start("first passphrase").CreateProtector("session").Unprotect(made));
    }

    [Theory]
    [InlineData("salt")]
    [InlineData("nonce")]
    [InlineData("tag")]
    [InlineData(null)]
    public void A_changed_entry_is_refused(string? part)
    {
        var cipher = new KeyRingCipher(() => "passphrase");
        var entry = cipher.Encrypt(new XElement("key", "secret"));
        Assert.Equal("secret", cipher.Decrypt(entry).Value);

        var bytes = Convert.FromBase64String(part is null ? entry.Value : (string)entry.Attribute(part)!);
        bytes[0] ^= 1;
        if (part is null)
            entry.Value = Convert.ToBase64String(bytes);
        else
            entry.SetAttributeValue(part, Convert.ToBase64String(bytes));
        Assert.Contains("does not open", Assert.Throws<CryptographicException>(() => cipher.Decrypt(entry)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_secret_is_never_entrythe_same_twice()
    {
        var cipher = new KeyRingCipher(() => "passphrase");
        var (one, two) = (cipher.Encrypt(new XElement("key", "secret")), cipher.Encrypt(new XElement("key", "secret")));
        Assert.NotEqual((string?)one.Attribute("nonce"), (string?)two.Attribute("nonce"));
        Assert.NotEqual(one.Value, two.Value);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private IDataProtectionProvider Start(string passphrase)
    {
        var services = new ServiceCollection();
        services.AddSingleton(new KeyRingCipher(() => passphrase));
        services.AddOptions<KeyManagementOptions>().Configure<KeyRingCipher>((o, cipher) => o.XmlEncryptor = new KeyRingEncryptor(cipher));
        return Provider(services);
    }

    private IDataProtectionProvider Provider(ServiceCollection services)
    {
        services.AddLogging();
        services.AddDataProtection().SetApplicationName("A2AConsole").PersistKeysToFileSystem(_directory);
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();
    }
}
