using System.Net;
using A2AConsole.Core.A2A;

namespace A2AConsole.Ingest.A2A;

/// <summary>
/// Whether an agent may be asked to notify an address: https, the default port, a host that the site lists, which leads to public
/// addresses only. The agent makes the connection itself, so the list is what protects; the look at the addresses finds a listed name that
/// was pointed inwards.
/// </summary>
internal sealed class PushAddresses(IngestOptions options, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve = resolve ?? Dns.GetHostAddressesAsync;

    /// <summary>The fault of an address, or null.</summary>
    public async Task<A2AFault?> CheckAsync(string url, CancellationToken cancellationToken)
    {
        if (options.A2A.PushHosts.Count == 0)
            return Refused("push-not-admitted", "This site admits no push notifications; poll the task or subscribe to it.");
        if (!PushAddressRule.TryRead(url, options.A2A.PushHosts, out var host, out var wrong))
            return Refused("push-address-refused", wrong);
        try
        {
            var addresses = await _resolve(host, cancellationToken);
            return addresses.Length > 0 && addresses.All(PushAddressRule.IsPublic) ? null : Refused("push-address-refused", $"{host} leads to an address that is not public.");
        }
        catch (System.Net.Sockets.SocketException)
        {
            return Refused("push-address-refused", $"{host} leads nowhere.");
        }
    }

    private static A2AFault Refused(string code, string detail) => new(A2AError.PushNotificationNotSupported, code, detail);
}
