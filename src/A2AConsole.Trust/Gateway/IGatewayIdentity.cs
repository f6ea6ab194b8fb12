namespace A2AConsole.Trust.Gateway;

/// <summary>
/// Who the gateway is: to agents behind it as a TLS client, in hops that it states, and on cards that it republishes. One short-lived
/// key does all three; its certificate names <c>spiffe://&lt;trust-domain&gt;/authority/gateway</c>, which no agent's can.
/// </summary>
public interface IGatewayIdentity
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Its certificate, key and issuer at this moment; renewed on its own. Another object when it is another certificate.</summary>
    GatewayCertificate Current { get; }
}
