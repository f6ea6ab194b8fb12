using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Trust.Domain;

/// <summary>A certificate of the authority itself.</summary>
/// <param name="Purpose"><c>root</c>, <c>issuing</c> or <c>server</c>; also the name of its key and file.</param>
/// <param name="Certificate">Without private key.</param>
public sealed record AuthorityCertificate(string Purpose, X509Certificate2 Certificate)
{
    public const string Root = "root";
    public const string Issuing = "issuing";
    public const string Server = "server";
}
