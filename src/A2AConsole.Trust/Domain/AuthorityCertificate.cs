using System.Security.Cryptography.X509Certificates;
using A2AConsole.Data.Entities;

namespace A2AConsole.Trust.Domain;

/// <summary>A certificate of the authority itself.</summary>
/// <param name="Purpose"><c>root</c>, <c>issuing</c> or <c>server</c>; the first of each has its key and file under that name.</param>
/// <param name="Certificate">Without private key.</param>
/// <param name="State">Where it is in its life.</param>
public sealed record AuthorityCertificate(string Purpose, X509Certificate2 Certificate, AnchorState State)
{
    public const string Root = "root";
    public const string Issuing = "issuing";
    public const string Server = "server";
}
